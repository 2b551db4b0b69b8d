# SPDX-License-Identifier: Apache-2.0
"""Calls services as it is told on standard input, a JSON object a line, and prints each response: mesh_client.py URI"""
import json
import sys

import pika
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.serialization import load_pem_public_key

import mesh

connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
channel = connection.channel()
queue = f"nuropb-tests-client-{mesh.fresh_id()}-rq"
channel.queue_declare(queue, auto_delete=True)
keys, responses = {}, []


def answered(_channel, _delivery, properties, body):
    if properties.headers["encrypted"] == "yes":
        body = mesh.opened_by_client(body, keys[properties.correlation_id])
    responses.append({
        "body": json.loads(body),
        "headers": properties.headers,
        "correlation_id": properties.correlation_id,
        "reply_to": properties.reply_to,
        "content_type": properties.content_type,
    })


channel.basic_consume(queue, answered, auto_ack=True, exclusive=True)


def send(kind, service, method, params, context, public=None):
    correlation = mesh.fresh_id()
    body = mesh.dumps({"tag": kind, "service": service, "method": method, "params": params,
                       "correlation_id": correlation, "context": context, "trace_id": "T1"})
    if public:
        keys[correlation] = Fernet.generate_key()
        body = mesh.sealed(body, keys[correlation], public)
    channel.basic_publish(mesh.RPC, service, body,
                          mesh.properties(kind, correlation, queue, "T1", bool(public), "60000"), mandatory=True)
    if kind == "request":
        while not responses:
            connection.process_data_events(time_limit=1)
        return responses.pop()
    return None


print("ready", flush=True)
for line in sys.stdin:
    told = json.loads(line)
    public = None
    if told.get("encrypted"):
        described = send("request", told["service"], "nuropb_describe", {}, {})
        public = load_pem_public_key(described["body"]["result"]["public_key"].encode())
    response = send(told.get("kind", "request"), told["service"], told["method"], told.get("params", {}),
                    told.get("context", {}), public)
    print("response", json.dumps(response), flush=True)
