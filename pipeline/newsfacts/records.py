"""The records that Newsfacts reads and writes: one place that knows the schema.

Every offset is a Unicode code point offset into the article's text, so that ``text[start:end]`` is the quoted span.
Records are immutable and refuse unknown fields; ``record.model_dump_json()`` is a line of the output files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictFloat,
    StrictInt,
    model_validator,
)
from pydantic_core import PydanticCustomError

MAX_CHARACTERS = 1_000_000

Kind = Literal["level", "change", "share"]
Direction = Literal["up", "down"]
Basis = Literal["year_on_year", "quarter_on_quarter", "month_on_month", "other"]
Qualifier = Literal["exact", "about", "more_than", "less_than"]
Modality = Literal["actual", "expected"]
Part = Literal["headline", "body"]
NameType = Literal["ORG", "PLACE", "PERSON"]
Label = Literal["ORG", "PLACE", "PERSON", "MONEY", "PERCENT"]
Measure = Literal[
    "output", "revenue", "sales", "profit", "loss", "cost", "price", "value", "investment", "funding", "spending",
    "debt", "deficit", "surplus", "trade", "exports", "imports", "gdp", "wages", "tax", "fine", "interest_rate",
    "inflation", "unemployment", "exchange_rate", "index", "market_value", "market_share", "stake", "employment",
    "population", "production_volume", "sales_volume", "capacity", "energy", "area", "length", "weight", "speed",
    "temperature", "count", "ratio", "other",
]  # fmt: skip
QuantityType = Literal[
    "money", "percent", "percentage_point", "count", "small_count", "measure", "index_point", "exchange_rate",
    "multiple", "duration", "age", "ordinal", "rank", "vague",
]  # fmt: skip
NoFact = Literal[
    "multiple", "duration", "age", "ordinal", "rank", "vague", "small_count", "furniture", "aside", "no_statement",
    "low_confidence", "rejected",
]  # fmt: skip
ErrorCode = Literal[
    "missing_path", "empty_folder", "empty_file", "unknown_suffix", "unreadable", "not_utf8", "empty_text", "too_long",
    "bad_json", "bad_row", "missing_field", "bad_field", "duplicate_id", "not_text", "missing_library", "not_english",
    "bad_record", "failed", "lost_correction", "ambiguous_correction", "bad_correction",
]  # fmt: skip
SKIPPED: frozenset[ErrorCode] = frozenset({"not_english"})  # an article that was left out on purpose is no failure


def _whole(number: int | float) -> int | float:
    """Turn 4.0 into 4, so that JSON shows whole numbers without a decimal point."""
    if isinstance(number, float):
        if not math.isfinite(number):
            raise ValueError("a value must be finite")
        if number.is_integer() and abs(number) < 2**53:
            return int(number)
    return number


def _ordered(bounds: tuple[int | float, int | float]) -> tuple[int | float, int | float]:
    if bounds[0] > bounds[1]:
        raise ValueError("a range must be [low, high]")
    return bounds


def _not_blank(text: str) -> str:
    if not text or text.isspace():
        raise PydanticCustomError("empty_text", "the text is empty")
    return text


def _iso_day(value: Any) -> Any:
    """Accept an ISO 8601 date or date and time; the day is kept."""
    if isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value.strip()).date()
        except ValueError:
            raise ValueError("must be an ISO 8601 date such as 2024-05-24") from None
    if isinstance(value, dt.datetime):
        return value.date()
    if value is None or isinstance(value, dt.date):
        return value
    raise ValueError("must be an ISO 8601 date such as 2024-05-24")


Number = Annotated[StrictInt | StrictFloat, AfterValidator(_whole)]
Value = Number | Annotated[tuple[Number, Number], AfterValidator(_ordered)]
Offset = Annotated[int, Field(ge=0)]
Chance = Annotated[float, Field(ge=0, le=1)]
Day = Annotated[dt.date, BeforeValidator(_iso_day)]


class Record(BaseModel):
    """The base of all records: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Span(Record):
    """Where something stands in the article's text."""

    start: Offset = Field(description="offset of the first character")
    end: Offset = Field(description="offset after the last character")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"a span must not be empty, got {self.start}..{self.end}")
        return self


class Furniture(Span):
    """Text that belongs to the web page and not to the article; it holds no facts."""

    reason: str = Field(description="what it is: menu, related headlines, author biography, copyright, ...")


