# SPDX-License-Identifier: Apache-2.0
"""A service in the style of CTE's, that says what it hears, and does what lines on its input say:
pyro_service.py NAME_SERVER_PORT NAME TYPE...

  put JSON           puts a message; "content" may have the key "$python", whose text is evaluated
"""
import json
import queue
import sys
import threading
import uuid

import Pyro4

import services.piece  # noqa: F401 what lines may name
import services.cursor  # noqa: F401
import services.secret  # noqa: F401

port, name, wanted = int(sys.argv[1]), sys.argv[2], sys.argv[3:]


def say(*words):
    print(*words, flush=True)


def message(kind, content, response_uuid=None):
    return {
        "type": kind,
        "uuid": str(uuid.uuid4()),
        "response_uuid": response_uuid,
        "sender": "service." + name,
        "pref_dest": None,
        "content": content,
    }


@Pyro4.expose
@Pyro4.behavior(instance_mode="single")
class Service:
    def __init__(self):
        self.heard = queue.Queue()

    def get_wanted_messages(self):
        return wanted

    def handle_message(self, heard):
        self.heard.put(heard)


def serve(service):
    bus = Pyro4.Proxy("PYRONAME:service.MessageBus@localhost:%d" % port)
    while True:
        heard = service.heard.get()
        say("heard", repr(heard))
        if isinstance(heard["sender"], str):
            if heard["type"].endswith("request"):
                answer = heard["type"][: -len("request")] + "response"
                bus.put_message(message(answer, {"of": heard["content"]}, heard["uuid"]))
        else:
            inner = message(heard["type"] + "-heard", heard["content"])
            bus.put_message(message("net-send", {"response_addrs": (heard["sender"][0],), "msg": inner}))


def obey():
    bus = Pyro4.Proxy("PYRONAME:service.MessageBus@localhost:%d" % port)
    for line in sys.stdin:
        given = json.loads(line[len("put "):])
        content = given.get("content")
        if isinstance(content, dict) and "$python" in content:
            given["content"] = eval(content["$python"])
        try:
            say("put", bus.put_message({**message(given["type"], None), **given}))
        except Exception as error:
            say("put", type(error).__name__, error)


service = Service()
daemon = Pyro4.Daemon("localhost")
uri = daemon.register(service)
Pyro4.locateNS("localhost", port).register("service." + name, uri)
threading.Thread(target=serve, args=(service,), daemon=True).start()
threading.Thread(target=obey, daemon=True).start()
say("ready")
daemon.requestLoop()
