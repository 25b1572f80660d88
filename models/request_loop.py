"""The event loop that all requests to language models share.

LiteLLM keeps its connections by event loop, and those of callers come and go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import cache
from threading import Thread
from typing import Any, TypeVar

Found = TypeVar("Found")


async def in_background(work: Coroutine[Any, Any, Found]) -> Found:
    """What ``work`` gives, done in the shared loop; cancelled with its caller."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _loop()))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="groundwire-llm", daemon=True).start()
    return loop
