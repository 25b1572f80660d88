"""From the setting ``encoder.model`` to an encoder."""

from __future__ import annotations

from groundwire.core.protocols import Encoder
from groundwire.core.settings import EncoderSettings
from groundwire.models.hash_encoder import HashEncoder
from groundwire.models.manifest import bundled_folder

BUNDLED = "all-MiniLM-L6-v2"


def load_encoder(settings: EncoderSettings) -> Encoder:
    """The encoder that ``settings.model`` names; its weights are read when it is first used.

    ``bundled`` is the model that ships with groundwire, ``hash`` the stand-in without a model,
    anything else a name or folder for sentence-transformers. Raises ModelError when it is
    missing or damaged.
    """
    if settings.model == "hash":
        return HashEncoder()
    if settings.model == "bundled":
        from groundwire.models.onnx_encoder import OnnxEncoder

        return OnnxEncoder(bundled_folder(BUNDLED), threads=settings.threads)
    from groundwire.models.sentence_encoder import SentenceEncoder

    return SentenceEncoder(settings)
