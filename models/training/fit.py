"""The training loop: losses, learning rates, weights averaged over the last steps."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from data import IGNORE, POINTERS, Example, batches, collate
from network import Network

LOSS_WEIGHTS = {
    "names": 4.0, "status": 1.0, "kind": 0.7, "direction": 0.5, "basis": 0.7, "qualifier": 0.5, "modality": 0.7,
    "measure": 0.7, "unit": 0.5, "subject": 1.0, "metric": 1.0, "detail": 0.6, "period": 1.0, "source": 0.8,
}  # fmt: skip


def tensors(batch: list[Example], classes: Sequence[str]) -> dict[str, Tensor]:
    return {name: torch.from_numpy(array) for name, array in collate(batch, classes).items()}


def pointer_loss(scores: Tensor, weights: Tensor) -> Tensor:
    """Minus the log of the weighted probability of all right positions; quantities without any are left out."""
    asked = weights.sum(-1) > 0
    if not asked.any():
        return scores.sum() * 0.0
    log = scores[asked].float().log_softmax(-1)
    return -torch.logsumexp(log + weights[asked].clamp(min=1e-9).log(), -1).mean()


def losses(network: Network, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    names, classes, pointers = network(
        batch["ids"], batch["cases"], batch["marks"], batch["length"],
        batch["q_first"], batch["q_last"], batch["q_count"],
    )  # fmt: skip
    found = {"names": F.cross_entropy(names.float().flatten(0, 1), batch["tags"].flatten(), ignore_index=IGNORE)}
    for slot, scores in classes.items():
        target = batch[slot].flatten()
        if (target != IGNORE).any():
            found[slot] = F.cross_entropy(scores.float().flatten(0, 1), target, ignore_index=IGNORE)
    for slot in POINTERS:
        start, end = pointers[slot]
        found[slot] = (pointer_loss(start, batch[f"{slot}_start"]) + pointer_loss(end, batch[f"{slot}_end"])) / 2
    return found


def hide_words(batch: dict[str, Tensor], mask: int, words: int, rate: float) -> None:
    """Put `mask`, or any of the `words` for one in five, in place of a share of the wordpieces outside of quantities.

    So no answer hangs on a single word. Nothing has to be guessed, other than in BERT's own training.
    """
    ids = batch["ids"]
    hidden = (torch.rand(ids.shape) < rate) & (batch["cases"] > 0) & (batch["marks"] == 0)
    other = torch.where(torch.rand(ids.shape) < 0.2, torch.randint(words, ids.shape), mask)
    batch["ids"] = torch.where(hidden, other, ids)


def parameter_groups(network: Network, rate: float, decay: float, head_rate: float) -> list[dict[str, object]]:
    """Lower layers learn slower; the heads, which start from nothing, faster."""
    groups = []
    for name, parameter in network.named_parameters():
        if name.startswith("encoder.layers."):
            depth = int(name.split(".")[2]) + 1
            lr = rate * decay ** (len(network.encoder.layers) - depth)
        elif name == "encoder.words.weight":
            # half of all weights, and few words are seen often enough to learn from
            parameter.requires_grad_(False)
            continue
        elif name.startswith(("encoder.cases", "encoder.marks")):
            lr = head_rate
        elif name.startswith("encoder."):
            lr = rate * decay ** len(network.encoder.layers)
        else:
            lr = head_rate
        plain = parameter.ndim < 2 or "norm" in name
        groups.append({"params": [parameter], "lr": lr, "weight_decay": 0.0 if plain else 0.01})
    return groups


def train(
    network: Network,
    examples: Callable[[int, random.Random], list[Example]],
    *,
    epochs: int,
    seed: int,
    mask: int,
    hidden: float = 0.08,
    rate: float = 2e-4,
    decay: float = 0.9,
    head_rate: float = 1e-3,
    pieces: int = 2048,
    averaged: float = 0.997,
    bfloat: bool = True,
    report: Callable[[str], None] = print,
) -> Network:
    """Train in place and return the network with its weights averaged exponentially over the steps.

    examples(epoch, dice): the epoch's examples, which may differ from one epoch to the next. mask: the wordpiece that
    stands for a hidden one; hidden: which share of the wordpieces is hidden, on average.
    """
    dice = random.Random(seed)
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(parameter_groups(network, rate, decay, head_rate), betas=(0.9, 0.98), fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    warm = 1 / 15  # of the whole training; then down to a fiftieth
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(averaged)
    )
    began = time.monotonic()
    slots = list(network.shape.classes)
    for epoch in range(epochs):
        network.train()
        sums: dict[str, float] = {}
        order = batches(examples(epoch, dice), pieces, dice)
        for number, batch in enumerate(order):
            done = (epoch + number / len(order)) / epochs
            for group, full in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = full * min(done / warm + 1e-3, max(0.02, (1 - done) / (1 - warm)))
            arrays = tensors(batch, slots)
            hide_words(arrays, mask, network.shape.words, dice.uniform(0, 2 * hidden))
            with torch.autocast("cpu", torch.bfloat16, enabled=bfloat):
                found = losses(network, arrays)
            loss = sum(LOSS_WEIGHTS[name] * value for name, value in found.items())
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            if done > warm:
                average.update_parameters(network)
            for name, value in found.items():
                sums[name] = sums.get(name, 0.0) + value.item()
        shown = " ".join(f"{name} {value / len(order):.3f}" for name, value in sums.items())
        report(f"epoch {epoch + 1}/{epochs} {time.monotonic() - began:.0f}s {shown}")
        if not math.isfinite(sum(sums.values())):
            raise FloatingPointError(f"the loss is no longer finite in epoch {epoch + 1}")
    return average.module
