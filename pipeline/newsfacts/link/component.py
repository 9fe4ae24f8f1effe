"""The component that links what was recognized into facts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from newsfacts.link import decode, lexicon
from newsfacts.link.confidence import Calibration
from newsfacts.link.describe import describe
from newsfacts.link.names import Mention, NameBook, strip_possessive
from newsfacts.link.phrases import agreed
from newsfacts.link.tables import Cell, TableReader
from newsfacts.phrases import content_words
from newsfacts.recognize.periods import coming
from newsfacts.recognize.quantities import aside_types

K = TypeVar("K")
Row = dict[str, Any]
# how alike two phrases are that mean the same subject or metric
_SAME_SUBJECT, _SAME_METRIC = 0.6, 2 / 3
_UNLIKELY = 0.02  # "no period" and all known times together, where another phrase is sure to be one
_OF_TABLE = 0.9  # how sure an answer is that a table's labels give; an estimate, articles rarely have tables
_SHARE = re.compile(r"\b(?:share|stake|proportion|percentage|part|portion|interest)\b", re.IGNORECASE)
_SCALE_ALONE = re.compile(r"(?:an? )?(?:m|b|tr)illion-\w", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]|[$€£¥]")  # "120" is no subject, "£1" may be
_RATE = re.compile(r"rate|point|fix|parity|peg|close|basket", re.IGNORECASE)  # of a currency, said in one word
_BEHIND = re.compile(r"\b(?:of|in|for|from|to|by|on|at|with|per)\b|ed\b|ing\b")
_PREPOSITION = re.compile(r"\s(of|in|for|to|from|with|against)\s")
_NAMELESS = re.compile(r"[.,;:()\n\d]|\w+\W+\w+\W+\w+\W")  # between noun and name: no new clause, at most two words
_LOWER_CASE = re.compile(r"\s([a-z]+)")
_WORD = re.compile(r"[\w'’-]+")
_BETWEEN_VERB_AND_OBJECT = 5  # words, the verb itself among them
_RELATIVE = re.compile(r"\b(?:that|which|who|whose|whom|what)\b")
_ASIDE = re.compile(r",? according to |, (?:which|who|whose|whom|where) ")
_APPOSITION = re.compile(r", (?:an?|the) ")
_BYLINE = re.compile(r"\s*(?:By|BY)\s")
_DATELINE_ENDS = re.compile(r"\)\s*(?:[-–—]|:)")
_TOLD = re.compile(r"\btold (?:the )?\Z")
_INDEFINITE = re.compile(r"\b(?:an?|another|any|each|every|no|one)\s+\Z", re.IGNORECASE)
_DESCRIPTION = re.compile(r"(?:[^\W\d_][\w'’.-]* )+")
_EDGE = ' \t\n,;:."“”‘()[]-–—'


class Linker:
    """Sets `doc._.facts` from quantities, the readings of them, periods, names and page furniture on the Doc.

    `doc._.names` has the names: what they are, where they stand, which country, GeoNames id and legal form they have.
    `doc._.no_facts` says, in parallel to `doc._.quantities`, why a quantity is no fact; None where it is one.

    minimum: how probable it must be that a quantity is a fact. min_confidence: how confident a fact must be; what is
    below is no fact, for the reason "low_confidence". The calibration of confidences is stored beside the model.
    """

    CALIBRATION = "calibration.json"

    def __init__(
        self, nlp: Language, name: str = "newsfacts_linker", *, minimum: float = 0.5, min_confidence: float = 0.0
    ) -> None:
        self.name = name
        self.minimum, self.min_confidence = minimum, min_confidence
        self.calibration = Calibration()
        for attribute in ("facts", "names", "no_facts", "quantities", "readings", "periods", "tables"):
            if not Doc.has_extension(attribute):
                Doc.set_extension(attribute, default=[])
        for attribute in ("headline", "furniture", "published"):
            if not Doc.has_extension(attribute):
                Doc.set_extension(attribute, default=None)

    def __call__(self, doc: Doc) -> Doc:
        article = _Article(doc)
        facts: list[Row] = []
        reasons: list[str | None] = []
        told: dict[tuple[str | None, str | None], list[tuple[Row, Row, Row]]] = {}
        for quantity, reading in zip(doc._.quantities, doc._.readings, strict=True):
            reason = self._no_fact(article, quantity, reading)
            if reason is None:
                fact = article.fact(quantity, reading, self.calibration)
                if fact["confidence"] >= self.min_confidence:
                    facts.append(fact)
                    told.setdefault((fact["subject"], fact["metric"]), []).append((fact, quantity, reading))
                else:
                    reason = "low_confidence"
            reasons.append(reason)
        for group in told.values():
            self._agree(group)
        doc._.facts, doc._.no_facts = facts, reasons
        doc._.names = describe(article.names)
        return doc

    def _agree(self, group: Sequence[tuple[Row, Row, Row]]) -> None:
        """Level and growth of one thing have one measure; what is told in different units may have several."""
        if len({decode.unit_class(quantity) for _, quantity, _ in group} - {"percent", "percentage_point"}) > 1:
            return
        choice = decode.together([decode.scores(quantity, reading, "measure") for _, quantity, reading in group])
        for fact, _, _ in group:
            fact["measure"] = choice.label
            fact["slot_confidence"]["measure"] = self.calibration.slot("measure", choice.p)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        return self.calibration.to_json().encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Linker:
        self.calibration = Calibration.from_json(data.decode())
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.CALIBRATION).write_text(self.calibration.to_json(), encoding="utf-8")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Linker:
        file = Path(path) / self.CALIBRATION
        if file.is_file():
            self.calibration = Calibration.from_json(file.read_text(encoding="utf-8"))
        return self

    def _no_fact(self, article: _Article, quantity: Row, reading: Row) -> str | None:
        """Why a quantity is no fact, as records.NoFact names it; None where it is one."""
        if article.in_furniture(quantity):
            return "furniture"
        if quantity["type"] in aside_types():
            return str(quantity["type"])
        status = reading["status"]
        if article.tables.is_unit(quantity):
            return "no_statement"
        cell = article.tables.cell(quantity)
        if cell and (cell.place or cell.metric):
            return "rank" if cell.place else None
        if article.in_headline(quantity):
            # the model learned to leave headlines aside; the records mark them instead
            return None if status["none"] < self.minimum else "no_statement"
        if status["fact"] >= self.minimum:
            return None
        if quantity["type"] == "money" and _SCALE_ALONE.match(quantity["text"]) and status["none"] < self.minimum:
            return None  # "a trillion-yuan cluster" is worth so much; the model takes some for vague
        return "aside" if status["optional"] > status["none"] else "no_statement"


class _Answer(NamedTuple):
    """What is answered for a slot, how probable the model finds it, and where it stands, in code points."""

    said: Any
    p: float
    places: tuple[tuple[int, int], ...] = ()


_NOTHING = _Answer(None, 0.0)


class _Article:
    """What linking needs of one Doc, looked up once."""

    def __init__(self, doc: Doc) -> None:
        self.text = doc.text
        self.published = doc._.published
        self.headline = doc._.headline
        self.furniture = doc._.furniture or []
        self._quantity_starts = [
            quantity["start"] for quantity in doc._.quantities if quantity["type"] not in aside_types()
        ]
        self.periods = {(period["start"], period["end"]): period for period in doc._.periods}
        self.sentences = [(sentence.start_char, sentence.end_char) for sentence in doc.sents]
        self._sentence_starts = [start for start, _ in self.sentences]
        self.names = NameBook(
            self.text, (Mention(ent.start_char, ent.end_char, ent.text, ent.label_) for ent in doc.ents)
        )
        self.tables = TableReader(self.text, doc._.tables, self.periods, self.names)
        self.last_subject = _NOTHING  # of the facts before a table

    def in_furniture(self, quantity: Row) -> bool:
        return any(span["start"] < quantity["end"] and quantity["start"] < span["end"] for span in self.furniture)

    def is_nameless(self, phrase: str, start: int) -> bool:
        """Whether a source is none of its own name: "the farm ministry", or "Officials" where a sentence begins."""
        if self.names.knows(phrase):
            return False
        begins = start == self.sentence(start)["start"]
        return (phrase[:1].lower() + phrase[1:] if begins else phrase).islower()

    def only_passes_on(self, start: int, end: int) -> bool:
        """Whether a name is no source where it stands: in "By Ana Prata", "(Gulf Wire) -", "told the Gulf Wire"."""
        line = self.text.rfind("\n", 0, start) + 1
        agency = self.text.startswith("(", start - 1) and _DATELINE_ENDS.match(self.text, end)
        return bool(agency or _BYLINE.match(self.text, line) or _TOLD.search(self.text, max(start - 10, line), start))

    def in_headline(self, quantity: Row) -> bool:
        return bool(self.headline) and self.headline[0] <= quantity["start"] < self.headline[1]

    def fact(self, quantity: Row, reading: Row, calibration: Calibration) -> Row:
        """A fact with all its fields but those that name the article."""
        cell = self.tables.cell(quantity)
        if cell and cell.kind:
            kind, direction, basis = _change_in(cell, quantity)
        else:
            carried = self.is_compared_before(quantity)
            kind, direction, basis = decode.change(quantity, reading, *self.said_basis(quantity), carried)
        value = decode.value(quantity, str(kind.label))
        if value in (0, [0, 0]):
            direction = decode.Choice(None, kind.p)
        choices = {
            "kind": kind,
            "direction": direction,
            "basis": basis,
            "qualifier": decode.qualifier(quantity, reading),
            "measure": decode.chosen(decode.scores(quantity, reading, "measure")),
            "modality": decode.chosen(decode.scores(quantity, reading, "modality")),
        }
        answers = {
            "subject": self.subject(quantity, reading),
            "metric": self.metric(quantity, reading, str(kind.label), choices["measure"].label),
            "period": self.period(reading, str(choices["modality"].label)),
            "source": self.source(reading),
        }
        if cell is None:
            answers["subject"] = self.of_itself(quantity, reading, answers["subject"], answers["source"])
            self.last_subject = answers["subject"]
        else:
            answers |= self.in_table(cell, answers)
            if cell.expected:
                choices["modality"] = decode.Choice("expected", _OF_TABLE)
        chances = {"quantity": reading["status"]["fact"]}
        chances |= {slot: choice.p for slot, choice in choices.items()}
        chances |= {slot: answer.p for slot, answer in answers.items()}
        return {
            "start": quantity["start"],
            "end": quantity["end"],
            "part": "headline" if self.in_headline(quantity) else "body",
            "text": quantity["text"],
            "value": value,
            "unit": quantity["unit"],
            **{slot: choice.label for slot, choice in choices.items()},
            **{slot: answer.said for slot, answer in answers.items()},
            "equivalents": quantity["equivalents"],
            "confidence": calibration.fact(chances),
            "slot_confidence": {slot: calibration.slot(slot, p) for slot, p in chances.items()},
            "sentence": self.sentence(quantity["start"]),
            "evidence": {
                slot: [{"start": start, "end": end} for start, end in answer.places] or None
                for slot, answer in answers.items()
            },
        }

    def in_table(self, cell: Cell, answers: Mapping[str, _Answer]) -> dict[str, _Answer]:
        """Subject, metric and period by a table's labels; what they leave open is not taken from another cell."""
        subject, period = answers["subject"], answers["period"]
        if cell.subject:
            phrase, start, end = self.clean(*cell.subject)
            subject = _Answer(self.names.full(phrase), _OF_TABLE, ((start, end),))
        elif self.tables.hold(subject.places):
            subject = self.last_subject
        if cell.period:
            period = _Answer(self.period_row(*cell.period), _OF_TABLE, (cell.period,))
        elif self.tables.hold(period.places):
            period = _NOTHING
        told = {"subject": subject, "period": period}
        if cell.metric:
            phrase, start, end = self.clean(*cell.metric)
            told["metric"] = _Answer(" ".join(phrase.split()), _OF_TABLE, ((start, end),))
        return told

    def said_basis(self, quantity: Row) -> tuple[str | None, bool]:
        """The basis that a phrase names behind a quantity or before it, between the ones beside it that may be facts.

        And whether the words say by themselves that it is a change.
        """
        following = bisect_right(self._quantity_starts, quantity["start"])
        stop = self._quantity_starts[following] if following < len(self._quantity_starts) else len(self.text)
        behind = self.text[quantity["end"] : stop]
        begin, mark = self.sentence(quantity["start"])["start"], ""
        if following > 1 and self._quantity_starts[following - 2] > begin:
            begin, mark = self._quantity_starts[following - 2], "_"  # no sentence's beginning
        before = mark + self.text[begin : quantity["start"]]
        number = "#%" if quantity["unit"] == "percent" else "#"
        around = f"{before.replace('#', ' ')}{number}{behind.replace('#', ' ')}"
        found = ((basis, change) for basis, phrase, change in lexicon.basis_phrases() if phrase.search(around))
        return next(found, (None, False))

    def is_compared_before(self, quantity: Row) -> bool:
        """Whether a percentage's sentence tells neither time nor reference, but the one before it tells a reference.

        So do the items of an enumeration: "Rents have risen most in ports since 2001. Dawa leads with 40 percent."
        """
        if quantity["type"] != "percent":
            return False
        sentence, references = self.sentence(quantity["start"]), lexicon.references()
        before = self.text[self.previous_sentence(quantity["start"]) : sentence["start"]]
        if not references.search(before) or references.search(sentence["text"]):
            return False
        return not any(sentence["start"] <= start < sentence["end"] for start, _ in self.periods)

    def sentence(self, offset: int) -> Row:
        start, end = self.sentences[max(bisect_right(self._sentence_starts, offset) - 1, 0)]
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        return {"start": start, "end": start + len(text), "text": text}

    def words_before(self, offset: int) -> list[str]:
        """The words of an offset's sentence that stand before it."""
        return _WORD.findall(self.text[self.sentence(offset)["start"] : offset])

    def previous_sentence(self, offset: int) -> int:
        """Where the sentence before that of an offset starts."""
        return self._sentence_starts[max(bisect_right(self._sentence_starts, offset) - 2, 0)]

    def subject(self, quantity: Row, reading: Row) -> _Answer:
        """The likeliest subject in its fullest form: forms of one name, and like phrases, add up."""
        named = (span for span in reading["subject"]["spans"] if _LETTER.search(self.text, span[0], span[1]))
        sums, spans = _add_up((*self.resolve(start, end), p) for start, end, p in named)
        if not sums:
            mention = self.names.most_frequent()
            if mention is None:
                return _NOTHING
            return _Answer(self.names.name_of(mention), 0.0, ((mention.start, mention.end),))
        name, p = agreed(sums, _SAME_SUBJECT)
        return _Answer(name, p, (spans[name],))

    def of_itself(self, quantity: Row, reading: Row, subject: _Answer, source: _Answer) -> _Answer:
        """The subject; a place that reports in the sentence speaks of itself, not of another place named before."""
        if not source.places or not subject.places or source.said == subject.said:
            return subject
        sentence = self.sentence(quantity["start"])
        says_it_here = sentence["start"] <= source.places[0][0] < quantity["start"]
        named_before = subject.places[0][0] < sentence["start"]
        if not (says_it_here and named_before and self.names.is_place(source.said, subject.said)):
            return subject
        candidates = ((*self.resolve(start, end), p) for start, end, p in reading["subject"]["spans"])
        return next(
            (_Answer(name, source.p, (place,)) for name, place, _ in candidates if name == source.said), subject
        )

    def resolve(self, start: int, end: int) -> tuple[str, tuple[int, int]]:
        """A subject's name and place; "the city" and the like stand for the last such name before them."""
        phrase, start, end = self.clean(start, end)
        if phrase.count("(") != phrase.count(")") and (whole := self.names.around(start, end)):
            return self.names.name_of(whole), (whole.start, whole.end)
        if phrase.lower() in lexicon.words("pairs.txt") and (pair := self.names.pair_before(start)):
            return " and ".join(self.names.name_of(m) for m in pair), (pair[0].start, pair[1].end)
        indefinite = _INDEFINITE.search(self.text, max(start - 10, 0), start)
        if not indefinite and (called := self.names.called(*self.with_sort(phrase, end))):
            return called, (start, end)
        if described := self.described(start, end):
            return self.names.name_of(described), (described.start, described.end)
        known = self.names.knows(phrase) or indefinite
        generic = None if known else lexicon.generic_subjects().get(phrase.lower())
        if generic and phrase[0].isupper() and start > self.sentence(start)["start"]:
            generic = generic._replace(must_fit=True)  # "the Bank" is one that is called so
        if generic and (mention := self.names.meant(start, self.previous_sentence(start), generic)):
            return self.names.name_of(mention), (mention.start, mention.end)
        return self.names.full(phrase), (start, end)

    def described(self, start: int, end: int) -> Mention | None:
        """The organization at the end of "US cable firm Northlane"; what stands before it says what it is."""
        inside = self.names.within(start, end)
        if not inside or inside[-1].end != end:
            return None
        *others, name = inside
        if name.label != "ORG" or any(mention.label != "PLACE" for mention in others):
            return None
        description = _DESCRIPTION.fullmatch(self.text, start, name.start)
        words = description[0].lower().split() if description else []
        if not words or not lexicon.words("clause_words.txt").isdisjoint(words):
            return None
        sorts = lexicon.generic_subjects()
        sort = sorts.get(" ".join(words[-2:])) or sorts.get(words[-1])
        return name if sort and sort.label == "ORG" else None

    def with_sort(self, phrase: str, end: int) -> tuple[str, str]:
        """A name and the lower-case word behind it, inside of the phrase or after it."""
        name, _, sort = phrase.rpartition(" ")
        if name and sort.islower():
            return name, sort
        return phrase, self.names.word_behind(end)

    def clean(self, start: int, end: int) -> tuple[str, int, int]:
        """A phrase without leading determiners, a final 's, and what a verb or an apposition begins."""
        phrase = self.text[start:end]
        stripped = phrase.lstrip(_EDGE)
        start += len(phrase) - len(stripped)
        phrase = strip_possessive(stripped.rstrip(_EDGE))
        while True:
            first, blank, rest = phrase.partition(" ")
            if not blank or first.lower() not in lexicon.words("leading_words.txt"):
                break
            start += len(phrase) - len(rest.lstrip())
            phrase = rest.lstrip()
        phrase = _ASIDE.split(phrase, maxsplit=1)[0]
        if (clause := lexicon.clause().search(phrase)) and not _RELATIVE.search(phrase, 0, clause.start()):
            phrase = phrase[: clause.start()].rstrip(_EDGE)
        if (aside := _APPOSITION.search(phrase)) and self.names.knows(phrase[: aside.start()]):
            phrase = phrase[: aside.start()]
        return phrase, start, start + len(phrase)

    def metric(self, quantity: Row, reading: Row, kind: str, measure: str | None) -> _Answer:
        """The likeliest metric, like phrases adding up, with what belongs to it; shares and rates are called so."""
        cleaned = ((self.clean(start, end), p) for start, end, p in reading["metric"]["spans"])
        sums, spans = _add_up((" ".join(said.split()), (start, end), p) for (said, start, end), p in cleaned if said)
        if not sums:
            return _NOTHING
        phrase, p = agreed(sums, _SAME_METRIC)
        place = spans[phrase]
        places: tuple[tuple[int, int], ...] = (place,)
        if detail := self.detail(reading, *place):
            phrase, places = self.composed(place, detail), (place, detail)
        elif other := self.related(*place):
            phrase, places = self.text[place[0] : other[1]], (place, other)
        elif (
            measure == "investment"
            and quantity["type"] == "money"
            and (bought := self.bought(quantity, *place, reading["metric"]["spans"]))
        ):
            phrase, places = f"purchase of {self.text[slice(*bought)]}", (bought,)
        phrase = " ".join(phrase.split())
        if measure and (noun := self.said_by_verb(quantity, phrase, measure)):
            phrase, places = noun, (place,)
        if measure == "exchange_rate" and " " not in phrase and not _RATE.search(phrase):
            phrase = f"{phrase} exchange rate"
        return _Answer(f"share of {phrase}" if kind == "share" and not _SHARE.search(phrase) else phrase, p, places)

    def said_by_verb(self, quantity: Row, phrase: str, measure: str) -> str | None:
        """The noun for the verb right before an amount, where the metric is that verb or says something else."""
        metrics = lexicon.verb_metrics().get((decode.unit_class(quantity), measure), ())
        if not metrics:
            return None
        words = [word.lower() for word in self.words_before(quantity["start"])]
        last = {" ".join(words[-2:])}  # "turned over"; a hedge may be the end of a verb
        while words and words[-1] in lexicon.words("hedges.txt"):
            words.pop()
            last.add(" ".join(words[-2:]))
        last.update(words[-1:])
        for metric, verbs, said in metrics:
            if phrase.lower() in verbs or (last & verbs and said.isdisjoint(phrase.lower().split())):
                return metric
        return None

    def related(self, start: int, end: int) -> tuple[int, int] | None:
        """The name that follows a noun which says little without it: "stake" in Google."""
        prepositions = lexicon.relational_nouns().get(self.text[start:end].rpartition(" ")[2].lower())
        follows = _PREPOSITION.match(self.text, end)
        if not prepositions or not follows or follows[1] not in prepositions:
            return None
        mention = self.names.first_from(follows.end())
        if mention is None or _NAMELESS.search(self.text[follows.end() : mention.start]):
            return None
        goes_on = _LOWER_CASE.match(self.text, mention.end)
        if goes_on and goes_on[1] not in lexicon.words("clause_words.txt"):
            return None
        return mention.start, mention.end

    def bought(
        self, quantity: Row, start: int, end: int, spans: Sequence[tuple[int, int, float]]
    ) -> tuple[int, int] | None:
        """What a price is paid for, where the metric's words are the object of a verb of buying; its name alone.

        The verb stands before them, or before the price: they may say elsewhere what "the unit" is that was bought.
        """
        sentence = self.sentence(quantity["start"])
        if not sentence["start"] <= start < sentence["end"]:
            # "paying $30m to buy Orvane": what is bought beside the price, unlikely or not, rather than "bid" elsewhere
            beside = [span for span in spans if sentence["start"] <= span[0] < sentence["end"]]
            start, end = next(((s, e) for s, e, _ in beside if self._after_buying(s)), (start, end))
        sums = lexicon.words("transaction_nouns.txt")
        names_a_sum = self.text[start:end].rpartition(" ")[2].lower() in sums
        if not self._after_buying(start) and (names_a_sum or not self._after_buying(quantity["start"])):
            return None
        name = next((m for m in self.names.within(start, end) if m.label == "ORG" and m.end == end), None)
        return (name.start, name.end) if name else (start, end)

    def _after_buying(self, offset: int) -> bool:
        """Whether a verb of buying is among the words right before a place in its sentence."""
        before = self.words_before(offset)[-_BETWEEN_VERB_AND_OBJECT:]
        return any(word.lower() in lexicon.words("purchase_verbs.txt") for word in before)

    def detail(self, reading: Row, start: int, end: int) -> tuple[int, int] | None:
        """Words apart from the metric's that belong to it, where the model is surer of them than of none."""
        answer = reading.get("detail", {"spans": ()})
        if not answer["spans"] or answer["spans"][0][2] <= answer["none"]:
            return None
        phrase, first, last = self.clean(*answer["spans"][0][:2])
        inside = phrase.casefold() in self.text[start:end].casefold()
        return None if not phrase or inside or (first < end and start < last) else (first, last)

    def composed(self, metric: tuple[int, int], detail: tuple[int, int]) -> str:
        """Metric and detail as one phrase: names, participles and what has a preposition go behind, others in front."""
        head, more = (self.text[slice(*span)] for span in (metric, detail))
        if self.names.around(*detail):
            return f"{head} of {more}"
        done = " " not in more and (more.endswith("ed") or more.lower() in lexicon.words("participles.txt"))
        behind = done or (metric[0] < detail[0] and _BEHIND.search(more))
        return f"{head} {more}" if behind else f"{more} {head}"

    def period(self, reading: Row, modality: str) -> _Answer:
        """The likeliest period: mentions with the same dates add up; none where "none" is likelier than all.

        Words that the grammar does not know as a time count where the model leaves nothing else.
        """

        def meaning(start: int, end: int) -> Any:
            found = self.periods.get((start, end))
            dated = found is not None and (found["from"] or found["to"])
            return (found["from"], found["to"]) if found and dated else self.text[start:end].casefold()

        answer = reading["period"]
        told = [(s, e, p) for s, e, p in answer["spans"] if (s, e) in self.periods or _is_time(self.text[s:e])]
        if max(answer["none"], sum(p for _, _, p in told)) < _UNLIKELY:
            told = [span for span in answer["spans"] if span[2] > 1 / 2]  # "since the rules were tightened"
        sums, spans = _add_up((meaning(start, end), (start, end), p) for start, end, p in told)
        if sum(sums.values()) <= answer["none"]:
            return _Answer(None, answer["none"])
        best = decode.best(sums)
        row = self.period_row(*spans[best])
        if modality == "expected" and (known := self.periods.get(spans[best])):
            row |= dict(zip(("start", "end"), coming(known, self.published), strict=True))
        return _Answer(row, sums[best], (spans[best],))

    def period_row(self, start: int, end: int) -> Row:
        """A period as it is recorded: its words, and its dates where they are known."""
        mention: Mapping[str, Any] = self.periods.get((start, end), {"from": None, "to": None})
        return {"text": " ".join(self.text[start:end].split()), "start": mention["from"], "end": mention["to"]}

    def source(self, reading: Row) -> _Answer:
        """The likeliest source in its fullest form; none where "none" and sources without a name are likelier."""
        answer = reading["source"]
        spans = (span for span in answer["spans"] if not self.only_passes_on(span[0], span[1]))
        named, none = [], answer["none"]
        for phrase, start, end, p in ((*self.clean(first, last), p) for first, last, p in spans):
            if self.is_nameless(phrase, start):
                none += p
            else:
                named.append((phrase, start, end, p))
        if sum(row[-1] for row in named) <= none:
            return _Answer(None, none)
        sums, places = _add_up(
            (self.names.called(*self.with_sort(phrase, end)) or self.names.full(phrase), (start, end), p)
            for phrase, start, end, p in named
        )
        name = decode.best(sums)
        return _Answer(name, sums[name], (places[name],)) if name else _NOTHING


