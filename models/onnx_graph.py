"""The one door to ONNX Runtime: a graph file becomes a function on arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from groundwire.core.errors import ModelError
from groundwire.models.manifest import Manifest, check_graph, remedy

Graph = Callable[[Mapping[str, NDArray[Any]]], list[NDArray[Any]]]


def open_graph(manifest: Manifest, *, outputs: Sequence[str] = ()) -> Graph:
    """The graph of ``manifest`` as a function from named inputs to its outputs.

    A call runs on the thread that makes it: several threads may call at once, and that is how
    more than one processor is used. ONNX Runtime's own threads would share one input between
    them, wait for each other in spinning loops, and be slower in sum. Raises ModelError when
    the file is missing or damaged, or does not give ``outputs`` in this order, where any are named;
    the function does when the graph cannot take its inputs.
    """
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    path = check_graph(manifest)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except (state.InvalidProtobuf, state.InvalidGraph, state.InvalidArgument, state.Fail) as error:
        raise ModelError(f"{path} is damaged: {error}", remedy(manifest.folder)) from error
    given = [one.name for one in session.get_outputs()]
    if outputs and given != list(outputs):
        raise ModelError(
            f"{path} gives {', '.join(given)}, and manifest.json beside it says "
            f"{', '.join(outputs)}.",
            remedy(manifest.folder),
        )

    def run(inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        try:
            return list(session.run(None, inputs))
        except (ValueError, state.InvalidArgument, state.Fail, state.RuntimeException) as error:
            raise ModelError(f"{path} cannot be run: {error}", remedy(manifest.folder)) from error

    return run
