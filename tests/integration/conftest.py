"""The page as a server of its own, and a real Chromium to look at it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT_MS = 30_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def served(home: Path, script: Path) -> Iterator[str]:
    """The page on a free port of this machine; its log is printed if a test fails."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    flags = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    quiet = ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    # The stand-in for an encoder knows words only: answers that share some are good enough here.
    chosen = {
        "GROUNDWIRE_ENCODER__MODEL": "hash",
        "GROUNDWIRE_ANSWER__READER": "sentences",
        "GROUNDWIRE_ANSWER__THRESHOLD": "0.05",
    }
    environ = {**os.environ, **chosen, "GROUNDWIRE_HOME": str(home)}
    # Streamlit reads its settings from beside the script, or from where it is started.
    shutil.copytree(ROOT / "app" / ".streamlit", home.parent / ".streamlit", dirs_exist_ok=True)
    log = home.parent / f"{home.name}.log"
    with log.open("ab") as out:
        server = subprocess.Popen(
            [*command, *flags, *quiet], env=environ, stdout=out, stderr=out, cwd=home.parent
        )
    try:
        wait_until_up(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        sys.stdout.write(log.read_text(errors="replace"))


def wait_until_up(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, "the page's server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the page's server did not come up")


@pytest.fixture(scope="session")
def serve() -> Callable[[Path, Path], AbstractContextManager[str]]:
    """Serves the page of a home folder by a script, and gives its address."""
    return served


@pytest.fixture
def open_page() -> Iterator[Callable[..., "Page"]]:
    """Opens pages; fails the test that makes one ask another machine, or that breaks a script."""
    from playwright.sync_api import sync_playwright

    outside: list[str] = []
    broken: list[str] = []

    def watch(page: "Page") -> None:
        page.on("request", lambda request: note_host(request.url))
        page.on("websocket", lambda socket: note_host(socket.url))
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("dialog", lambda dialog: broken.append(dialog.message))

    def note_host(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "file"} and parts.hostname != "127.0.0.1":
            outside.append(url)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

        def open_at(url: str, *, width: int = 1280, scheme: str = "light") -> "Page":
            context = browser.new_context(
                viewport={"width": width, "height": 860}, color_scheme=scheme
            )
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            context.set_default_timeout(WAIT_MS)
            page = context.new_page()
            watch(page)
            page.goto(url)
            return page

        yield open_at
        browser.close()
    assert outside == []
    assert broken == []
