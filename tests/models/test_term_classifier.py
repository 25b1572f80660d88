"""The term classifier over a tiny graph: how near a word's first token is to one word's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from groundwire.core.errors import ModelError
from groundwire.core.protocols import TermPicker
from groundwire.models.conversation_words import MOST_TEXTS, fold, lay_out
from groundwire.models.encoders import BUNDLED
from groundwire.models.manifest import bundled_folder
from groundwire.models.term_classifier import TermClassifier
from groundwire.models.tokenizer_file import read_tokenizer
from groundwire.models.word_table import WordTable

TRUNK = bundled_folder(BUNDLED)
HISTORY = ["Who founded Kestrel Looms?", "Ottoline Farrow founded Kestrel's looms."]


def write_graph(folder: Path, word: str, *, bias: float = 0.0) -> Path:
    """A classifier whose logits are highest, and above 0, for ``word``."""
    table = WordTable(TRUNK)
    first, *_ = read_tokenizer(TRUNK).encode(word, add_special_tokens=False).ids
    direction = table.rows([first])[0]
    scale = 10 / float(direction @ direction)
    weights = numpy_helper.from_array(
        np.array(direction * scale, dtype=np.float32)[:, np.newaxis], "weights"
    )
    shift = numpy_helper.from_array(np.array([-6.0], dtype=np.float32), "shift")
    axis = numpy_helper.from_array(np.array([2]), "axis")
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["embeddings", "weights"], ["product"]),
            helper.make_node("Add", ["product", "shift"], ["sum"]),
            helper.make_node("Squeeze", ["sum", "axis"], ["terms"]),
        ],
        "tiny",
        [
            helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, [1, "tokens", 384]),
            helper.make_tensor_value_info("types", TensorProto.INT64, [1, "tokens"]),
        ],
        [helper.make_tensor_value_info("terms", TensorProto.FLOAT, [1, "tokens"])],
        initializer=[weights, shift, axis],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    content = model.SerializeToString()
    folder.mkdir()
    (folder / "model.onnx").write_bytes(content)
    manifest = {
        "name": "tiny",
        "dimension": 384,
        "max_tokens": 256,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "trunk": table.trunk,
        "outputs": ["terms"],
        "calibration": {"terms": {"scale": 1.0, "bias": bias}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def picker(tmp_path_factory: pytest.TempPathFactory) -> TermPicker:
    return TermClassifier(write_graph(tmp_path_factory.mktemp("weights") / "tiny", "farrow"))


def test_each_word_comes_once_in_the_order_of_first_appearance(picker: TermPicker) -> None:
    picked = picker.pick("When was it?", HISTORY)
    assert [word for word, _ in picked] == ["founded", "Kestrel", "Looms", "Ottoline", "Farrow"]
    assert all(0 <= probability <= 1 for _, probability in picked)


def test_the_likeliest_word_is_the_one_the_graph_says(picker: TermPicker) -> None:
    best = max(picker.pick("When was it?", HISTORY), key=lambda one: one[1])
    assert best[0] == "Farrow"
    assert best[1] > 0.5


def test_words_of_the_question_and_small_words_are_not_picked(picker: TermPicker) -> None:
    words = [word for word, _ in picker.pick("Where is the loom of farrow's?", HISTORY)]
    assert words == ["founded", "Kestrel", "Ottoline"]


def test_the_calibration_shifts_every_probability(tmp_path: Path, picker: TermPicker) -> None:
    higher = TermClassifier(write_graph(tmp_path / "higher", "farrow", bias=2.0))
    for one, other in zip(picker.pick("Why?", HISTORY), higher.pick("Why?", HISTORY), strict=True):
        assert one[0] == other[0]
        assert one[1] < other[1]
    assert picker.name != higher.name


@pytest.mark.parametrize("question", ["", "   ", "🙂", "half \ud800", "word " * 50_000, "[SEP]"])
@pytest.mark.parametrize(
    "history",
    [
        [],
        [""],
        ["", " \n", "🙂🙂"],
        ["half a pair \ud800 of surrogates", "Tarnholm"],
        ["x" * 100_000],
        ["harbour " * 20_000, "Tarnholm " * 20_000],
        ["[SEP] [CLS] harbour"],
        ["등대는 언제 세워졌습니까?", "灯台はいつ建てられましたか"],
        [f"Question {number} on Tarnholm" for number in range(500)],
    ],
)
def test_odd_inputs_have_a_result(picker: TermPicker, question: str, history: list[str]) -> None:
    for word, probability in picker.pick(question, history):
        assert any(word in text for text in history)
        assert 0 <= probability <= 1


def test_of_a_long_conversation_the_latest_is_read(picker: TermPicker) -> None:
    history = [f"Is harbour{number} old?" for number in range(200)]
    words = [word for word, _ in picker.pick("Why?", history)]
    assert words[-1] == "harbour199"
    assert len(words) <= 2 * MOST_TEXTS


def test_a_long_answer_leaves_room_for_the_question_before_it(picker: TermPicker) -> None:
    history = ["Who founded Kestrel Looms?", "It began like this. " + "It went on. " * 500]
    assert "Kestrel" in [word for word, _ in picker.pick("Why?", history)]


def test_missing_weights_are_named_with_the_remedy(tmp_path: Path) -> None:
    folder = write_graph(tmp_path / "tiny", "farrow")
    (folder / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx") as caught:
        TermClassifier(folder).pick("Why?", HISTORY)
    assert f"Delete {folder}" in caught.value.advice


def test_words_are_placed_where_they_stand_in_the_text() -> None:
    laid = lay_out(["Where is Tarnholm?", "On the coast of Pellin."])
    assert laid.text.index("On the coast") < laid.text.index("Where is")
    assert [word.text for word in laid.words] == ["Tarnholm", "coast", "Pellin"]
    for word in laid.words:
        assert laid.text[word.start :].startswith(word.text)


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Looms", "loom"), ("Kestrel's", "kestrel"), ("boats'", "boat"), ("Bus", "bus"), ("s", "s")],
)
def test_forms_of_a_word_fold_together(word: str, folded: str) -> None:
    assert fold(word) == folded
