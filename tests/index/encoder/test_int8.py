"""Products in 8-bit integers: near the true ones, and each row by itself."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnx import TensorProto, helper, numpy_helper

from index.encoder.int8 import quantise

Floats = npt.NDArray[np.float32]
INPUTS, OUTPUTS = 8, 5
ACTIVATIONS = arrays(
    np.float32, (2, 3, INPUTS), elements=st.floats(-50, 50, width=32, allow_subnormal=False)
)
WEIGHTS = arrays(
    np.float32, (INPUTS, OUTPUTS), elements=st.floats(-2, 2, width=32, allow_subnormal=False)
)


def model_of(weights: Floats) -> onnx.ModelProto:
    """A graph of one product."""
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["texts", "pieces", INPUTS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["texts", "pieces", OUTPUTS])],
        [numpy_helper.from_array(weights, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def product_with(weights: Floats) -> Callable[[Floats], Floats]:
    """The same product by integers."""
    model = model_of(weights)
    assert quantise(model) == 1
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)

    def product(x: Floats) -> Floats:
        found: Floats = session.run(["y"], {"x": x})[0]
        return found

    return product


@given(x=ACTIVATIONS, weights=WEIGHTS)
def test_the_error_is_within_what_rounding_allows(x: Floats, weights: Floats) -> None:
    found = product_with(weights)(x).astype(np.float64)
    low, high = np.minimum(x.min(axis=-1), 0), np.maximum(x.max(axis=-1), 0)
    step = ((high - low) / 255)[..., None]
    scale = np.abs(weights).max(axis=0) / 127
    # Each number is off by a step at most (rounding of it and of the offset), each weight by half.
    worst = step * np.abs(weights).sum(axis=0) + scale / 2 * (np.abs(x) + step).sum(
        axis=-1, keepdims=True
    )
    assert (np.abs(found - x.astype(np.float64) @ weights) <= worst * 1.001 + 1e-4).all()


@given(x=ACTIVATIONS, other=ACTIVATIONS, weights=WEIGHTS)
def test_a_rows_neighbours_change_none_of_its_bits(
    x: Floats, other: Floats, weights: Floats
) -> None:
    product = product_with(weights)
    changed = other.copy()
    changed[1, 2] = x[1, 2]
    assert (product(changed)[1, 2] == product(x)[1, 2]).all()


def test_rows_and_weights_of_noughts_make_noughts() -> None:
    zeros = np.zeros((2, 3, INPUTS), np.float32)
    assert (product_with(np.ones((INPUTS, OUTPUTS), np.float32))(zeros) == 0).all()
    assert (product_with(np.zeros((INPUTS, OUTPUTS), np.float32))(zeros + 1) == 0).all()


def test_a_graph_without_products_is_refused() -> None:
    model = model_of(np.ones((INPUTS, OUTPUTS), np.float32))
    model.graph.node[0].op_type = "Add"
    with pytest.raises(ValueError, match="no product with constant weights"):
        quantise(model)
