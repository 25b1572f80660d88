from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from groundwire.core.errors import ModelError
from groundwire.core.protocols import Encoder, FloatArray
from groundwire.core.settings import EncoderSettings
from groundwire.models.encoders import BUNDLED, load_encoder
from groundwire.models.manifest import bundled_folder, read_manifest
from groundwire.models.onnx_encoder import OnnxEncoder

FOLDER = bundled_folder(BUNDLED)
TEXTS = [
    "The water mill at Orrin was built in 1874 by the brothers Tamsin and Jory Pell.",
    "Ferries leave the north quay every forty minutes, on Sundays every hour.",
    "Rye bread needs a longer proof than wheat bread, because its gluten is weaker.",
    "The museum keeps the log books of all harbour pilots since 1902.",
    "A passport is renewed at the town hall; it takes about three weeks.",
    "Solar panels on the school roof produced 14 MWh last year.",
    "",
    " \n\t ",
    "🙂🙂 family 👨‍👩‍👧",
    "물레방아는 1874년에 지어졌다.",
    "水車は1874年に建てられた。",
    "Мельница построена в 1874 году.",
    "half a pair \ud800 of surrogates",
    "\x00 control \x1b characters",
]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(FOLDER, threads=2)


def copy_of_weights(folder: Path) -> Path:
    return Path(shutil.copytree(FOLDER, folder / "weights"))


def encode(encoder: Encoder, *texts: str) -> FloatArray:
    return encoder.encode(texts)


def test_vectors_have_unit_length_and_shape(encoder: OnnxEncoder) -> None:
    vectors = encode(encoder, *TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension) == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_an_empty_matrix() -> None:
    assert encode(OnnxEncoder(FOLDER)).shape == (0, 384)


def test_a_text_has_the_same_bytes_in_any_company_and_order(encoder: OnnxEncoder) -> None:
    alone = {text: encode(encoder, text)[0].tobytes() for text in TEXTS}
    for texts in (TEXTS, TEXTS[::-1], TEXTS[3:5] * 4):
        together = encode(encoder, *texts)
        assert [row.tobytes() for row in together] == [alone[text] for text in texts]


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_changes_nothing(encoder: OnnxEncoder, threads: int) -> None:
    other = OnnxEncoder(FOLDER, threads=threads)
    assert encode(other, *TEXTS).tobytes() == encode(encoder, *TEXTS).tobytes()


def test_it_finds_what_a_question_means(encoder: OnnxEncoder) -> None:
    questions = {
        "When was the mill constructed?": 0,
        "How often does the boat go?": 1,
        "Why does dough of rye rise slowly?": 2,
        "How do I renew my travel document?": 4,
        "How much electricity does the building make?": 5,
    }
    passages = encode(encoder, *TEXTS[:6])
    best = (encode(encoder, *questions) @ passages.T).argmax(axis=1)
    assert best.tolist() == list(questions.values())


def test_text_past_the_limit_is_not_read(encoder: OnnxEncoder) -> None:
    words = "mill " * (encoder.max_tokens - 2)
    assert encoder.count_tokens([words]) == [encoder.max_tokens - 2]
    full, longer, shorter = encode(encoder, words, words + "ferry", words[5:])
    assert full.tobytes() == longer.tobytes()
    assert full.tobytes() != shorter.tobytes()


def test_a_text_of_100_000_characters_is_taken(encoder: OnnxEncoder) -> None:
    vectors = encode(encoder, "long text " * 10_000, "x" * 100_000, "長" * 100_000)
    assert np.isfinite(vectors).all()


def test_tokens_are_counted_without_special_ones(encoder: OnnxEncoder) -> None:
    counts = encoder.count_tokens(["", "two words", "two words " * 1000, "\ud800"])
    assert counts == [0, 2, 2000, 1]
    assert encoder.count_tokens([]) == []
    assert encoder.count_tokens(["one"] * 1500) == [1] * 1500


def test_the_name_tells_model_and_weights(encoder: OnnxEncoder) -> None:
    recorded = read_manifest(FOLDER).sha256
    assert hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest() == recorded
    assert encoder.name == f"all-MiniLM-L6-v2-int8@{recorded[:12]}"


def test_the_licence_ships_with_the_weights() -> None:
    assert "Apache License" in (FOLDER / "LICENSE").read_text(encoding="utf-8")
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    assert size < 24_000_000


@pytest.mark.parametrize("missing", ["manifest.json", "model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named_with_the_remedy(tmp_path: Path, missing: str) -> None:
    folder = copy_of_weights(tmp_path)
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing) as caught:
        encode(OnnxEncoder(folder), "text")
    assert f"Delete {folder}" in caught.value.advice


@pytest.mark.parametrize("damaged", ["manifest.json", "model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 100])
def test_a_damaged_file_is_named_with_the_remedy(
    tmp_path: Path, damaged: str, content: bytes
) -> None:
    folder = copy_of_weights(tmp_path)
    (folder / damaged).write_bytes(content)
    with pytest.raises(ModelError, match=damaged) as caught:
        encode(OnnxEncoder(folder), "text")
    assert f"Delete {folder}" in caught.value.advice


def test_damage_that_keeps_the_size_is_noticed_too(tmp_path: Path) -> None:
    folder = copy_of_weights(tmp_path)
    path = folder / "model.onnx"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.onnx is damaged"):
        encode(OnnxEncoder(folder), "text")


def test_a_tokenizer_whose_words_were_exchanged_is_noticed_too(tmp_path: Path) -> None:
    folder = copy_of_weights(tmp_path)
    path = folder / "tokenizer.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"harbor":', '"harbour":', 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    with pytest.raises(ModelError, match=r"tokenizer\.json is damaged"):
        OnnxEncoder(folder).count_tokens(["three plain words"])


def test_counting_tokens_does_not_need_the_graph(tmp_path: Path) -> None:
    folder = copy_of_weights(tmp_path)
    (folder / "model.onnx").unlink()
    assert OnnxEncoder(folder).count_tokens(["three plain words"]) == [3]


def test_the_default_settings_choose_it_and_need_no_torch() -> None:
    code = """
import json, sys
from groundwire.core.settings import EncoderSettings
from groundwire.models import load_encoder
light = "onnxruntime" not in sys.modules and "tokenizers" not in sys.modules
encoder = load_encoder(EncoderSettings())
shape = encoder.encode(["When was the mill built?"]).shape
heavy = {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
print(json.dumps([light, shape, sorted(heavy), encoder.name]))
"""
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    name = load_encoder(EncoderSettings()).name
    assert json.loads(result.stdout) == [True, [1, 384], [], name]
    assert result.stderr == ""
