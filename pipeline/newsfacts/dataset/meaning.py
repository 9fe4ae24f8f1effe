"""Lines of facts.jsonl as the comparison reads them: what each says, and what is wrong with one that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from pydantic_core import from_json

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.files import parse


class _Span(msgspec.Struct):
    start: int
    end: int


class _Sentence(_Span):
    text: str


class _Equivalent(msgspec.Struct):
    text: Any
    value: Any
    unit: Any


class _Correction(msgspec.Struct):
    by: str
    why: str


class Meaning(msgspec.Struct):
    """What a fact says and where it stands. Equal ones differ in neither; of others, `compare` looks what differs.

    msgspec decodes these fields alone, whatever their order and spacing, several times faster than the whole line.
    """

    id: str
    start: int
    end: int
    text: str
    sentence: _Sentence
    part: Any = None
    value: Any = None
    unit: str | None = None
    kind: str | None = None
    direction: Any = None
    basis: Any = None
    qualifier: Any = None
    subject: str | None = None
    subject_type: Any = None
    subject_id: Any = None
    metric: str | None = None
    measure: str | None = None
    period: Any = None
    modality: Any = None
    source: Any = None
    equivalents: list[_Equivalent] | None = None
    evidence: dict[str, list[_Span] | None] | None = None
    correction: _Correction | None = None

    def __post_init__(self) -> None:
        self.evidence = self.correction = None  # their form is checked, and they are no part of the meaning


_decode = msgspec.json.Decoder(Meaning).decode


def meaning(line: bytes, file: str, number: int) -> Meaning | dict[str, Any]:
    """What a line says; its row where it is JSON that msgspec does not take, such as half a surrogate pair.

    Raises ``DatasetError`` for a line that cannot be compared.
    """
    try:
        return _decode(line)
    except (ValueError, RecursionError):
        return row(line, file, number)


def row(line: bytes, file: str, number: int) -> dict[str, Any]:
    """The record of a line; raise ``DatasetError`` where a field that is compared or shown does not have its form."""
    found = _parsed(line, file, number)
    for name, (form, holds) in _FORMS.items():
        if not holds(found.get(name)):
            raise DatasetError(
                file, f"{'must be' if name in found else 'is missing; it must be'} {form}", line=number, field=name
            )
    return found


def _parsed(line: bytes, file: str, number: int) -> dict[str, Any]:
    try:
        found = from_json(line, cache_strings="keys")
    except ValueError:
        found = None
    return found if isinstance(found, dict) else parse(line, file, number)  # which is slower, and says what is wrong


def _is_span(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("start"), int) and isinstance(value.get("end"), int)


def _is_evidence(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and all(map(_is_spans, value.values())))


def _is_spans(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_span, value)))


def _is_equivalents(value: Any) -> bool:
    parts = {"text", "value", "unit"}
    return value is None or (
        isinstance(value, list) and all(isinstance(same, dict) and parts <= same.keys() for same in value)
    )


def _is_correction(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict) and all(isinstance(value.get(part), str) for part in ("by", "why"))
    )


_FORMS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("id", "text"), ("a text", lambda value: isinstance(value, str))),
    **dict.fromkeys(("start", "end"), ("an offset", lambda value: isinstance(value, int))),
    **dict.fromkeys(
        ("subject", "metric", "measure", "unit", "kind"),
        ("a text or null", lambda value: isinstance(value, str | None)),
    ),
    "sentence": (
        "an object with start, end and text",
        lambda value: _is_span(value) and isinstance(value.get("text"), str),
    ),
    "evidence": ("an object with lists of spans, or null", _is_evidence),
    "correction": ("an object with by and why, or null", _is_correction),
    "equivalents": ("a list of objects with text, value and unit, or null", _is_equivalents),
}
