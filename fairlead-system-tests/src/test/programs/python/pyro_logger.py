# SPDX-License-Identifier: Apache-2.0
"""A logger as CTE's services expect one: pyro_logger.py NAME_SERVER_PORT"""
import sys

import Pyro4


@Pyro4.expose
@Pyro4.behavior(instance_mode="single")
class Logger:
    def _log(self, level, logname, msg, args, kwargs):
        print(level, logname, msg % tuple(args), kwargs, flush=True)

    def debug(self, logname, msg, args, kwargs):
        self._log("debug", logname, msg, args, kwargs)

    def info(self, logname, msg, args, kwargs):
        self._log("info", logname, msg, args, kwargs)

    def warning(self, logname, msg, args, kwargs):
        self._log("warning", logname, msg, args, kwargs)

    def error(self, logname, msg, args, kwargs):
        self._log("error", logname, msg, args, kwargs)


daemon = Pyro4.Daemon("localhost")
uri = daemon.register(Logger())
Pyro4.locateNS("localhost", int(sys.argv[1])).register("meta.Logger", uri)
print("ready", flush=True)
daemon.requestLoop()
