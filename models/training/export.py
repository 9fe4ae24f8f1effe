"""Write the trained network as one ONNX graph with 8-bit weights.

The graph is put together node by node, with ONNX Runtime's fused operators, rather than traced: tracing needs a second
pass that finds the fusions again, and quantizing tables a row at a time and matrices a column at a time is then simple.
Activations are quantized on the fly; a few channels of BERT's activations are fifty times as large as the rest, so
those are first divided by a factor that their weights take over (as in SmoothQuant, Xiao et al. 2023). Weights use 7 of
the 8 bits: processors without VNNI instructions add two products in 16 bits, which would saturate.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from network import DISTANCES, EPSILON, HEADS, HIDDEN, LAYERS, POINTER, POOLS, POSITIONS, QUANTITY, Network

WEIGHT_LIMIT = 63
MICROSOFT = "com.microsoft"


class Graph:
    """Collects nodes and weights; every method adds an operation and returns its output's name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, array: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(array, order="C"), name))
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: object) -> str:
        names = [f"n{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names  # type: ignore[return-value]

    def table(self, weight: np.ndarray, index: str) -> str:
        """Rows of an embedding table, kept in 8 bits with a scale a row."""
        scale = np.maximum(np.abs(weight).max(1, keepdims=True), 1e-8) / 127
        rows = self.constant(np.round(weight / scale).astype(np.int8))
        chosen = self.add("Cast", self.add("Gather", rows, index), to=TensorProto.FLOAT)
        return self.add("Mul", chosen, self.add("Gather", self.constant(scale.astype(np.float32)), index))

    def linear(self, x: str, weight: np.ndarray, bias: np.ndarray, largest: np.ndarray | None = None) -> str:
        """x @ weight.T + bias with an 8-bit weight of shape (out, in), a scale for each output.

        largest: (in,) the largest absolute activation seen in each channel, to balance the channels by.
        """
        if largest is not None:
            factor = np.maximum(largest / (2 * np.median(largest)), 1).astype(np.float32)
            x, weight = self.add("Mul", x, self.constant(1 / factor)), weight * factor
        scale = np.maximum(np.abs(weight).max(1), 1e-8) / WEIGHT_LIMIT
        whole = np.round(weight / scale[:, None]).astype(np.int8).T
        return self.add(
            "DynamicQuantizeMatMul", x, self.constant(whole), self.constant(scale.astype(np.float32)),
            self.constant(np.zeros(len(scale), np.int8)), self.constant(bias.astype(np.float32)), domain=MICROSOFT,
        )  # fmt: skip

    def reshape(self, x: str, *shape: int) -> str:
        return self.add("Reshape", x, self.constant(np.array(shape, np.int64)))


def largest_activations(network: Network, batches: list[dict[str, Tensor]]) -> dict[str, np.ndarray]:
    """For each linear layer of the encoder, the largest absolute input of each channel over some batches."""
    found: dict[str, Tensor] = {}
    inside = torch.empty(0)  # (B, T, 1) of the batch, 0 where it is padded

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            now = (inputs[0].abs() * inside).amax((0, 1))
            found[name] = torch.maximum(found[name], now) if name in found else now

        return hook

    handles = [
        module.register_forward_pre_hook(watch(name))
        for name, module in network.named_modules()
        if name.startswith("encoder.layers.") and isinstance(module, nn.Linear)
    ]
    network.eval()
    with torch.no_grad():
        for batch in batches:
            inside = (torch.arange(batch["ids"].shape[1]) < batch["length"][:, None])[..., None]
            network(*(batch[name] for name in ("ids", "cases", "marks", "length", "q_first", "q_last", "q_count")))
    for handle in handles:
        handle.remove()
    return {name: value.numpy() for name, value in found.items()}


def build(network: Network, largest: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The whole network as a model; `largest` as largest_activations gives it.

    Inputs: ids, cases, marks (1, T) int64; q_first, q_last (Q,) int64; buckets (Q, T) int64 of distance_buckets.
    Outputs: names (1, T, tags), classes (Q, all classes of all slots), pointers (2 * slots, Q, T).
    """
    w = {name: value.detach().float().numpy() for name, value in network.state_dict().items()}
    g = Graph()

    def linear(x: str, name: str) -> str:
        return g.linear(x, w[f"{name}.weight"], w[f"{name}.bias"], largest.get(name))

    last_axis = g.constant(np.array([-1], np.int64))

    def norm(x: str, name: str, epsilon: float = EPSILON) -> str:
        # written out, since ONNX Runtime's own operator adds up in doubles, one number at a time, for thrice the time
        away = g.add("Sub", x, g.add("ReduceMean", x, last_axis))
        variance = g.add("ReduceMean", g.add("Mul", away, away), last_axis)
        deviation = g.add("Sqrt", g.add("Add", variance, g.constant(np.array(epsilon, np.float32))))
        scaled = g.add("Mul", g.add("Div", away, deviation), g.constant(w[f"{name}.weight"]))
        return g.add("Add", scaled, g.constant(w[f"{name}.bias"]))

    def skip_norm(x: str, skip: str, name: str, epsilon: float = EPSILON) -> str:
        return norm(g.add("Add", x, skip), name, epsilon)

    def attention(x: str, name: str, heads: int) -> str:
        q, k, v = g.add("Split", linear(x, name), outputs=3, axis=-1, num_outputs=3)
        return g.add("MultiHeadAttention", q, k, v, domain=MICROSOFT, num_heads=heads)

    length = g.add("Slice", g.add("Shape", "ids"), *(g.constant(np.array([n], np.int64)) for n in (1, 2)))
    zero = g.constant(np.array([0], np.int64))
    counted = g.constant(np.arange(POSITIONS)[None])
    positions = g.add("Slice", counted, zero, length, g.constant(np.array([1], np.int64)))
    x = g.add("Add", g.table(w["encoder.words.weight"], "ids"), g.table(w["encoder.positions.weight"], positions))
    for name in ("cases", "marks"):
        x = g.add("Add", x, g.add("Gather", g.constant(w[f"encoder.{name}.weight"]), name))
    x = norm(x, "encoder.norm")
    for layer in range(LAYERS):
        prefix = f"encoder.layers.{layer}."
        attended = linear(attention(x, prefix + "qkv", HEADS), prefix + "attended")
        x = skip_norm(attended, x, prefix + "attended_norm")
        up = g.add("Gelu", linear(x, prefix + "up"), domain=MICROSOFT)
        x = skip_norm(linear(up, prefix + "down"), x, prefix + "down_norm")
    names = linear(x, "names")

    tokens = g.reshape(x, -1, HIDDEN)
    ends = g.add("Concat", g.add("Gather", tokens, "q_first"), g.add("Gather", tokens, "q_last"), axis=-1)
    root = g.constant(np.array(POINTER**-0.5, np.float32))

    def asked(query: str, key: str, distances: np.ndarray) -> str:
        """Scores (heads, Q, T) of wordpieces for quantities: products of their heads, and what their distance adds."""
        heads = len(distances)
        query = g.add("Transpose", g.reshape(query, -1, heads, POINTER), perm=[1, 0, 2])
        key = g.add("Transpose", g.reshape(key, -1, heads, POINTER), perm=[1, 2, 0])
        table = np.concatenate([distances, np.zeros((heads, 1), np.float32)], 1)  # token 0 is no place
        assert table.shape == (heads, DISTANCES + 1)
        near = g.add("Gather", g.constant(table), "buckets", axis=1)
        return g.add("Add", g.add("Mul", g.add("MatMul", query, key), root), near)

    scores = asked(linear(ends, "pool_query"), linear(tokens, "pool_key"), w["pool_distance"])
    pooled = g.add("MatMul", g.add("Softmax", scores, axis=-1), tokens)
    pooled = g.reshape(g.add("Transpose", pooled, perm=[1, 0, 2]), -1, POOLS * HIDDEN)
    quantity = g.add("Gelu", linear(g.add("Concat", ends, pooled, axis=-1), "quantity"), domain=MICROSOFT)
    quantity = g.reshape(norm(quantity, "quantity_norm", 1e-5), 1, -1, QUANTITY)
    among = linear(attention(quantity, "interaction.qkv", 4), "interaction.out")
    quantity = g.reshape(skip_norm(among, quantity, "interaction.norm", 1e-5), -1, QUANTITY)

    slots = 2 * len(network.shape.pointers)
    pointers = asked(linear(quantity, "pointer_query"), linear(tokens, "pointer_key"), w["pointer_distance"])
    looks = []
    for slot in ("subject", "metric"):
        row = g.constant(np.array(2 * network.shape.pointers.index(slot), np.int64))
        chosen = g.add("Softmax", g.add("Gather", pointers, row, axis=0), axis=-1)
        looks.append(g.add("MatMul", chosen, tokens))
    answers = linear(g.add("Concat", quantity, *looks, axis=-1), "answers")
    classes = linear(g.add("Gelu", answers, domain=MICROSOFT), "classes")

    outputs = {"names": names, "classes": classes, "pointers": pointers}
    for name, value in outputs.items():
        g.nodes.append(helper.make_node("Identity", [value], [name]))
    whole, real = TensorProto.INT64, TensorProto.FLOAT
    graph = helper.make_graph(
        g.nodes,
        "newsfacts",
        [helper.make_tensor_value_info(n, whole, [1, "T"]) for n in ("ids", "cases", "marks")]
        + [helper.make_tensor_value_info(n, whole, ["Q"]) for n in ("q_first", "q_last")]
        + [helper.make_tensor_value_info("buckets", whole, ["Q", "T"])],
        [
            helper.make_tensor_value_info("names", real, [1, "T", network.shape.tags]),
            helper.make_tensor_value_info("classes", real, ["Q", sum(network.shape.classes.values())]),
            helper.make_tensor_value_info("pointers", real, [slots, "Q", "T"]),
        ],
        g.weights,
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="newsfacts")


def export(network: Network, batches: list[dict[str, Tensor]], path: Path) -> None:
    """Write the model; the same weights and batches give the same bytes."""
    path.write_bytes(build(network, largest_activations(network, batches)).SerializeToString(deterministic=True))
