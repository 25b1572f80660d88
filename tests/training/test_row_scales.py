from __future__ import annotations

import importlib.util
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

if importlib.util.find_spec("onnx") is None or importlib.util.find_spec("torch") is None:
    pytest.skip("the extra models is not installed", allow_module_level=True)

import onnx
import onnxruntime
from onnx import numpy_helper, parser

from groundwire.training.quantize import quantized
from groundwire.training.row_scales import scale_rows

GRAPH = """
<ir_version: 9, opset_import: ["" : 18]>
tall (float[1, tokens, 16] given) => (float[1, tokens, 64] wide, float[1, tokens, 16] square)
{
    wide = MatMul(given, tall_weight)
    square = MatMul(given, square_weight)
}
"""


@pytest.fixture
def graph() -> onnx.ModelProto:
    draw = np.random.default_rng(3)
    model = parser.parse_model(GRAPH)
    for name, shape in (("tall_weight", (16, 64)), ("square_weight", (16, 16))):
        weight = draw.normal(size=shape).astype(np.float32)
        model.graph.initializer.append(numpy_helper.from_array(weight, name))
    return model


def run(content: bytes, given: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return dict(zip(("wide", "square"), session.run(None, {"given": given}), strict=True))


def test_scaled_rows_give_the_same_numbers(graph: onnx.ModelProto) -> None:
    given = np.random.default_rng(5).normal(size=(1, 7, 16)).astype(np.float32)
    plain = run(graph.SerializeToString(), given)
    scaled = run(scale_rows(graph).SerializeToString(), given)
    for name, expected in plain.items():
        assert np.allclose(scaled[name], expected, atol=1e-4)


def test_one_row_of_large_numbers_no_longer_blurs_the_others(graph: onnx.ModelProto) -> None:
    given = np.random.default_rng(5).normal(size=(1, 7, 16)).astype(np.float32)
    given[0, 0] *= 100
    exact = run(graph.SerializeToString(), given)["wide"][0, 1:]
    plain = run(quantized(graph), given)["wide"][0, 1:]
    scaled = run(quantized(scale_rows(graph)), given)["wide"][0, 1:]
    assert np.abs(scaled - exact).mean() < np.abs(plain - exact).mean() / 5
