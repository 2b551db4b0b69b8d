"""A listener that echoes, as the flow of the control channel is taught: listen, read accept, dial its address.

A text "close CODE REASON" makes it close instead, a text "fragments" makes it answer in fragments that cut characters.
"""

import json
import os
import struct
import threading

import websocket
from websocket import ABNF


def tell(*words):
    print(*words, flush=True)


def serve(address):
    socket = websocket.create_connection(address)
    tell("accepted")
    while True:
        opcode, data = socket.recv_data(control_frame=True)
        if opcode == ABNF.OPCODE_CLOSE:
            code = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005
            tell("closed", code, data[2:].decode())
            socket.shutdown()
            return
        if opcode == ABNF.OPCODE_TEXT:
            text = data.decode()
            if text.startswith("close "):
                _, code, reason = text.split(" ", 2)
                socket.send_close(int(code), reason.encode())
            elif text == "fragments":
                letters = "aä€😀z".encode()
                for i in range(len(letters)):
                    kind = ABNF.OPCODE_CONT if i else ABNF.OPCODE_TEXT
                    frame = ABNF.create_frame(letters[i : i + 1], kind, 1 if i == len(letters) - 1 else 0)
                    socket.send_frame(frame)
            else:
                socket.send(text)
        elif opcode == ABNF.OPCODE_BINARY:
            socket.send_binary(data)


def main():
    try:
        control = websocket.create_connection(os.environ["LISTEN_URL"])
    except websocket.WebSocketBadStatusException as refusal:
        tell("refused", refusal)
        return
    tell("online")
    while True:
        message = control.recv()
        if not message:
            tell("offline")
            return
        accept = json.loads(message)["accept"]
        threading.Thread(target=serve, args=(accept["address"],), daemon=True).start()


main()
