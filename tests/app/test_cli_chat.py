"""The chat page is started, found, and stopped, by the real command."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from groundwire.app.cli import main
from groundwire.app.cli_chat import address, announce, free_port, stop
from groundwire.app.cli_command import Surroundings
from groundwire.core.errors import GroundwireError, UsageError


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that something else listens on, with a free one after it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def answers(port: int) -> bool:
    """Whether a chat page is well on this port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_taken_port_is_passed_over(taken: int) -> None:
    assert free_port("127.0.0.1", taken) > taken


def test_no_free_port_at_all() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.listen()
        with pytest.raises(GroundwireError, match=rf"No port from {port}"):
            free_port("127.0.0.1", port, most=1)


def test_an_address_that_cannot_be_listened_on_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="cannot listen on ''"):
        free_port("", 8501)


def test_addresses_are_for_a_browser_on_this_machine() -> None:
    assert address("127.0.0.1", 8501) == "http://127.0.0.1:8501"
    assert address("0.0.0.0", 8501) == "http://127.0.0.1:8501"  # noqa: S104 (nothing is bound)
    assert address("::", 80) == "http://[::1]:80"


def test_a_page_that_others_can_reach_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    announce(Surroundings(), "0.0.0.0", 8501)  # noqa: S104 (nothing is bound)
    shown = capsys.readouterr().out
    assert "every address of this machine" in shown
    announce(Surroundings(), "127.0.0.1", 8501)
    assert "every address" not in capsys.readouterr().out


def test_a_page_that_does_not_listen_is_made_to_end() -> None:
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    code = f"import signal; {deaf}; print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as page:
        assert page.stdout
        page.stdout.readline()
        assert stop(page, patience=0.1) == -signal.SIGKILL


@contextlib.contextmanager
def start_chat(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a shell starts it; made to end if the test does not bring it to an end."""
    command = [sys.executable, "-m", "groundwire.app", "--home", str(home), "chat", *words]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
        # A test run in the background ignores Ctrl-C, and so would what it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                running.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_page_starts_on_the_next_port_and_stops_when_told(
    how: signal.Signals, taken: int, tmp_path: Path
) -> None:
    with start_chat(tmp_path, "--port", str(taken)) as command:
        assert command.stdout
        assert command.stderr
        first = command.stdout.readline()
        port = int(first.partition("http://127.0.0.1:")[2].split()[0])
        assert port > taken
        assert answers(port)
        assert visit_from_elsewhere(port) == 403
        command.send_signal(how)
        assert command.wait(30) == 0
        assert f"groundwire --home {tmp_path} ask" in command.stdout.read()
        assert "Traceback" not in command.stderr.read()
    assert not answers(port)


def test_an_interrupt_ends_the_page_in_order(
    taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port("127.0.0.1", taken)
    before = signal.getsignal(signal.SIGTERM)

    def interrupt() -> None:
        wait_for(lambda: answers(port))
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGTERM)

    visitor = threading.Thread(target=interrupt)
    visitor.start()
    code = main(["chat", "--port", str(taken)])
    visitor.join()
    assert code == 0
    assert "Stopping the chat." in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def visit_from_elsewhere(port: int) -> int:
    """The status for a socket that a page of another site opens; a look-up fails the test."""
    lines = (
        "GET /_stcore/stream HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Origin: http://elsewhere.example",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(connection.recv(4096).split()[1])


def test_the_page_ends_with_the_command_that_started_it(tmp_path: Path) -> None:
    port = free_port("127.0.0.1", 18501)
    with start_chat(tmp_path, "--port", str(port)) as command:
        assert command.stdout
        assert f":{port} " in command.stdout.readline()
        assert answers(port)
        command.kill()
        wait_for(lambda: not answers(port))


def test_a_page_that_cannot_start_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))  # the page's Python finds no library
    assert main(["chat", "--port", str(free_port("127.0.0.1", 18601))]) == 1
    assert "did not start" in capfd.readouterr().err
