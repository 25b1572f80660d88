"""An encoder that remembers what it was asked: for measuring what is done around it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from groundwire.core.protocols import Encoder, FloatArray


@dataclass
class RecordingEncoder:
    """Passes everything on to an encoder, and remembers what it was asked and for how long."""

    encoder: Encoder
    calls: list[list[str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """The encoder's own name."""
        return self.encoder.name

    @property
    def dimension(self) -> int:
        """The encoder's own dimension."""
        return self.encoder.dimension

    @property
    def max_tokens(self) -> int:
        """The encoder's own limit."""
        return self.encoder.max_tokens

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """The encoder's vectors, with the time they took."""
        started = time.perf_counter()
        vectors = self.encoder.encode(texts)
        self.seconds += time.perf_counter() - started
        self.calls.append(list(texts))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The encoder's own count."""
        return self.encoder.count_tokens(texts)
