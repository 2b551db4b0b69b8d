"""A sender that does what each line of its standard input says, and prints what comes of it."""

import hashlib
import json
import struct
import sys
import threading

import websocket
from websocket import ABNF


def tell(*words):
    print(*words, flush=True)


def receive(socket):
    while True:
        try:
            opcode, data = socket.recv_data(control_frame=True)
        except (OSError, websocket.WebSocketException) as error:
            tell("lost", error)
            return
        if opcode == ABNF.OPCODE_CLOSE:
            code = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005
            tell("closed", code, data[2:].decode())
            socket.shutdown()
            return
        if opcode in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY):
            kind = "text" if opcode == ABNF.OPCODE_TEXT else "binary"
            tell(kind, len(data), hashlib.sha256(data).hexdigest())


def open_socket(command):
    header = {"ServiceBusAuthorization": command["token"]} if command.get("token") else {}
    try:
        socket = websocket.create_connection(
            command["url"], header=header, subprotocols=command.get("protocols")
        )
    except websocket.WebSocketBadStatusException as refusal:
        tell("refused", refusal)
        return None
    tell("open", socket.subprotocol or "-")
    threading.Thread(target=receive, args=(socket,), daemon=True).start()
    return socket


def main():
    socket = None
    tell("ready")
    for line in sys.stdin:
        command = json.loads(line)
        action = command["do"]
        if action == "open":
            socket = open_socket(command)
        elif action == "text":
            socket.send(command["text"] * command["times"])
        elif action == "binary":
            socket.send_binary(bytes((i * 7 + 3) & 255 for i in range(command["length"])))
        elif action == "fragments":
            letters = command["text"].encode()
            for i in range(len(letters)):
                kind = ABNF.OPCODE_CONT if i else ABNF.OPCODE_TEXT
                socket.send_frame(ABNF.create_frame(letters[i : i + 1], kind, 1 if i == len(letters) - 1 else 0))
        elif action == "close":
            if "code" in command:
                socket.send_close(command["code"], command["reason"].encode())
            else:
                socket.send(b"", ABNF.OPCODE_CLOSE)
        else:
            raise ValueError(action)


main()
