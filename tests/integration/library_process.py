"""A process of the tests that has everything imported and forks one child for each order.

An order is a line of JSON: ``home``, ``paths``, and ``kill_after`` seconds or null. The child adds
the paths to the library, and is killed as hard as can be if it is still at it by then. The reply
is a line of JSON: ``killed``, ``seconds``.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import chromadb  # noqa: F401 - imported once, before any child is forked
import py3langid

from groundwire.core.settings import EncoderSettings, Settings
from groundwire.retrievers import add_paths, open_library


def add(order: dict[str, Any]) -> None:
    settings = Settings(home=Path(order["home"]), encoder=EncoderSettings(model="hash"))
    with open_library(settings) as library:
        outcomes = [one.outcome for one in add_paths(library, order["paths"])]
    os._exit(0 if set(outcomes) <= {"added", "unchanged", "replaced"} else 3)


def obey(order: dict[str, Any]) -> dict[str, Any]:
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            add(order)
        finally:
            os._exit(1)
    status = None
    while status is None:
        done, found = os.waitpid(child, os.WNOHANG)
        if done:
            status = found
            break
        if order["kill_after"] is not None and time.monotonic() - started > order["kill_after"]:
            os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
        time.sleep(0.002)
    code = os.waitstatus_to_exitcode(status)
    return {"code": code, "killed": code == -9, "seconds": time.monotonic() - started}


py3langid.classify("The language model is loaded once.")
for line in sys.stdin:
    sys.stdout.write(json.dumps(obey(json.loads(line))) + "\n")
    sys.stdout.flush()