class Article(Record):
    """One news article: its raw text, with line ends normalised to a line feed and nothing else changed.

    Of a web page it is the text of the article; what was decoded with a wrong charset is repaired.
    """

    id: str = Field(min_length=1, description="the record's own id, or the file's path below the folder, no ending")
    text: Annotated[str, AfterValidator(_not_blank)] = Field(
        max_length=MAX_CHARACTERS, description="the text that all offsets refer to"
    )
    title: str | None = Field(None, description="the headline, if known")
    published: Day | None = Field(None, description="publication date, if known")
    url: str | None = Field(None, description="where the article was published, if known")
    author: str | None = Field(None, description="who wrote it, as the page or the record says")
    site: str | None = Field(None, description="name of the outlet, as the page or the record says")
    language: str | None = Field(None, description="language tag that the page or the record declares")
    headline: Span | None = Field(None, description="the headline's place in the text, if it stands there")
    furniture: tuple[Furniture, ...] = Field((), description="parts of the text that belong to the web page")

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Period(Record):
    """The time that a number holds for: as the article says it, and as inclusive dates where they are known."""

    text: str = Field(min_length=1, description="the article's words")
    start: Day | None = Field(None, description="first day, null where it cannot be known")
    end: Day | None = Field(None, description="last day, null where it cannot be known or the period is open")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.start > self.end:
            raise ValueError(f"a period must not end before it starts, got {self.start}..{self.end}")
        return self


class Equivalent(Span):
    """The same amount restated, in brackets or after "or"."""

    text: str = Field(min_length=1, description="the restated amount as it stands in the text")
    value: Value = Field(description="number in base units, or [low, high]")
    unit: str = Field(min_length=1, description="unit of the restated amount")


class Sentence(Span):
    """The sentence that a fact stands in."""

    text: str = Field(min_length=1, description="the sentence as it stands in the text")


class Evidence(Record):
    """The places of the words that subject, metric, period and source were read from; null where there are none."""

    subject: tuple[Span, ...] | None = Field(None, description="where the subject was read")
    metric: tuple[Span, ...] | None = Field(None, description="where the metric was read")
    period: tuple[Span, ...] | None = Field(None, description="where the period was read")
    source: tuple[Span, ...] | None = Field(None, description="where the source was read")


class SlotConfidence(Record):
    """How probable it is that each part of a fact is right, as far as the model can tell."""

    quantity: Chance = Field(description="that the quantity is stated as a fact at all")
    kind: Chance
    direction: Chance
    basis: Chance
    qualifier: Chance
    subject: Chance
    metric: Chance
    measure: Chance
    period: Chance
    modality: Chance
    source: Chance


class Correction(Record):
    """What a reviewer decided on a fact, by an entry of corrections.yaml."""

    action: Literal["fixed", "added", "rejected"] = Field(description="fixed: some slots; added; rejected: it is none")
    was: dict[str, JsonValue] = Field(
        {}, description="of a fixed fact: what the program had in each slot that was fixed"
    )
    by: str = Field(min_length=1, description="who decided")
    why: str = Field(min_length=1, description="for what reason")


class _OfArticle(Record):
    """What stands in a named article; a base of its own, so that the article comes first in the record's line."""

    article: str = Field(min_length=1, description="id of the article")


class _Identified(_OfArticle):
    id: str = Field(min_length=1, description="stable id: it does not depend on the rest of the article")


