"""Listens on the hybrid connection "hello" and answers each message: python3 listener.py"""

import json
import threading

import websocket  # Debian: python3-websocket; elsewhere: websocket-client

from connection import url


def serve(address):
    """Meets one sender at the address that the relay told."""
    socket = websocket.create_connection(address)
    while message := socket.recv():
        socket.send(f"you said: {message}")


control = websocket.create_connection(url("hello", "listen"))
print("listening on hello", flush=True)
while message := control.recv():
    accept = json.loads(message)["accept"]
    threading.Thread(target=serve, args=(accept["address"],), daemon=True).start()
