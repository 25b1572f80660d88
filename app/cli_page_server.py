"""The process of the chat page: Streamlit, sealed off and tied to the command that started it.

Run as ``python -m groundwire.app.cli_page_server run PAGE [options of streamlit run]`` with a pipe
as standard input. When the pipe closes, the command that started it is gone, and so is the page.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from streamlit import net_util
from streamlit.web import cli

from groundwire.app.cli_chat import EVERYWHERE


def main() -> None:
    """Serve until told to stop; the arguments are those of ``streamlit``."""
    # Asked for by a page of an unknown address, Streamlit would look up this machine's outside
    # address at a web service to compare the two. None is "not known": the page is refused.
    net_util.get_external_ip = lambda: None
    # The address in the local network matters only to a page that listens everywhere.
    if EVERYWHERE.keys().isdisjoint(sys.argv):
        net_util.get_internal_ip = lambda: None
    threading.Thread(target=_outlive_nobody, daemon=True).start()
    cli.main(prog_name="groundwire chat")


def _outlive_nobody() -> None:
    # Read past Python's buffer: its lock, held by a daemon thread, would break the exit.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
