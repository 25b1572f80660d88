"""An encoder without a model: words and letter groups hashed into a small vector.

It ships for tests, demonstrations and for measuring everything around the encoder. It finds
passages that share words with the query and knows nothing of meaning.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from groundwire.core.protocols import FloatArray

DIMENSION = 256
MAX_TOKENS = 256
# Changes whenever the same text would get another vector.
_NAME = "hash-256-1"
# A run of letters is cut so that scripts without blanks become many tokens, not one.
_TOKEN = re.compile(r"\w{1,16}|[^\w\s]")
_GRAM = 3
_GRAM_WEIGHT = 0.25
# Words of up to three letters are mostly function words; they may not outweigh the others.
_SHORT_WEIGHT = 0.25
# Keeps every vector from being zero: no sum of the weights above cancels it.
_BIAS = 1e-3
_CACHED_TOKENS = 65_536
_NO_BUCKETS = np.zeros(0, dtype=np.intp)
_NO_WEIGHTS = np.zeros(0)


class HashEncoder:
    """Feature hashing of lower-cased words and their letter groups of three.

    After "Feature Hashing for Large Scale Multitask Learning" (Weinberger et al., 2009): a
    second bit of the hash gives the sign, so that collisions cancel out on average.
    """

    @property
    def name(self) -> str:
        """Identity of the scheme."""
        return _NAME

    @property
    def dimension(self) -> int:
        """Length of a vector: 256."""
        return DIMENSION

    @property
    def max_tokens(self) -> int:
        """Most tokens (words, pieces of long words, punctuation marks) that are read: 256."""
        return MAX_TOKENS

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of shape (len(texts), 256); a text without tokens gets a fixed one."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[:] = _vector(text)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        return [len(_TOKEN.findall(text)) for text in texts]


def _vector(text: str) -> NDArray[np.float64]:
    pairs = [_features(token) for token in _TOKEN.findall(text.lower())[:MAX_TOKENS]]
    buckets = np.concatenate([_NO_BUCKETS, *(buckets for buckets, _ in pairs)])
    weights = np.concatenate([_NO_WEIGHTS, *(weights for _, weights in pairs)])
    vector = np.bincount(buckets, weights, DIMENSION).astype(np.float64)
    vector[0] += _BIAS
    return np.asarray(vector / np.sqrt(vector @ vector), dtype=np.float64)


@lru_cache(maxsize=_CACHED_TOKENS)
def _features(token: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Buckets and signed weights of one token and its letter groups."""
    edged = f"<{token}>"
    grams = [edged[start : start + _GRAM] for start in range(len(edged) - _GRAM + 1)]
    hashes = np.array([zlib.crc32(part.encode("utf-8", "replace")) for part in (token, *grams)])
    weights = np.full(len(hashes), _GRAM_WEIGHT)
    weights[0] = 1.0
    if token.isascii() and len(token) <= _GRAM:
        weights *= _SHORT_WEIGHT
    return (hashes % DIMENSION).astype(np.intp), np.where(hashes >> 31, -weights, weights)
