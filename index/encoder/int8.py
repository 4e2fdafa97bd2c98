"""An ONNX graph with its matrix products in 8-bit integers, each row with a scale of its own.

ONNX Runtime's own dynamic quantisation has one scale for a whole tensor of activations: a text's
vector would depend on its neighbours in a batch, and one outlying piece would coarsen all others.
Here each row x (one word piece) becomes q = z + round(x / a), from 0 to 255, where a is the row's
range / 255 and z = round(-min x / a), with 0 always inside the range. Each column w of the weights
becomes v = round(w / s), from -127 to 127, where s = max|w| / 127. Then

    x . w = a (s (q . v)) - a z (s sum(v)),

in which q . v is exact. This is the affine scheme of Jacob et al. 2018 (arXiv:1712.05877), by row
and by column. Products of activations with each other (attention) stay in float32.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

CONTRIBUTED = "com.microsoft"  # ONNX Runtime's own operators
Constants = dict[str, npt.NDArray[np.generic]]
SHARED: Constants = {
    "zero": np.array(0, np.float32),
    "one": np.array(1, np.float32),
    "levels": np.array(255, np.float32),
    "least_range": np.array(1e-12, np.float32),  # for a row of noughts
    "unsigned_zero": np.array(0, np.uint8),
    "last": np.array([-1], np.int64),
    "from_first": np.array([0], np.int64),
    "to_third": np.array([2], np.int64),
}


def quantise(model: ModelProto) -> int:
    """Put every product with constant weights into integers, in place; returns how many there were.

    Activations are of shape (texts, pieces, inputs), weights (inputs, outputs).

    Raises:
        ValueError: there is no such product, so this is no graph of a transformer.
    """
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer if len(tensor.dims) == 2}
    built = _Quantised()
    done: set[str] = set()
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            built.product(node, numpy_helper.to_array(weights[node.input[1]]))
            done.add(node.input[1])
        else:
            built.nodes.append(node)
    if not done:
        raise ValueError("the graph has no product with constant weights")
    kept = [tensor for tensor in graph.initializer if tensor.name not in done]
    made = [numpy_helper.from_array(array, name) for name, array in built.constants.items()]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(built.nodes)
    graph.initializer.extend([*kept, *made])
    model.opset_import.append(helper.make_opsetid(CONTRIBUTED, 1))
    return len(done)


@dataclass
class _Quantised:
    """The new graph as it grows; `rows` maps an activation to the prefix of its integers."""

    nodes: list[NodeProto] = field(default_factory=list)
    constants: Constants = field(
        default_factory=lambda: {f"int8.{name}": array for name, array in SHARED.items()}
    )
    rows: dict[str, str] = field(default_factory=dict)
    products: int = 0

    def product(self, node: NodeProto, weights: npt.NDArray[np.float32]) -> None:
        """Integers in the place of one product."""
        activation, prefix = node.input[0], f"int8.{self.products}"
        self.products += 1
        if activation not in self.rows:  # query, key and value share theirs
            self.rows[activation] = f"{prefix}.rows"
            self.constants[f"{prefix}.rows.flat"] = np.array([-1, len(weights)], np.int64)
            self.nodes += _row_nodes(activation, f"{prefix}.rows")
        scales = np.maximum(np.abs(weights).max(axis=0), np.finfo(np.float32).tiny) / 127
        integers = np.round(weights / scales).astype(np.int8)
        sums = integers.sum(axis=0, dtype=np.float64) * scales
        self.constants |= {
            f"{prefix}.weights": integers,
            f"{prefix}.scales": scales.astype(np.float32),
            f"{prefix}.minus_sums": -sums.astype(np.float32)[None, :],
            f"{prefix}.outputs": np.array([weights.shape[1]], np.int64),
        }
        self.nodes += _product_nodes(prefix, self.rows[activation], node.output[0])


def _row_nodes(activation: str, prefix: str) -> list[NodeProto]:
    """Of each row: its integers, its `step` (a above), and its `shift` (a times z), as columns."""
    make = _maker(prefix)
    return [
        helper.make_node("Shape", [activation], [f"{prefix}.shape"]),
        helper.make_node("Reshape", [activation, f"{prefix}.flat"], [f"{prefix}.x"]),
        make("ReduceMax", ".x", "last", to=".largest", keepdims=0),
        make("ReduceMin", ".x", "last", to=".smallest", keepdims=0),
        make("Max", ".largest", "zero", to=".high"),
        make("Min", ".smallest", "zero", to=".low"),
        make("Sub", ".high", ".low", to=".spread"),
        make("Max", ".spread", "least_range", to=".range"),
        make("Div", ".range", "levels", to=".steps"),
        make("Neg", ".low", to=".below"),
        make("Div", ".below", ".steps", to=".place"),
        make("Round", ".place", to=".offset"),
        helper.make_node(
            "Cast", [f"{prefix}.offset"], [f"{prefix}.zero_point"], to=TensorProto.UINT8
        ),
        make("QuantizeLinear", ".x", ".steps", ".zero_point", to=".integers", axis=0),
        make("Mul", ".steps", ".offset", to=".shifts"),
        make("Unsqueeze", ".steps", "last", to=".step"),
        make("Unsqueeze", ".shifts", "last", to=".shift"),
    ]


def _product_nodes(prefix: str, rows: str, output: str) -> list[NodeProto]:
    """From the integers of rows and weights to the product, in the shape that it had."""
    names = {name: f"{rows}.{name}" for name in ("integers", "step", "shift", "shape")}
    weights, scales = f"{prefix}.weights", f"{prefix}.scales"
    return [
        helper.make_node(
            "MatMulIntegerToFloat",
            [names["integers"], weights, "int8.one", scales, "int8.unsigned_zero"],
            [f"{prefix}.scaled"],
            domain=CONTRIBUTED,
        ),
        helper.make_node("Mul", [f"{prefix}.scaled", names["step"]], [f"{prefix}.stepped"]),
        helper.make_node(
            "Gemm",
            [names["shift"], f"{prefix}.minus_sums", f"{prefix}.stepped"],
            [f"{prefix}.flat"],
        ),
        helper.make_node(
            "Slice", [names["shape"], "int8.from_first", "int8.to_third"], [f"{prefix}.leading"]
        ),
        helper.make_node(
            "Concat", [f"{prefix}.leading", f"{prefix}.outputs"], [f"{prefix}.shape"], axis=0
        ),
        helper.make_node("Reshape", [f"{prefix}.flat", f"{prefix}.shape"], [output]),
    ]


def _maker(prefix: str) -> Callable[..., NodeProto]:
    """Makes nodes whose names with a leading dot are the row's own, and others shared constants."""

    def full(name: str) -> str:
        return f"{prefix}{name}" if name.startswith(".") else f"int8.{name}"

    def make(operator: str, *inputs: str, to: str, **options: Any) -> NodeProto:  # noqa: ANN401
        return helper.make_node(operator, [full(name) for name in inputs], [full(to)], **options)

    return make
