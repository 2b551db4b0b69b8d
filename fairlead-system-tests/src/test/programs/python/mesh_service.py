# SPDX-License-Identifier: Apache-2.0
"""A service of a mesh, by the contract and without any library of it: mesh_service.py URI SERVICE"""
import json
import sys

import pika

import mesh

uri, service = sys.argv[1:]
private = mesh.private_key()


def describe():
    parameters = {
        "type": "object",
        "properties": [["a", {"type": "int", "description": "", "default": ""}]],
        "required": ["a"],
    }
    return {
        "service_name": service,
        "service_version": "1.0",
        "description": "a service for tests",
        "warnings": [],
        "encrypted_methods": True,
        "public_key": mesh.pem(private),
        "methods": {
            "echo": {"description": None, "requires_encryption": False, "parameters": parameters},
            "secret": {"description": None, "requires_encryption": True, "parameters": parameters},
        },
    }


class Again(Exception):
    """The request is wanted once more."""


def call(request, redelivered, publish):
    method, params = request["method"], request["params"]
    if method == "nuropb_describe":
        return describe()
    if method in ("echo", "secret"):
        return {method: params}
    if method == "context":
        return request["context"]
    if method == "boom":
        raise ValueError("boom happened")
    if method == "never" or method == "again" and not redelivered:
        raise Again
    if method == "again":
        return "at last"
    if method == "publish":
        publish(params["topic"], params["event"], params["target"])
        return "published"
    raise LookupError(method)


def take(channel, delivery, properties, body):
    headers = properties.headers
    encrypted = headers["encrypted"] == "yes"
    key = None
    if encrypted:
        key, body = mesh.opened_by_service(body, private)
    request = json.loads(body)
    kind = headers["nuropb_type"]
    if kind != "request":
        print(kind, json.dumps(request), flush=True)
        channel.basic_ack(delivery.delivery_tag)
        return

    def respond(response):
        answer = mesh.dumps(response)
        if encrypted:
            answer = mesh.sealed(answer, key, private.public_key())
        channel.basic_publish(
            "",
            properties.reply_to,
            answer,
            mesh.properties("response", properties.correlation_id, "", headers["trace_id"], encrypted),
        )

    def publish(topic, event, target):
        body = {"tag": "event", "topic": topic, "event": event, "context": request["context"],
                "trace_id": headers["trace_id"], "correlation_id": properties.correlation_id, "target": target}
        channel.basic_publish(mesh.EVENTS, topic, mesh.dumps(body),
                              mesh.properties("event", properties.correlation_id, "", headers["trace_id"]))

    common = {"correlation_id": properties.correlation_id, "trace_id": headers["trace_id"]}
    try:
        result = call(request, delivery.redelivered, publish)
        channel.basic_ack(delivery.delivery_tag)
        respond({"tag": "response", "result": result, "error": None, **common,
                 "context": request["context"], "warning": None, "reply_to": properties.reply_to})
    except Exception as problem:
        again = isinstance(problem, Again)
        if again and not delivery.redelivered:
            channel.basic_nack(delivery.delivery_tag, requeue=True)
            return
        channel.basic_reject(delivery.delivery_tag, requeue=False)
        if again:
            error = {"error": "NuropbCallAgainReject",
                     "description": "Rejecting second call again request for "
                                    f"trace_id: {headers['trace_id']}, correlation_id: {properties.correlation_id}"}
        elif isinstance(problem, LookupError):
            error = {"error": "NuropbHandlingError", "description": f"Unknown method {problem}"}
        else:
            text = f"Runtime exception calling {service}.{request['method']}:{type(problem).__name__}: {problem}"
            error = {"error": "NuropbException", "description": text}
        respond({"tag": "response", **common, "context": request["context"], "result": None, "error": error,
                 "warning": None, "reply_to": properties.reply_to})
        # as the original: twice
        respond({"tag": "response", "result": error["description"], "error": None, **common,
                 "context": request["context"], "warning": None, "reply_to": properties.reply_to})


connection = pika.BlockingConnection(pika.URLParameters(uri))
channel = connection.channel()
queue = f"nuropb-{service}-sq"
channel.queue_declare(queue, durable=True, arguments={"x-dead-letter-exchange": mesh.DEAD})
channel.queue_bind(queue, mesh.RPC, service)
channel.queue_bind(queue, mesh.EVENTS, "lab.#")
channel.basic_qos(prefetch_count=1)
channel.basic_consume(queue, take)
print("ready", flush=True)
channel.start_consuming()
