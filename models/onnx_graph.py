"""The one door to ONNX Runtime: a graph file becomes a function on arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from groundwire.core.errors import ModelError
from groundwire.models.manifest import REMEDY, Manifest, graph_file

Graph = Callable[[Mapping[str, NDArray[Any]]], list[NDArray[Any]]]


def open_graph(manifest: Manifest) -> Graph:
    """The graph of ``manifest`` as a function from named inputs to its outputs.

    A call runs on the thread that makes it: several threads may call at once, and that is how
    more than one processor is used. ONNX Runtime's own threads would share one input between
    them, wait for each other in spinning loops, and be slower in sum. Raises ModelError when
    the file is missing or damaged.
    """
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    path = graph_file(manifest)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except (state.InvalidProtobuf, state.InvalidGraph, state.InvalidArgument, state.Fail) as error:
        raise ModelError(f"{path} is damaged: {error}", REMEDY) from error
    return lambda inputs: list(session.run(None, inputs))
