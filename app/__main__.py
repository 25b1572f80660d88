"""``python -m groundwire.app``: the command line without its installed script."""

import sys

from groundwire.app.cli import run_process

if __name__ == "__main__":
    sys.exit(run_process())
