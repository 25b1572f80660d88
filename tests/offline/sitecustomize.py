"""Forbids every connection off this machine, in the process that imports it.

Python imports a module of this name at start, so with this folder on PYTHONPATH the processes that
tests start obey as well. An attempt raises, and is written to the file that OFFLINE_LOG names: it
fails the test even where a library swallows the error.
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path


class LeavesMachineError(RuntimeError):
    """Something tried to reach another machine."""


def forbid(event: str, arguments: tuple[object, ...]) -> None:
    """Raise LeavesMachineError when an audited socket call names another machine."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        connection, address = arguments
        if getattr(connection, "family", None) not in {socket.AF_INET, socket.AF_INET6}:
            return
        host = address[0] if isinstance(address, tuple) else None
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if not _here(host):
        _refuse(f"{event} to {host}")


def _here(host: object) -> bool:
    if host in {None, "", "localhost", "0.0.0.0", "::"}:  # noqa: S104 - nothing is bound here
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return host == socket.gethostname()


def _refuse(attempt: str) -> None:
    log = os.environ.get("OFFLINE_LOG")
    if log:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{attempt}\n")
    raise LeavesMachineError(f"{attempt}: tests stay on this machine.")


sys.addaudithook(forbid)
