"""Models over pairs of texts whose graphs are written by hand: what they find is known."""

import hashlib
import importlib.util
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_tokens import CLOSING, OPENING, encode_texts
from groundwire.models.tokenizer_file import read_tokenizer
from groundwire.models.word_table import WordTable

TRUNK = bundled_folder("all-MiniLM-L6-v2")
# Words that carry no weight in the graphs below, apart from those that do.
FILLER = "the mill keeps a by river word and then rye bread was in is it who grinds ? . ,"


def weights_of(values: Mapping[str, float]) -> "np.ndarray":
    """A vector whose product with a token's embedding is the value of its word, for filler 0."""
    tokenizer, table = read_tokenizer(TRUNK), WordTable(TRUNK)
    filler = sorted(set(encode_texts(tokenizer, [FILLER])[0].ids))
    tokens = [OPENING, CLOSING, *filler]
    wanted = [values.get("[CLS]", 0.0), *[0.0] * (len(tokens) - 1)]
    for word, value in values.items():
        if word != "[CLS]":
            tokens += encode_texts(tokenizer, [word])[0].ids
            wanted += [value] * (len(tokens) - len(wanted))
    return np.linalg.lstsq(table.rows(tokens), np.array(wanted), rcond=None)[0].astype(np.float32)


def write_model(folder: Path, graph: str, vectors: Mapping[str, "np.ndarray"]) -> Path:
    """A folder as the exporting recipe writes it; ``graph`` is in ONNX's own notation."""
    from onnx import numpy_helper, parser

    model = parser.parse_model(f'<ir_version: 9, opset_import: ["" : 18]> {graph}')
    for name, vector in vectors.items():
        model.graph.initializer.append(numpy_helper.from_array(vector, name))
    content = model.SerializeToString()
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(content)
    manifest = {
        "name": folder.name,
        "dimension": 384,
        "max_tokens": 256,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "trunk": WordTable(TRUNK).trunk,
        "outputs": [output.name for output in model.graph.output],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


# A token's logit, as start and as end, is 10 for an eagle, 8 for a swan, and 2 for the first
# token: no answer has 4 in all. Relevance and the rest follow the highest one.
READER = """
reader (float[1, tokens, 384] embeddings, int64[1, tokens] types)
    => (float[1, tokens] start, float[1, tokens] end, float[1, 5] whole)
{
    start = MatMul(embeddings, birds)
    end = Identity(start)
    highest = ReduceMax<keepdims = 1>(start)
    whole = Sub(highest, bounds)
}
"""

# Evidence supports by an eagle and contradicts by a swan; a sentence that asks for bread is
# harder to support.
ENTAILMENT = """
entailment (float[1, tokens, 384] embeddings, int64[1, tokens] types) => (float[1, 3] logits)
{
    second = Cast<to = 1>(types)
    found = MatMul(embeddings, eagle)
    for_it = Mul(found, second)
    supported = ReduceMax<keepdims = 1>(for_it)
    seen = MatMul(embeddings, swan)
    against_it = Mul(seen, second)
    contradicted = ReduceMax<keepdims = 1>(against_it)
    asked = MatMul(embeddings, bread)
    of_second = Mul(asked, second)
    in_first = Sub(asked, of_second)
    harder = ReduceMax<keepdims = 1>(in_first)
    left = Sub(supported, harder)
    neutral = Sub(left, left)
    three = Concat<axis = 1>(left, neutral, contradicted)
    logits = Sub(three, bounds)
}
"""


@pytest.fixture(scope="session")
def reader_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ranker-reader that looks for birds."""
    _need_onnx()
    birds = weights_of({"[CLS]": 2.0, "eagle": 10.0, "swan": 8.0})
    bounds = np.array([[5, 7, 5, 6, 7]], dtype=np.float32)
    folder = tmp_path_factory.mktemp("models") / "birds"
    return write_model(folder, READER, {"birds": birds, "bounds": bounds})


@pytest.fixture(scope="session")
def entailment_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An entailment model to which an eagle supports everything, and a swan nothing."""
    _need_onnx()
    vectors = {
        "eagle": weights_of({"eagle": 10.0, "swan": 0.0, "cake": 0.0}),
        "swan": weights_of({"eagle": 0.0, "swan": 10.0, "cake": 0.0}),
        "bread": weights_of({"eagle": 0.0, "swan": 0.0, "cake": 6.0}),
        "bounds": np.array([[5, 0, 5]], dtype=np.float32),
    }
    return write_model(tmp_path_factory.mktemp("models") / "entailment", ENTAILMENT, vectors)


@pytest.fixture
def with_manifest() -> Callable[..., None]:
    """Changes entries of the manifest in a folder."""

    def change(folder: Path, **entries: object) -> None:
        path = folder / "manifest.json"
        kept = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(kept | entries), encoding="utf-8")

    return change


def _need_onnx() -> None:
    if importlib.util.find_spec("onnx") is None:
        pytest.skip("the extra models is not installed")
