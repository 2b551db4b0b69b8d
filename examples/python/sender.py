"""Sends one message to the hybrid connection "hello" and prints the answer: python3 sender.py [MESSAGE]"""

import sys

import websocket  # Debian: python3-websocket; elsewhere: websocket-client

from connection import url

socket = websocket.create_connection(url("hello", "connect"))
socket.send(sys.argv[1] if len(sys.argv) > 1 else "hello")
print(socket.recv())
socket.close()
