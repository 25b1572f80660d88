"""Any other encoder, by name or folder, through sentence-transformers (extra ``models``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from groundwire.core.errors import ModelError
from groundwire.core.protocols import FloatArray
from groundwire.core.settings import EncoderSettings
from groundwire.models.extras import require_extra

# What decides the vectors: weights, vocabulary and the configuration of the modules.
_DECISIVE = {".safetensors", ".bin", ".json", ".txt", ".model"}
# Hashing gigabytes at every start would take seconds; training changes weights everywhere.
_SAMPLES, _SAMPLE_BYTES = 64, 16_384


class SentenceEncoder:
    """A sentence-transformers model that is on this machine; nothing is ever downloaded.

    ``settings.model`` is a folder or the name of a model in the cache of the Hugging Face hub.
    The library and the weights are loaded when first needed. Vectors may differ in their last
    bits with the batch that a text is encoded in.
    """

    def __init__(self, settings: EncoderSettings) -> None:
        require_extra("sentence_transformers", "models")
        self._settings = settings
        self._folder = _model_folder(settings.model)

    @cached_property
    def name(self) -> str:
        """Name of the model and hash of its files."""
        return f"{Path(self._settings.model).name}@{_fingerprint(self._folder)[:12]}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._vectors([""]).shape[1])

    @cached_property
    def max_tokens(self) -> int:
        """Most tokens of one text that are read, special ones included."""
        return int(self._model.max_seq_length or self._model.tokenizer.model_max_length)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of shape (len(texts), dimension); ModelError when the model is bad."""
        if len(texts) == 0:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._vectors([text.encode("utf-8", "replace").decode() for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""
        tokenizer = self._model.tokenizer
        return [
            # The length is counted in order to cut by it: no warning about long texts.
            len(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])
            for text in texts
        ]

    def _vectors(self, texts: list[str]) -> FloatArray:
        vectors = self._model.encode(
            texts,
            batch_size=self._settings.batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401 - its type is known only after the slow import
        import torch
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        if self._settings.threads:
            torch.set_num_threads(self._settings.threads)
        try:
            return SentenceTransformer(str(self._folder), local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ModelError(
                f"The model in {self._folder} cannot be loaded: {error}",
                "Give encoder.model a whole folder as sentence-transformers saves it.",
            ) from error


def _model_folder(model: str) -> Path:
    """The folder of ``model``, given as a folder or as a name in the hub's cache."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download

    repository = model if "/" in model else f"sentence-transformers/{model}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The model {model!r} of encoder.model is not on this machine.",
            f"Fetch it once (hf download {repository}), or name the folder it is in.",
        ) from error


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _DECISIVE and path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            for sample in _samples(path):
                digest.update(sample)
    return digest.hexdigest()


def _samples(path: Path) -> Iterator[bytes]:
    """The size of a file and pieces spread evenly over it; all of it when it is small."""
    size = path.stat().st_size
    yield f"{size}\0".encode()
    step = max(_SAMPLE_BYTES, size // _SAMPLES)
    with path.open("rb") as file:
        for start in range(0, size, step):
            file.seek(start)
            yield file.read(_SAMPLE_BYTES)
