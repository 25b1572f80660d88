from __future__ import annotations

import json
import os
import subprocess
import sys

from groundwire.core.threads import available_threads, claim_threads


def test_a_process_uses_only_the_processors_it_may_use() -> None:
    assert 1 <= available_threads() <= (os.cpu_count() or 1)


def test_numpy_gets_one_thread_unless_a_person_said_otherwise() -> None:
    environ: dict[str, str] = {}
    claim_threads(environ)
    assert environ == {"OPENBLAS_NUM_THREADS": "1"}
    environ = {"OPENBLAS_NUM_THREADS": "4"}
    claim_threads(environ)
    assert environ == {"OPENBLAS_NUM_THREADS": "4"}


def test_it_says_when_it_comes_too_late() -> None:
    code = """
import json
from groundwire.core.threads import claim_threads
before = claim_threads({})
import numpy
print(json.dumps([before, claim_threads({})]))
"""
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout
    assert json.loads(output) == [True, False]
