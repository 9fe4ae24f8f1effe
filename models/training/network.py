"""The network: one small BERT encoder, a head for names, and heads that answer for every quantity candidate."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from newsfacts.recognize.reader.windows import BUCKETS, DISTANCES, MAX_DISTANCE

HIDDEN, LAYERS, HEADS, INTERMEDIATE, POSITIONS, EPSILON = 384, 6, 12, 1536, 512, 1e-12
QUANTITY, POINTER, POOLS = 256, 64, 4


@dataclass(frozen=True)
class Shape:
    """Sizes that come from the data: how many words, case classes, marks, tags, classes of each slot, pointer slots."""

    words: int
    cases: int
    marks: int
    tags: int
    classes: dict[str, int]
    pointers: list[str]


class Dropout(nn.Module):
    """Dropout of the same channels at all places of a row (Gal and Ghahramani 2016); far fewer random numbers."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[-1], device=x.device) >= self.rate
        return x * (kept.to(x.dtype) / (1 - self.rate))


def attention(q: Tensor, k: Tensor, v: Tensor, hidden: Tensor) -> Tensor:
    """Scaled dot product attention; `hidden` is added to the scores, very low where nothing may be looked at.

    Written out, since the backward pass of torch's own function takes a third of a step's time on a CPU.
    """
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    return (scores + hidden).softmax(-1).to(v.dtype) @ v


def hiding(shown: Tensor, dtype: torch.dtype) -> Tensor:
    """What to add to scores of places, of which only those that are shown may be looked at."""
    return torch.zeros_like(shown, dtype=dtype).masked_fill_(~shown, -1e4)


def asked(query: Tensor, key: Tensor, distances: Tensor, buckets: Tensor, hidden: Tensor) -> Tensor:
    """Scores (B, heads, Q, T) of wordpieces for quantities, as in export.py.

    query (B, Q, heads * POINTER), key (B, T, heads * POINTER), distances (heads, DISTANCES), buckets (B, Q, T).
    """
    batch, total, _ = key.shape
    heads = len(distances)
    query = query.view(batch, -1, heads, POINTER).transpose(1, 2)
    key = key.view(batch, total, heads, POINTER).permute(0, 2, 3, 1)
    near = F.pad(distances, (0, 1))[:, buckets].transpose(0, 1)  # token 0 is no place
    return query @ key / math.sqrt(POINTER) + near + hidden[:, None, None, :]