class Fact(Span, _Identified):
    """One quantity that an article states, with what it says about whom and when."""

    part: Part = Field("body", description="where the fact stands: headline or body")
    text: str = Field(min_length=1, description="the quantity: number, scale word, unit or currency")
    value: Value = Field(description="number in base units, scale words multiplied out, or [low, high]")
    unit: str = Field(
        min_length=1,
        description="ISO 4217 code for money, percent, percentage_point, count, point, or the unit's English singular; "
        "a slash joins a denominator: USD/barrel",
    )
    kind: Kind = Field(description="level: how much there is; change: how much it moved; share: what part of a whole")
    direction: Direction | None = Field(None, description="of a change: up or down; null for a change of zero")
    basis: Basis | None = Field(None, description="of a change: what it is compared with, where the article says so")
    qualifier: Qualifier = Field("exact", description="how the article hedges the number")
    subject: str | None = Field(None, description="who or what the number describes, in the article's fullest form")
    subject_type: NameType | None = Field(None, description="what the subject is, where it is a name of the article")
    subject_id: str | None = Field(None, description="the subject's id in names.jsonl, where it is a name")
    metric: str | None = Field(None, description="what is measured, in the article's words")
    measure: Measure = Field(description="type of the metric")
    period: Period | None = Field(None, description="time that the number holds for or covers")
    modality: Modality = Field("actual", description="actual: has happened or holds; expected: forecast, plan, offer")
    source: str | None = Field(None, description="who is credited with the number, by name")
    equivalents: tuple[Equivalent, ...] = Field((), description="the same amount restated")
    confidence: Chance | None = Field(
        None, description="how probable it is that amount, kind, direction, subject and metric are all right"
    )
    slot_confidence: SlotConfidence | None = Field(None, description="how probable it is that each part is right")
    sentence: Sentence = Field(description="the sentence that the quantity stands in")
    evidence: Evidence = Field(default_factory=Evidence, description="where the parts were read")
    correction: Correction | None = Field(None, description="what a reviewer corrected; null where nothing was")

    @model_validator(mode="after")
    def _change_alone_moves(self) -> Self:
        check_move(self.kind, self.direction, self.basis, self.value)
        return self


class Quantity(Span, _OfArticle):
    """One quantity that was recognized, whether it became a fact or not, and why not; a line of quantities.jsonl."""

    text: str = Field(min_length=1, description="the quantity: number, scale word, unit or currency")
    value: Value = Field(description="number in base units, scale words multiplied out, or [low, high]; sign kept")
    unit: str = Field(min_length=1, description="unit, as a fact has it")
    type: QuantityType = Field(description="what sort of quantity it is")
    qualifier: Qualifier = Field("exact", description="how the words beside it hedge the number")
    direction: Direction | None = Field(None, description="up or down, where a sign or the words beside it say so")
    noun: str | None = Field(None, description="of a count: the things counted, where they stand right beside it")
    equivalents: tuple[Equivalent, ...] = Field((), description="the same amount restated")
    fact: str | None = Field(None, description="id of the fact that it became")
    reason: NoFact | None = Field(
        None,
        description="why it is no fact: its type; furniture: it belongs to the web page; aside: said by the way, in "
        "the model's judgement; no_statement: part of a name, a date or the like, in its judgement; "
        "low_confidence: below the confidence that was asked for; rejected: by a reviewer",
    )
    correction: Correction | None = Field(None, description="what a reviewer decided on it or on its fact")

    @model_validator(mode="after")
    def _fact_or_reason(self) -> Self:
        if (self.fact is None) == (self.reason is None):
            raise ValueError("a quantity has either a fact or a reason why it is none")
        return self


class Entity(Span, _OfArticle):
    """One mention of a name or an amount."""

    text: str = Field(min_length=1, description="the mention as it stands in the text")
    label: Label = Field(description="ORG, PLACE, PERSON, MONEY or PERCENT")
    name_id: str | None = Field(None, description="of a name: the id in names.jsonl; null for an amount")


class Name(_Identified):
    """One organization, place or person that an article names, all its forms together; a line of names.jsonl."""

    name: str = Field(min_length=1, description="the fullest form that the article uses")
    type: NameType = Field(description="ORG, PLACE or PERSON")
    aliases: tuple[str, ...] = Field((), description="the other forms in the article, sorted")
    mentions: int = Field(ge=1, description="number of mentions in entities.jsonl")
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="of a place: ISO 3166-1 alpha-2, where certain")
    geonames: int | None = Field(None, ge=1, description="of a place: its GeoNames id, where certain")
    legal_form: str | None = Field(None, description="of a company: its legal form, where the name says it")


class ArticleSummary(Record):
    """What was read and found in one article; a line of articles.jsonl."""

    id: str = Field(min_length=1, description="the record's own id, or the file's path below the folder, no ending")
    title: str | None = Field(None, description="the headline, if known")
    published: Day | None = Field(None, description="publication date, if known")
    url: str | None = Field(None, description="where the article was published, if known")
    author: str | None = Field(None, description="who wrote it, as the page or the record says")
    site: str | None = Field(None, description="name of the outlet, as the page or the record says")
    language: str | None = Field(None, description="language tag that the page or the record declares")
    duplicate_of: str | None = Field(
        None, description="id of the earlier article of the run that this one repeats, as a whole or with more to it"
    )
    characters: int = Field(ge=1, description="length of the text in code points")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the text in UTF-8")
    facts: int = Field(ge=0, description="number of facts")
    entities: int = Field(ge=0, description="number of entity mentions")
    names: int = Field(ge=0, description="number of organizations, places and persons")
    quantities: int = Field(ge=0, description="number of quantities recognized, facts or not")
    corrections: int = Field(0, ge=0, description="number of reviewers' corrections that were applied")


