# SPDX-License-Identifier: Apache-2.0
"""What peers of a mesh have in common: names, properties, and the sealed form of a body."""
import base64
import json
import uuid

import pika
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

RPC, EVENTS, DEAD = "nuropb-rpc-exchange", "nuropb-events-exchange", "nuropb-dl-exchange"
OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def properties(kind, correlation, reply_to="", trace=None, encrypted=False, ttl=None):
    return pika.BasicProperties(
        content_type="application/json",
        correlation_id=correlation,
        reply_to=reply_to,
        expiration=ttl,
        headers={
            "nuropb_protocol": "0.1.1",
            "nuropb_version": "0.1.8",
            "nuropb_type": kind,
            "trace_id": trace,
            "encrypted": "yes" if encrypted else "",
        },
    )


def sealed(plain, key, public):
    token = Fernet(key).encrypt(plain)
    return base64.b64encode(public.encrypt(key, OAEP)) + b"." + base64.b64encode(token)


def opened_by_service(body, private):
    head, tail = body.split(b".", 1)
    key = private.decrypt(base64.b64decode(head), OAEP)
    return key, Fernet(key).decrypt(base64.b64decode(tail))


def opened_by_client(body, key):
    return Fernet(key).decrypt(base64.b64decode(body.split(b".", 1)[1]))


def fresh_id():
    return uuid.uuid4().hex


def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private):
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def dumps(value):
    return json.dumps(value).encode()