class Layer(nn.Module):
    """A post-norm transformer layer with BERT's parameters; query, key and value in one matrix."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.attended = nn.Linear(HIDDEN, HIDDEN)
        self.attended_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.up = nn.Linear(HIDDEN, INTERMEDIATE)
        self.down = nn.Linear(INTERMEDIATE, HIDDEN)
        self.down_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        attended = attention(q, k, v, hidden)
        attended = attended.transpose(1, 2).reshape(batch, length, HIDDEN)
        x = self.attended_norm(x + self.dropout(self.attended(attended)))
        return self.down_norm(x + self.dropout(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """BERT's encoder with two small embeddings more: a word's case, and the type of the quantity that it stands in."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.words, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.cases = nn.Embedding(shape.cases, HIDDEN)
        self.marks = nn.Embedding(shape.marks, HIDDEN)
        nn.init.normal_(self.cases.weight, std=0.02)
        nn.init.normal_(self.marks.weight, std=0.02)
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.dropout = Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))

    def forward(self, ids: Tensor, cases: Tensor, marks: Tensor, hidden: Tensor) -> Tensor:
        position = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.positions(position) + self.cases(cases) + self.marks(marks)
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, hidden)
        return x

    def load_bert(self, weights: dict[str, Tensor]) -> None:
        """Take over the weights of a Hugging Face BertModel; the first token type is added to the positions."""

        def put(parameter: Tensor, value: Tensor) -> None:
            parameter.data.copy_(value)

        put(self.words.weight, weights["embeddings.word_embeddings.weight"])
        types = weights["embeddings.token_type_embeddings.weight"][0]
        put(self.positions.weight, weights["embeddings.position_embeddings.weight"] + types)
        put(self.norm.weight, weights["embeddings.LayerNorm.weight"])
        put(self.norm.bias, weights["embeddings.LayerNorm.bias"])
        for index, layer in enumerate(self.layers):
            prefix = f"encoder.layer.{index}."
            for kind in ("weight", "bias"):
                parts = [weights[f"{prefix}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
                put(getattr(layer.qkv, kind), torch.cat(parts))
                put(getattr(layer.attended, kind), weights[f"{prefix}attention.output.dense.{kind}"])
                put(getattr(layer.attended_norm, kind), weights[f"{prefix}attention.output.LayerNorm.{kind}"])
                put(getattr(layer.up, kind), weights[f"{prefix}intermediate.dense.{kind}"])
                put(getattr(layer.down, kind), weights[f"{prefix}output.dense.{kind}"])
                put(getattr(layer.down_norm, kind), weights[f"{prefix}output.LayerNorm.{kind}"])


def distance_buckets(tokens: Tensor, starts: Tensor) -> Tensor:
    """As newsfacts.recognize.reader.windows.distance_buckets, for a batch: (T,) and (B, Q) give (B, Q, T)."""
    delta = (tokens - starts.unsqueeze(-1)).clamp(-MAX_DISTANCE, MAX_DISTANCE)
    return torch.where(tokens == 0, DISTANCES, torch.from_numpy(BUCKETS)[delta + MAX_DISTANCE])


class Interaction(nn.Module):
    """One attention layer between the quantities of a window: neighbours share subjects, periods, constructions."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(QUANTITY, 3 * QUANTITY)
        self.out = nn.Linear(QUANTITY, QUANTITY)
        self.norm = nn.LayerNorm(QUANTITY)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        batch, count, _ = x.shape
        q, k, v = self.qkv(x).view(batch, count, 3, 4, QUANTITY // 4).permute(2, 0, 3, 1, 4)
        y = attention(q, k, v, hidden).transpose(1, 2).reshape(batch, count, QUANTITY)
        return self.norm(x + self.dropout(self.out(y)))


class Network(nn.Module):
    """Encoder and heads.

    forward(ids, cases, marks, length, q_first, q_last, q_count): ids, cases, marks (B, T); q_first, q_last (B, Q)
    token positions of each quantity's ends. Returns names (B, T, tags), classes {slot: (B, Q, n)} and pointers
    {slot: ((B, Q, T) start scores, (B, Q, T) end scores)}; token 0 stands for "none".
    """

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape, dropout)
        self.names = nn.Linear(HIDDEN, shape.tags)
        self.quantity = nn.Linear((2 + POOLS) * HIDDEN, QUANTITY)
        self.pool_query = nn.Linear(2 * HIDDEN, POOLS * POINTER)
        self.pool_key = nn.Linear(HIDDEN, POOLS * POINTER)
        self.pool_distance = nn.Parameter(torch.zeros(POOLS, DISTANCES))
        self.quantity_norm = nn.LayerNorm(QUANTITY)
        self.interaction = Interaction(dropout)
        count = 2 * len(shape.pointers)
        self.pointer_query = nn.Linear(QUANTITY, count * POINTER)
        self.pointer_key = nn.Linear(HIDDEN, count * POINTER)
        self.pointer_distance = nn.Parameter(torch.zeros(count, DISTANCES))
        self.answers = nn.Linear(QUANTITY + 2 * HIDDEN, QUANTITY)
        self.classes = nn.Linear(QUANTITY, sum(shape.classes.values()))
        self.dropout = Dropout(dropout)

    def forward(
        self,
        ids: Tensor,
        cases: Tensor,
        marks: Tensor,
        length: Tensor,
        q_first: Tensor,
        q_last: Tensor,
        q_count: Tensor,
    ) -> tuple[Tensor, dict[str, Tensor], dict[str, tuple[Tensor, Tensor]]]:
        batch, total = ids.shape
        position = torch.arange(total, device=ids.device)
        inside = position < length.unsqueeze(-1)
        hidden = hiding(inside, torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else torch.float32)
        x = self.encoder(ids, cases, marks, hidden[:, None, None, :])
        names = self.names(self.dropout(x))

        take = lambda index: x.gather(1, index.unsqueeze(-1).expand(-1, -1, HIDDEN))  # noqa: E731
        ends = torch.cat([take(q_first), take(q_last)], -1)
        buckets = distance_buckets(position, q_first)
        scores = asked(self.pool_query(ends), self.pool_key(x), self.pool_distance, buckets, hidden)
        pooled = (scores.softmax(-1).flatten(1, 2) @ x).view(batch, POOLS, -1, HIDDEN).transpose(1, 2).flatten(2)
        quantity = self.quantity_norm(F.gelu(self.quantity(self.dropout(torch.cat([ends, pooled], -1)))))
        many = torch.arange(q_first.shape[1], device=ids.device) < q_count.unsqueeze(-1)
        among = many[:, None, None, :] | ~many.any(-1)[:, None, None, None]
        quantity = self.interaction(quantity, hiding(among, hidden.dtype))

        query, key = self.pointer_query(self.dropout(quantity)), self.pointer_key(self.dropout(x))
        pointing = asked(query, key, self.pointer_distance, buckets, hidden)
        pointers = {
            slot: (pointing[:, 2 * index], pointing[:, 2 * index + 1]) for index, slot in enumerate(self.shape.pointers)
        }
        # what the pointers of subject and metric look at tells kind, direction and measure
        looks = [pointers[slot][0].softmax(-1) @ x for slot in ("subject", "metric")]
        answers = F.gelu(self.answers(self.dropout(torch.cat([quantity, *looks], -1))))
        split = self.classes(self.dropout(answers)).split(list(self.shape.classes.values()), -1)
        return names, dict(zip(self.shape.classes, split, strict=True)), pointers