class Uncorrected(_OfArticle):
    """The records of an article as the program made them, where corrections changed them; of uncorrected.jsonl."""

    facts: tuple[Fact, ...]
    quantities: tuple[Quantity, ...]
    entities: tuple[Entity, ...]
    summary: ArticleSummary


class ArticleError(Record):
    """Why an article, a line or a path could not be read; a line of errors.jsonl."""

    code: ErrorCode = Field(description="what kind of error it is")
    file: str = Field(description="the file or folder, as given")
    line: int | None = Field(None, ge=1, description="line of the file, or number of its row or record, if it has many")
    field: str | None = Field(None, description="the field at fault")
    article: str | None = Field(None, description="id of the article, where it is known")
    message: str = Field(description="what is wrong and what would be right")

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}{f', field {self.field}' if self.field else ''}: {self.message}"


class ModelInfo(Record):
    """The language model that a run used."""

    name: str
    version: str


class Counts(Record):
    """Totals of a run."""

    articles: int = Field(0, ge=0, description="articles read and written")
    characters: int = Field(0, ge=0, description="their length in code points")
    facts: int = Field(0, ge=0)
    entities: int = Field(0, ge=0)
    names: int = Field(0, ge=0)
    quantities: int = Field(0, ge=0)
    corrections: int = Field(0, ge=0, description="reviewers' corrections that were applied")
    errors: int = Field(0, ge=0, description="records in errors.jsonl")


class RunReport(Record):
    """What made the files beside it; run.json. It holds nothing that differs between two runs on the same input."""

    version: str = Field(description="version of newsfacts")
    model: ModelInfo
    inputs: tuple[str, ...] = Field(description="what was read, as given")
    counts: Counts
    fingerprint: str | None = Field(
        None, description="digest of code, model, settings and libraries; null where the caller gave the pipeline"
    )
    corrections: str | None = Field(None, description="SHA-256 of the corrections.yaml that was applied; null for none")
    files: dict[str, str] = Field({}, description="SHA-256 of the files that the run wrote beside it")


def check_move(kind: Kind, direction: Direction | None, basis: Basis | None, value: Value) -> None:
    """Raise ``ValueError`` unless a change, and nothing else, has a direction."""
    if kind != "change":
        if direction or basis:
            raise ValueError(f"a {kind} has no direction and no basis")
    elif direction is None and value not in (0, (0, 0)):
        raise ValueError("a change needs a direction, unless it is zero")


class Fetched(Record):
    """What became of an address that fetch asked for; a line of fetched.log."""

    url: str = Field(description="the address, as given or listed")
    fetched: dt.datetime = Field(description="when, in UTC")
    status: int | None = Field(None, description="HTTP status of the last answer; null where there was none")
    error: str | None = Field(None, description="why nothing was saved")
    file: str | None = Field(None, description="the file that was saved, below the folder")
    final_url: str | None = Field(None, description="the address that answered, after redirects")
    charset: str | None = Field(None, description="what the server said of it")
    published: Day | None = Field(None, description="publication date of a page in the feed or sitemap that lists it")
    etag: str | None = Field(None, description="by which the server knows this version again")
    last_modified: str | None = Field(None, description="when it was last changed, as the server says")
    sha256: str | None = Field(None, description="SHA-256 of the file")


def fact_id(article: str, sentence: str, quantity: str, occurrence: int) -> str:
    """Make the stable id of a fact from its article's id, its sentence, its quantity and which such quantity it is.

    ``occurrence`` counts from 0 the facts of the article that have the same sentence and quantity texts. Offsets play
    no part, so that the id stays when the article changes elsewhere. Returns 16 hexadecimal digits.
    """
    key = json.dumps([article, " ".join(sentence.split()), quantity, occurrence])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def name_id(article: str, name: str) -> str:
    """Make the stable id of a name from its article's id and its fullest form: 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps([article, name]).encode()).hexdigest()[:16]
