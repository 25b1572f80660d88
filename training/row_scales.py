"""A graph changed so that eight bits lose less of it: every token gets a range of its own.

What is quantized dynamically shares one range over all of a product's input, and a few large
numbers, mostly of the special tokens, leave few steps for all others. Here the rows of that input
are divided by their largest number before the product, and the product's rows multiplied by it
after: the same numbers, with a range a token, as in "ZeroQuant: Efficient and Affordable
Post-Training Quantization for Large-Scale Transformers" (token-wise activations).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

_AXIS = "last_axis"


def scale_rows(graph: onnx.ModelProto) -> onnx.ModelProto:
    """A copy of ``graph`` with rows scaled around the products with matrices that are not square.

    Those are the two of each feed-forward part, whose inputs have the large numbers. The other
    products would gain little and cost time.
    """
    changed = onnx.ModelProto()
    changed.CopyFrom(graph)
    weights = {one.name: one for one in changed.graph.initializer}
    nodes = [part for node in graph.graph.node for part in _scaled(node, weights)]
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    changed.graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), _AXIS))
    return changed


def _scaled(node: NodeProto, weights: dict[str, TensorProto]) -> Iterator[NodeProto]:
    weight = weights.get(node.input[1]) if node.op_type == "MatMul" else None
    if weight is None or weight.dims[0] == weight.dims[1]:
        yield node
        return
    source, product = node.input[0], node.output[0]
    size, range_, rows, raw = (f"{product}_{part}" for part in ("size", "range", "rows", "raw"))
    yield helper.make_node("Abs", [source], [size], name=size)
    yield helper.make_node("ReduceMax", [size, _AXIS], [range_], name=range_, keepdims=1)
    yield helper.make_node("Div", [source, range_], [rows], name=rows)
    yield helper.make_node("MatMul", [rows, node.input[1]], [raw], name=node.name)
    yield helper.make_node("Mul", [raw, range_], [product], name=f"{product}_scaled")
