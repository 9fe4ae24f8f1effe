"""Reviewers' decisions on facts, as people write them: the file corrections.yaml beside the dataset.

It is a list of decisions. A ``fact`` is named by its id; where no fact has that id any more, and for a new one, the
``quote`` (the quantity) tells the place, with words around it as ``context`` where the article has it several times:

    - action: reject
      fact: 51f585f2775c00f5
      article: bakery-chain-rents
      quote: 22
      by: A. Reader
      why: the headline only repeats the lead

    - action: fix
      fact: 67d56b6e877e10b3
      article: bakery-chain-rents
      quote: 22
      slots: {metric: bakeries closed, basis: other}
      by: A. Reader
      why: it closes them

    - action: add
      article: bakery-chain-rents
      quote: 3.5%
      context: margins fell to 3.5%
      slots: {value: 3.5, unit: percent, kind: level, subject: Crumb & Co, metric: margins, measure: ratio}
      by: A. Reader
      why: missed

``slots`` are those of a line of facts.jsonl; what a fix leaves out stays as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from newsfacts.emit.marked_yaml import Keys, Marked, YamlError, parse_yaml
from newsfacts.records import (
    ArticleError,
    Basis,
    Direction,
    Kind,
    Measure,
    Modality,
    Period,
    Qualifier,
    Record,
    Value,
    check_move,
)

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*(?:_\d+)*)(\.\d+)?([eE][+-]?\d+)?")
_NEEDED = ("value", "unit", "kind", "measure")  # of a fact that is added


def _number(value: Any) -> Any:
    """Turn the text of a number, or of the ends of a range, into numbers."""
    if isinstance(value, list) and len(value) == 2:
        return tuple(map(_number, value))
    if not isinstance(value, str) or not (match := _NUMBER.fullmatch(value)):
        raise PydanticCustomError("number", "must be a number such as 1200, 7.5 or 1.2e9, or a range [low, high]")
    return float(value) if match[1] or match[2] else int(value)


def _words(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("empty", "must not be empty")
    return text


_Words = Annotated[str, AfterValidator(_words)]
_NoneYet: Any = Field(default=None)


class Restated(Record):
    """The same amount restated, as it stands in the fact's sentence."""

    text: _Words
    value: Annotated[Value, BeforeValidator(_number)]
    unit: _Words


