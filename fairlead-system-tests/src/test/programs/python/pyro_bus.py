# SPDX-License-Identifier: Apache-2.0
"""A message bus by the rules of CTE's: pyro_bus.py NAME_SERVER_PORT [SECONDS_BETWEEN_POLLS]"""
import queue
import sys
import threading
import time

import Pyro4

port = int(sys.argv[1])
pause = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0


def say(*words):
    print(*words, flush=True)


@Pyro4.expose
@Pyro4.behavior(instance_mode="single")
class MessageBus:
    def __init__(self):
        self.messages = queue.Queue()
        self.handlers = {}
        self.askers = {}
        self.known = set()

    def put_message(self, message):
        if "type" not in message:
            return False
        sender = message["sender"]
        if isinstance(sender, str) and message["type"].endswith("request"):
            self.askers[message["uuid"]] = "PYRONAME:%s@localhost:%d" % (sender, port)
        self.messages.put(message)
        return True

    # What follows is not called by name from elsewhere.

    def _poll(self):
        names = Pyro4.locateNS("localhost", port)
        while True:
            listed = names.list()
            for name in sorted(set(listed) - self.known):
                self.known.add(name)
                if not name.startswith("service") or name == "service.MessageBus":
                    continue
                by_name = Pyro4.Proxy("PYRONAME:%s@localhost:%d" % (name, port))
                try:
                    wanted = by_name.get_wanted_messages()
                except Exception as error:
                    say("unreachable", name, type(error).__name__)
                    continue
                by_uri = Pyro4.Proxy(listed[name])
                for wanted_type in wanted:
                    self.handlers.setdefault(wanted_type, []).append(by_uri)
                say("registered", name, ",".join(sorted(wanted)))
            time.sleep(pause)

    def _deliver(self):
        by_name = {}
        while True:
            message = self.messages.get()
            told = False
            if message["type"].endswith("response") and message.get("response_uuid") in self.askers:
                uri = self.askers.pop(message["response_uuid"])
                if uri not in by_name:
                    by_name[uri] = Pyro4.Proxy(uri)
                by_name[uri].handle_message(message)
                told = True
            for handler in self.handlers.get(message["type"], ()):
                handler.handle_message(message)
                told = True
            if not told:
                self.messages.put(message)
                time.sleep(0.01)


def thread(target):
    # As in the original, what a handler raises ends the only thread that delivers.
    def run():
        try:
            target()
        except Exception as error:
            say("dead", type(error).__module__ + "." + type(error).__name__, error)

    threading.Thread(target=run, daemon=True).start()


bus = MessageBus()
daemon = Pyro4.Daemon("localhost")
names = Pyro4.locateNS("localhost", port)
names.register("service.MessageBus", daemon.register(bus))
thread(bus._poll)
thread(bus._deliver)
say("ready")
daemon.requestLoop()
