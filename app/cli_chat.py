"""The command that starts the chat page and stays with it until it is stopped."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundwire.app.cli_adding import try_next
from groundwire.app.cli_command import DONE, Command, Result, Surroundings
from groundwire.core.errors import GroundwireError, UsageError

if TYPE_CHECKING:
    from groundwire.core.settings import Settings

PAGE = Path(__file__).with_name("chat_page.py")
# How many ports are tried, how long the page may take to listen, and to stop when asked to.
PORTS = 100
START_SECONDS = 60.0
STOP_SECONDS = 5.0
# Addresses that stand for all of this machine's, and where to reach them on it.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (only if a person sets it)


@dataclass(frozen=True, kw_only=True)
class Chat(Command):
    """Start the chat page and print its address; Ctrl-C stops it."""

    host: Annotated[str | None, typer.Option(metavar="HOST", help="The address to listen on.")] = (
        None
    )
    port: Annotated[
        int | None, typer.Option(metavar="N", help="The port to try first; the next free is taken.")
    ] = None

    def run(self, surroundings: Surroundings) -> Result:
        """Serve until the page ends or is stopped; its exit code."""
        settings = surroundings.settings({"page.host": self.host, "page.port": self.port})
        host = settings.page.host
        port = free_port(host, settings.page.port)
        with _stops_as_interrupts(), _page(settings, port) as page:
            try:
                _await_listening(page, EVERYWHERE.get(host, host), port)
                announce(surroundings, host, port)
                code = page.wait()
            except KeyboardInterrupt:
                surroundings.say("Stopping the chat.")
                code = stop(page)
        return Result(data={}, show=lambda _: None, code=code)


def free_port(host: str, first: int, *, most: int = PORTS) -> int:
    """The first of ``most`` ports from ``first`` on that nobody listens on.

    UsageError for an address that is none of this machine's, GroundwireError if all are taken.
    """
    last = min(first + most, 65536) - 1
    for port in range(first, last + 1):
        try:
            _try_to_bind(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            raise UsageError(
                f"The chat page cannot listen on {host!r}, port {port}: {error.strerror}.",
                "Choose another address with --host or the setting page.host, or another --port.",
            ) from error
        return port
    raise GroundwireError(
        f"No port from {first} to {last} is free on {host}.",
        "Choose another one with --port or the setting page.port.",
    )


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    shown = EVERYWHERE.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def stop(page: subprocess.Popen[bytes], *, patience: float = STOP_SECONDS) -> int:
    """Ask the page to end, make it end if it does not; 0 when it ended as asked."""
    page.terminate()
    try:
        code = page.wait(patience)
    except subprocess.TimeoutExpired:
        page.kill()
        return page.wait()
    return DONE if code == -signal.SIGTERM else code


def _try_to_bind(host: str, port: int) -> None:
    if not host:
        raise OSError(errno.EADDRNOTAVAIL, "no address is named")
    family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # Without it, a port whose last connection has just ended would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)


@contextlib.contextmanager
def _page(settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    options = {
        "server.address": settings.page.host,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
    }
    if settings.page.host not in EVERYWHERE:
        options["browser.serverAddress"] = settings.page.host  # its own pages may talk to it
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    # -P: a file of the working directory must not stand in for a module. A session of its own:
    # Ctrl-C reaches this process alone, which then ends the page in order.
    with subprocess.Popen(  # noqa: S603 (our own interpreter and page)
        [sys.executable, "-P", "-m", "groundwire.app.cli_page_server", "run", str(PAGE), *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "GROUNDWIRE_HOME": str(settings.home)},
        start_new_session=True,
    ) as page:
        try:
            yield page
        finally:
            if page.poll() is None:
                stop(page)


@contextlib.contextmanager
def _stops_as_interrupts() -> Iterator[None]:
    """While it lasts, being told to end or losing the terminal is the same as Ctrl-C."""
    signals = (signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, signal.default_int_handler) for name in signals}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _await_listening(page: subprocess.Popen[bytes], host: str, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while page.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.05)
    raise GroundwireError(
        f"The chat page did not start on port {port}.", "What it printed above says why."
    )


def announce(surroundings: Surroundings, host: str, port: int) -> None:
    """Print where the page is and what else to try."""
    from groundwire.app.cli_console import open_console

    console = open_console(sys.stdout)
    console.print(f"The chat is at {address(host, port)} (Ctrl-C stops it).", soft_wrap=True)
    if host in EVERYWHERE:
        console.print("It listens on every address of this machine.")
    console.print(f"In another terminal, try:\n  {try_next(surroundings)}", soft_wrap=True)
    sys.stdout.flush()