def _change_in(cell: Cell, quantity: Row) -> tuple[decode.Choice, decode.Choice, decode.Choice]:
    """Kind, direction and basis of a table's figure; one with a plus sign is a change whatever its column says."""
    if cell.kind != "change" and not quantity["text"].startswith("+"):
        return decode.Choice(cell.kind, _OF_TABLE), decode.Choice(None, _OF_TABLE), decode.Choice(None, _OF_TABLE)
    below = decode.value(quantity, "level")
    direction = "down" if (below[0] if isinstance(below, Sequence) else below) < 0 else "up"
    return (
        decode.Choice("change", _OF_TABLE),
        decode.Choice(quantity["direction"] or direction, _OF_TABLE),
        decode.Choice(cell.basis, _OF_TABLE),
    )


def _is_time(phrase: str) -> bool:
    """Whether a phrase that the periods' grammar does not know can be a time: "at last count", not "last"."""
    return " " in phrase and not content_words(phrase).isdisjoint(lexicon.words("time_nouns.txt"))


def _add_up(answers: Iterable[tuple[K, tuple[int, int], float]]) -> tuple[dict[K, float], dict[K, tuple[int, int]]]:
    """Add up the probabilities of answers that mean the same; each keeps its first place. Takes (meaning, place, p)."""
    sums: dict[K, float] = {}
    places: dict[K, tuple[int, int]] = {}
    for meaning, place, p in answers:
        sums[meaning] = sums.get(meaning, 0.0) + p
        places.setdefault(meaning, place)
    return sums, places


@Language.factory(
    "newsfacts_linker",
    default_config={"minimum": 0.5, "min_confidence": 0.0},
    requires=["doc._.quantities", "doc._.readings", "doc.ents"],
    assigns=["doc._.facts", "doc._.names", "doc._.no_facts"],
)
def make_linker(nlp: Language, name: str, minimum: float, min_confidence: float) -> Linker:
    """Make the component; its settings are described in Linker."""
    return Linker(nlp, name, minimum=minimum, min_confidence=min_confidence)