class Slots(Record):
    """The slots of a fact as a reviewer has them; what is not set stays as it is."""

    value: Annotated[Value, BeforeValidator(_number)] = _NoneYet
    unit: _Words = _NoneYet
    kind: Kind = _NoneYet
    direction: Direction | None = None
    basis: Basis | None = None
    qualifier: Qualifier = _NoneYet
    subject: _Words | None = None
    metric: _Words | None = None
    measure: Measure = _NoneYet
    period: Period | None = None
    modality: Modality = _NoneYet
    source: _Words | None = None
    equivalents: tuple[Restated, ...] = _NoneYet

    def given(self) -> dict[str, Any]:
        """The slots that are set, in their order."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


class Decision(Record):
    """One entry of corrections.yaml."""

    action: Literal["reject", "fix", "add"]
    fact: _Words | None = None
    article: _Words
    quote: _Words
    context: _Words | None = None
    slots: Slots | None = None
    by: _Words
    why: _Words

    @model_validator(mode="after")
    def _complete(self) -> Self:
        slots = self.slots.given() if self.slots else {}
        if self.action == "reject" and self.slots:
            raise ValueError("a rejected fact has no slots; fix it, or leave out slots")
        if self.action != "reject" and not slots:
            raise ValueError(f"a fact to {self.action} needs slots")
        if self.action == "add":
            if self.fact:
                raise ValueError("a fact that is added has no id yet; leave out the field fact")
            if missing := [name for name in _NEEDED if name not in slots]:
                raise ValueError(f"a fact to add needs slots.{', slots.'.join(missing)}")
            check_move(*(slots.get(name) for name in ("kind", "direction", "basis", "value")))  # type: ignore[arg-type]
        if self.context is not None and one_line(self.quote) not in one_line(self.context):
            raise ValueError("the context must hold the quote")
        return self

    @property
    def place(self) -> tuple[str, ...]:
        """What it decides on, as far as that is known without the article."""
        return (self.fact,) if self.fact else (self.article, *map(one_line, (self.quote, self.context or "")))


class CorrectionsError(ValueError):
    """A corrections.yaml that cannot be used, with all that is wrong in it."""

    def __init__(self, problems: Iterable[ArticleError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Corrections:
    """The decisions of a file by article, each with its line; ``sha256`` is that of the file, None without one."""

    by_article: Mapping[str, list[tuple[int, Decision]]] = field(default_factory=dict)
    sha256: str | None = None


def read_corrections(path: Path) -> Corrections:
    """Read a corrections.yaml; none, where there is no such file.

    Raises ``CorrectionsError`` with everything that is wrong in it, each with its line and field.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Corrections()
    except OSError as error:
        raise CorrectionsError([_problem(path, None, None, f"cannot be read: {error.strerror or error}")]) from error
    try:
        marked = parse_yaml(content)
    except YamlError as error:
        raise CorrectionsError([_problem(path, error.line, None, error.message)]) from None
    entries = [] if marked.data is None else marked.data
    if not isinstance(entries, list):
        message = 'must be a list of corrections, each beginning with "- action: "'
        raise CorrectionsError([_problem(path, marked.line(()), None, message)])
    found: defaultdict[str, list[tuple[int, Decision]]] = defaultdict(list)
    problems: list[ArticleError] = []
    places: dict[tuple[str, ...], int] = {}
    for number, entry in enumerate(entries):
        line = marked.lines[number,]
        try:
            decision = Decision.model_validate(entry)
        except ValidationError as error:
            problems += _problems(path, marked, number, error)
            continue
        first = places.setdefault(decision.place, line)
        if first != line:
            problems.append(_problem(path, line, None, f"line {first} decides on this already; put both into one"))
        found[decision.article].append((line, decision))
    if problems:
        raise CorrectionsError(sorted(problems, key=lambda problem: problem.line or 0))
    return Corrections(dict(found), hashlib.sha256(content).hexdigest())


def one_line(text: str) -> str:
    """The text with every run of white space a blank."""
    return " ".join(text.split())


def _problems(path: Path, marked: Marked, number: int, error: ValidationError) -> Iterator[ArticleError]:
    told = set()
    for problem in error.errors(include_url=False):
        keys = _keys(marked.data, (number, *problem["loc"]))
        if keys in told:  # the other branches of a union say it again
            continue
        told.add(keys)
        fields = ".".join(str(key) for key in keys[1:])
        yield _problem(path, marked.line(keys), fields or None, _message(problem))


def _keys(data: Any, loc: Keys) -> Keys:
    """The part of pydantic's path that leads through the data, and the name of a field that is missing there."""
    keys: Keys = ()
    for key in loc:
        if isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        elif isinstance(data, dict) and isinstance(key, str):
            data = data.get(key)
        else:
            break
        keys = (*keys, key)
    return keys


def _message(problem: Mapping[str, Any]) -> str:
    kind = problem["type"]
    if kind == "extra_forbidden":
        kinds: dict[str, type[Record]] = {"equivalents": Restated, "period": Period, "slots": Slots}
        fields = next((kinds[part] for part in kinds if part in problem["loc"]), Decision).model_fields
        return f"is no field; the fields are {', '.join(fields)}"
    if kind == "missing":
        return "is missing"
    if kind == "string_type":
        return "must be a text"
    if kind in ("model_type", "model_attributes_type"):
        return "must hold fields, each as name: value"
    return str(problem["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")


def _problem(path: Path, line: int | None, name: str | None, message: str) -> ArticleError:
    return ArticleError(code="bad_correction", file=str(path), line=line, field=name, message=message)
