"""Time expressions in running text, with the dates that they stand for.

dateparser reads single days well, in the many ways in which outlets print them; it has no notion of a quarter, of "the
three months to December" or of "the same period", and reads a bare month as a day in it. Those are ours.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from newsfacts.recognize.periods import lexicon

Dates = tuple[dt.date | None, dt.date | None]
UNKNOWN: Dates = (None, None)
_SINCE = re.compile(r"\bsince\s(?:[\w'’-]+\s){1,8}(?:in|on)\s\Z", re.IGNORECASE)
STEPS = {"last": -1, "this": 0, "current": 0, "next": 1}
ONE_DAY = dt.timedelta(1)
STRETCHES = {
    "half": (6, "month"),
    "quarter": (3, "month"),
    "month": (1, "month"),
    "week": (1, "week"),
    "decade": (120, "month"),
}
# how many days a stretch of each name may have
LENGTHS = {
    "day": (1, 1),
    "week": (5, 7),
    "month": (28, 31),
    "quarter": (89, 92),
    "half": (181, 184),
    "year": (360, 371),
}
_NOT_MAY_BEFORE = re.compile(
    r"(?:\b(?:in|of|to|since|by|from|until|through|and|last|next|this|early|mid|late|end|during|for|between|on|the|before|"
    r"after)"
    r"[\s-]|[\d,(|/–-]\s?)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """One time expression: code point offsets, text, inclusive ISO dates where known, the rule and its reference."""

    start: int
    end: int
    text: str
    first: str | None
    last: str | None
    rule: str
    reference: str | None
    origin: str

    def as_dict(self) -> dict[str, object]:
        row = asdict(self)
        return {"from" if k == "first" else "to" if k == "last" else k: v for k, v in row.items()}


@dataclass(slots=True)
class Context:
    """What an expression is resolved against.

    The publication date, whether the words before are of the future, the dates of the expressions before it, the
    nearest last, whether the date is rather the nearest one than the latest, and the year that the sentence named
    before; `reference` and `origin` say what was used.
    """

    published: dt.date | None
    future: bool
    earlier: list[tuple[dt.date, dt.date]]
    near: bool = False
    year: int | None = None
    origin: str = "grammar"
    reference: str | None = None

    def base(self) -> dt.date | None:
        self.reference = "published" if self.published else self.reference
        return self.published


def find_periods(text: str, published: str | None = None) -> list[Period]:
    """Every time expression of a text, in order and without overlap."""
    return _find(text, published, of_time=False)


def _find(text: str, published: str | None, *, of_time: bool) -> list[Period]:
    """As find_periods; of_time: the text is known to be a time, so that "May" alone in it is the month."""
    try:
        day = dt.date.fromisoformat(published) if published else None
    except ValueError:
        day = None
    found: list[Period] = []
    earlier: list[tuple[dt.date, dt.date]] = []
    named: tuple[int, int] | None = None  # the last year named, and where
    undated: re.Match[str] | None = None  # the expression before, where no year is known for it
    for match in lexicon.scanner().finditer(text):
        kind = next(name for name in RULES if match[name] is not None)
        if kind == "ellipsis" and "quarter" not in text[max(0, match.start() - 120) : match.start()].lower():
            continue
        prefix = " ".join((match["prefix"] or "").lower().split())
        if not of_time and kind in ("month", "date") and not _is_month(text, match, kind):
            continue
        if prefix == "from" and kind in ("earlier", "same", "previous", "anaphor"):
            prefix = ""  # "rose from a year earlier" compares
        start = match.start(kind) if prefix in ("", "after", "at") else match.start()
        before = text[max(0, match.start() - 100) : match.start()]
        sentence = re.split(r"[.!?]\s|\n", before)[-1]
        context = Context(
            day,
            bool(lexicon.future().search(sentence[-28:])),
            earlier,
            near=prefix == "from" or (prefix in ("by", "until") and kind != "weekday"),
            year=named[0] if named and match.start() - named[1] < len(sentence) else None,
        )
        if kind == "same" and undated and undated.group() in sentence:
            found[-1] = _fixed_by(match, undated, found[-1], earlier)
        first, last = _resolve(kind, match, context)
        undated = match if kind in ("part", "month", "months") and not first and not prefix else None
        if kind == "year":
            named = int(match["a_year"]), match.start()
        if not prefix and kind in ("year", "month", "date") and (since := _SINCE.search(before)):
            since_start = match.start() - len(since.group())
            if not found or found[-1].end <= since_start:
                prefix, start = "since", since_start
        if kind not in ("months", "years", "days"):  # where "from" belongs to the range
            first, last = _prefixed(prefix, first, last, context)
        found.append(
            Period(
                start=start,
                end=match.end(),
                text=text[start : match.end()],
                first=first.isoformat() if first else None,
                last=last.isoformat() if last else None,
                rule=kind,
                reference=context.reference if first or last else None,
                origin=context.origin,
            )
        )
    return found


def _resolve(kind: str, match: re.Match[str], context: Context) -> Dates:
    """The dates of a match, which later expressions may mean, unless it is what an earlier one is compared with."""
    try:
        first, last = RULES[kind](match, context)
        if not first or not last:
            return first, last
        if first > last:
            return UNKNOWN
        if (last - first).days >= 364 or (_shift(first, 1), _shift(last, 1)) not in context.earlier:
            context.earlier.append((first, last))
    except (ValueError, OverflowError):
        return UNKNOWN
    return first, last


def _fixed_by(
    same: re.Match[str], match: re.Match[str], period: Period, earlier: list[tuple[dt.date, dt.date]]
) -> Period:
    """The third quarter, where it is compared with the same quarter of 2003: that of the next year."""
    year = re.fullmatch(r"\d{4}", same["s_when"] or "")
    if year is None:
        return period
    context = Context(None, False, earlier, year=int(year.group()) + 1)
    first, last = _resolve(period.rule, match, context)
    if not first or not last:
        return period
    return replace(period, first=first.isoformat(), last=last.isoformat(), reference="text")


def resolve_period(phrase: str, published: str | None = None) -> Period | None:
    """The time expression that a phrase known to be a time holds, the longest; None where it holds none."""
    found = _find(phrase, published, of_time=True)
    return max(found, key=lambda period: period.end - period.start, default=None)


def _is_month(text: str, match: re.Match[str], kind: str) -> bool:
    """Whether "May" or "March" is the month: not where a sentence begins with it or a verb may stand."""
    word = match[kind].split()[-1 if kind == "month" else 0].rstrip(".")
    if word.upper() != "MAY" or match["prefix"] or any(c.isdigit() for c in match[kind]):
        return True
    return bool(_NOT_MAY_BEFORE.search(text, max(0, match.start() - 12), match.start()))


def _prefixed(prefix: str, first: dt.date | None, last: dt.date | None, context: Context) -> Dates:
    if prefix == "since" or (prefix == "from" and first):
        return first, None
    if prefix == "until":
        return None, last
    if prefix == "before" and first and first == first.replace(month=1, day=1):
        return None, first - ONE_DAY
    if prefix == "through" and last:
        return (None if context.future else last.replace(month=1, day=1)), last
    if prefix == "between now and" and last:
        base = context.base()
        return (base, last) if base and base <= last else UNKNOWN
    if prefix == "before":
        return UNKNOWN
    return first, last


def _span(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    """Whole months of a year, from the first to the last."""
    return dt.date(year, first, 1), dt.date(year, last, monthrange(year, last)[1])


def _shift(day: dt.date, years: int) -> dt.date:
    last = monthrange(day.year + years, day.month)[1]
    end = day.day == monthrange(day.year, day.month)[1]
    return dt.date(day.year + years, day.month, last if end else min(day.day, last))


def _back(day: dt.date, months: int) -> dt.date:
    """The first day of the stretch of so many months that ends on a day."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    last = monthrange(year, month + 1)[1]
    if day.day == monthrange(day.year, day.month)[1]:
        return dt.date(year, month + 1, last) + dt.timedelta(1)
    return dt.date(year, month + 1, min(day.day, last)) + dt.timedelta(1)


def _plus(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _number(word: str) -> int:
    return int(word) if word.isdigit() else lexicon.values("number")[word.lower()]


def _month(word: str) -> int:
    return lexicon.values("month")[word.rstrip(".").lower()]


def _year(word: str) -> int:
    return int(word) if len(word) == 4 else 2000 + int(word) if int(word) < 70 else 1900 + int(word)


def _when(phrase: str | None, context: Context) -> int | None:
    """The year that "2023", "last year" and the like name."""
    if phrase is None:
        return None
    if digits := re.search(r"\d{4}", phrase):
        return int(digits.group())
    word, base = phrase.lower(), context.base()
    if word in ("that year", "the same year", "the previous year", "previous year"):
        if not context.earlier:
            return None
        return context.earlier[-1][0].year - ("previous" in word)
    if base is None:
        return None
    return base.year + (-1 if word.startswith("last") else 1 if word.startswith("next") else 0)


SOON = 40  # a bare date so many days ahead is the coming one: of the last one it would be said that it is past


def _distance(day: dt.date, base: dt.date) -> int:
    """How far a day lies from the publication, where "by" and "from" rather look ahead."""
    days = (day - base).days
    return days if days >= 0 else -2 * days


def _latest(context: Context, span: Callable[[int], tuple[dt.date, dt.date]], *, done: int | None = None) -> Dates:
    """The span of the latest year that has begun by then; of the next one to end where words are of the future.

    done: how many days after the publication date it may end at most.
    """
    if context.year is not None and not context.published:
        context.reference = "text"
        return span(context.year)
    base = context.base()
    if base is None:  # what the text itself has said in full before; a month may be another year's
        context.reference = "text"
        said = (known for known in reversed(context.earlier) if (known[1] - known[0]).days > 31)
        return next((known for known in said if known == span(known[1].year)), UNKNOWN)
    if context.near and not context.future:
        spans = [span(base.year + step) for step in (-1, 0, 1)]
        return min(spans, key=lambda dates: min(_distance(day, base) for day in dates))
    for year in (base.year, base.year + 1) if context.future else (base.year, base.year - 1):
        first, last = span(year)
        if context.future and last >= base:
            return first, last
        if not context.future and first <= base and (done is None or last <= base + dt.timedelta(done)):
            return first, last
    return span(base.year + (1 if context.future else -1))


@lru_cache(maxsize=4096)
def _dateparser(phrase: str, base: dt.date | None, future: bool) -> dt.date | None:
    """A single day, read by dateparser; without a publication date only where the phrase holds all of it."""
    import dateparser

    settings = {
        "PREFER_DATES_FROM": "future" if future else "past",
        "REQUIRE_PARTS": ["day", "month"] if base else ["day", "month", "year"],
        "DATE_ORDER": "DMY",
        "RETURN_AS_TIMEZONE_AWARE": False,
        "RELATIVE_BASE": dt.datetime.combine(base or dt.date(2000, 1, 1), dt.time(12)),
    }
    parsed = dateparser.parse(phrase, languages=["en"], settings=settings)
    return parsed.date() if parsed else None


def _day(phrase: str, context: Context) -> dt.date | None:
    base = None if re.search(r"(?:19|20)\d\d", phrase) else context.base()
    if base is None and not re.search(r"(?:19|20)\d\d", phrase):
        return None
    clean = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", phrase).replace("Sept.", "Sep.").replace(" of ", " ")
    clean = re.sub(rf"^(?:{'|'.join(lexicon.values('weekday'))})\b\.?,?\s", "", clean, flags=re.IGNORECASE)
    day = _dateparser(clean, base, context.future)
    if day is not None and base and not context.future:
        coming = _dateparser(clean, base, True) or day
        if context.near:
            day = min(day, coming, key=lambda one: _distance(one, base))
        elif 0 <= (coming - base).days <= SOON:
            day = coming
    if day is not None:
        context.origin = "dateparser"
    return day


def _one(day: dt.date | None) -> Dates:
    return day, day


def _iso(match: re.Match[str], context: Context) -> Dates:
    return _one(dt.date.fromisoformat(match["iso"]))


def _edge(phrase: str, context: Context, side: int) -> dt.date | None:
    """The day on which a stretch begins (side 0) or ends (1); the latest one about to end by the publication."""
    year = re.search(r"(?:19|20)\d\d", phrase)
    name = re.search("|".join(lexicon.values("month")), phrase, re.IGNORECASE)
    if name is None:
        return _span(int(year.group()), 1, 12)[side] if year else _weekday(phrase, context)
    if re.search(r"(?<!\d)\d{1,2}(?!\d)", phrase):
        day, base = _day(phrase, context), context.base()
        soon = _shift(day, 1) if day and base and not year else None
        return soon if soon and base and soon <= base + dt.timedelta(45) else day
    month = _month(name.group())
    if year:
        return _span(int(year.group()), month, month)[side]
    return _latest(context, lambda y: _span(y, month, month), done=60)[side]


def _ending(match: re.Match[str], context: Context) -> Dates:
    """The three months to December, the year that began on 8 July, the ten years to 2031."""
    if match["e_count"]:
        count, unit = _number(match["e_count"]), match["e_unit"].lower().rstrip("s")
    else:
        whole = match["e_whole"].lower()
        count, unit = next((size for word, size in STRETCHES.items() if word in whole), (12, "month"))
    if unit == "year":
        count, unit = count * 12, "month"
    days = dt.timedelta(count * (7 if unit == "week" else 1))
    if match["e_begin"]:
        begun = bool(re.search(r"\b(?:began|started)\b", match["ending"], re.IGNORECASE))
        context.near, context.future = not begun, context.future and not begun
        first = _edge(match["e_begin"], context, 0)
        return (first, (_plus(first, count) if unit == "month" else first + days) - ONE_DAY) if first else UNKNOWN
    last = _edge(match["e_date"], context, 1)
    return (_back(last, count) if unit == "month" else last - days + ONE_DAY, last) if last else UNKNOWN


def _months(match: re.Match[str], context: Context) -> Dates:
    first, last = _month(match["m_first"]), _month(match["m_last"])
    over = first > last  # "November to February" ends in the next year

    def span(year: int) -> tuple[dt.date, dt.date]:
        return dt.date(year - over, first, 1), _span(year, last, last)[1]

    year = _when(match["m_when"], context)
    if match["m_year"] and year is None:
        return span(int(match["m_year"]) + over)
    if match["m_year"] and year is not None:
        return dt.date(int(match["m_year"]), first, 1), _span(year, last, last)[1]
    if year is not None:
        return span(year)
    return UNKNOWN if match["m_when"] else _latest(context, span, done=31)


def _days(match: re.Match[str], context: Context) -> Dates:
    if match["g_from"]:
        context.near = False
        last = _weekday(match["g_to"], context)
        number = lexicon.values("weekday")[match["g_from"].rstrip(".").lower()]
        return (last - dt.timedelta((last.weekday() - number) % 7), last) if last else UNKNOWN
    month = _month(match["g_month"] or match["g_month2"] or match["g_other2"])
    until = _month(match["g_other"] or match["g_other2"] or match["g_month"])
    one, other = (
        int(re.sub(r"\D", "", match[a] or match[b])) for a, b in (("g_first", "g_first2"), ("g_last", "g_last2"))
    )

    def span(year: int) -> tuple[dt.date, dt.date]:
        return dt.date(year - (month > until), month, one), dt.date(year, until, other)

    return span(int(match["g_year"])) if match["g_year"] else _latest(context, span)


def _month_part(match: re.Match[str], context: Context) -> Dates:
    """The second half of July, the first ten days of March, the last day of April."""
    month, which = _month(match["u_month"]), lexicon.values("ordinal")[match["u_which"].lower()]
    size = {"half": 15, "day": 1, "week": 7}[match["u_unit"].lower().rstrip("s")]
    size *= _number(match["u_count"]) if match["u_count"] else 1

    def span(year: int) -> tuple[dt.date, dt.date]:
        start, end = _span(year, month, month)
        if which == -1 or (size == 15 and which == 2):
            return (start.replace(day=16) if size == 15 else end - dt.timedelta(size - 1)), end
        first = start + dt.timedelta((which - 1) * size)
        return first, first + dt.timedelta(size - 1)

    return span(int(match["u_year"])) if match["u_year"] else _latest(context, span)


def _date(match: re.Match[str], context: Context) -> Dates:
    return _one(_day(match["date"], context))


def _part_span(which: int, whole: str, count: int) -> Callable[[int], tuple[dt.date, dt.date]]:
    """The first nine months, the second half, the third quarter of a year."""
    size = {"half": 6, "semester": 6, "quarter": 3, "trimester": 4}[whole] if whole else count
    parts = 12 // size
    number = parts if which == -1 else which
    if not 1 <= number <= parts:
        raise ValueError(f"a year has no part {number} of {size} months")
    return lambda year: _span(year, (number - 1) * size + 1, number * size)


def _part(match: re.Match[str], context: Context) -> Dates:
    which = lexicon.values("ordinal")[match["p_which"].lower()]
    whole = re.split(r"[\s-]", match["p_whole"].lower())[0] if match["p_whole"] else ""
    count = _number(match["p_count"]) * (3 if match["p_unit"].lower() == "quarters" else 1) if match["p_count"] else 0
    if match["p_count"] and (which not in (1, -1) or not 1 <= count <= 12):
        return UNKNOWN
    if which == -1 and match["p_count"]:
        span: Callable[[int], tuple[dt.date, dt.date]] = lambda year: _span(year, 13 - count, 12)  # noqa: E731
    else:
        span = _part_span(which, whole, count) if whole else lambda year: _span(year, 1, count)
    if "fiscal" in (match["p_when"] or "") or "FY" in (match["p_when"] or ""):
        return UNKNOWN  # whose year begins in another month
    year = int(match["p_year"]) if match["p_year"] else _when(match["p_when"], context)
    if year is not None:
        return span(year)
    if match["p_when"]:
        return UNKNOWN
    return _latest(context, span, done=None if whole == "quarter" else 31)


def _ellipsis(match: re.Match[str], context: Context) -> Dates:
    """The fourth, said after another quarter."""
    quarter = _nearest(context, LENGTHS["quarter"])
    which = lexicon.values("ordinal")[match["y_which"].lower()]
    return _part_span(which, "quarter", 0)(quarter[0].year) if quarter else UNKNOWN


def _code(match: re.Match[str], context: Context) -> Dates:
    part, year = match["c_part"] or match["c_part2"], match["c_year"] or match["c_year2"]
    which, letter = int(re.sub(r"\D", "", part)), part.upper().strip("0123456789")
    span = _part_span(1 if letter == "M" else which, {"Q": "quarter", "H": "half", "M": ""}[letter], which)
    if "FY" in match["code"]:
        if not year or len(year) == 4:
            return UNKNOWN
        first = _plus(span(_year(year) - 1)[0], 3)  # from April
        return first, _plus(first, {"Q": 3, "H": 6, "M": which}[letter]) - dt.timedelta(1)
    return span(_year(year)) if year else _latest(context, span)


def _month_quarter(match: re.Match[str], context: Context) -> Dates:
    first = _month(match["q_month"])
    if match["q_last"]:
        return _latest(context, lambda year: _span(year, first, _month(match["q_last"])), done=45)
    last = _latest(context, lambda year: _span(year, first, first), done=45)[1]
    return (_back(last, 3), last) if last else UNKNOWN


def _end(match: re.Match[str], context: Context) -> Dates:
    """The first or the last day of a month, a quarter or a year."""
    if match["n_year"]:
        return _one(dt.date(int(match["n_year"]), 12, 31))
    what = (match["n_what"] or "year").lower().removeprefix("the ")
    if match["n_mid"]:
        base = context.base()
        return _one(dt.date(base.year, 6, 30)) if base else UNKNOWN
    side = 0 if (match["n_side"] or "").lower() in ("start", "beginning") else 1
    name, year, base = re.match(r"[a-z]+", what), re.search(r"\d{4}", what), context.base()
    if name and name.group() in lexicon.values("month"):
        month = _month(name.group())
        if year:
            return _one(_span(int(year.group()), month, month)[side])
        day: Callable[[int], tuple[dt.date, dt.date]] = lambda y: (_span(y, month, month)[side],) * 2  # noqa: E731
        return _latest(context, day)
    if year:
        return _one(_span(int(year.group()), 1, 12)[side])
    if base is None:
        return UNKNOWN
    if what == "year" and (match["n_side"] or "").lower() == "turn":
        turn = dt.date(base.year - 1, 12, 31)
        return _one(turn + ONE_DAY if (match["prefix"] or "").lower().startswith("since") else turn)
    if what == "year":
        return _one(_span(base.year - (side == 1 and not context.future and base.month <= 2), 1, 12)[side])
    if " " not in what:
        found = None if context.near or context.future else _nearest(context, LENGTHS[what])
        found = found or _calendar(base, what, 0)
        context.reference = context.reference or "published"
        return _one(found[side])
    step, _, unit = what.rpartition(" ")
    if step in ("last", "this", "next"):
        return _one(_calendar(base, unit, STEPS[step])[side])
    when = _when(what, context)
    return _one(_span(when, 1, 12)[side]) if when else UNKNOWN


def _one_month(match: re.Match[str], context: Context) -> Dates:
    month = _month(match["o_month"])
    if (match["o_last"] or "").lower() == "next":
        context.future = True
    when = _when(match["o_when"], context)
    if (match["o_last"] or "").lower() == "last" and (base := context.base()):
        when = base.year - (month >= base.month)
    if when is not None:
        return _span(when, month, month)
    return UNKNOWN if match["o_when"] else _latest(context, lambda year: _span(year, month, month))


def _to_march(end: int) -> tuple[dt.date, dt.date]:
    """The fiscal year that ends in March of a year: whose outlets write FY24 or 2023-24."""
    return dt.date(end - 1, 4, 1), dt.date(end, 3, 31)


def _fiscal(match: re.Match[str], context: Context) -> Dates:
    if "/" in match["fiscal"]:
        return UNKNOWN
    if match["f_to"]:
        return _to_march(_year(match["f_year"]) + 1)
    if len(match["f_year"]) == 2:
        return _to_march(_year(match["f_year"]))
    return UNKNOWN  # fiscal years begin in January, April, July or October, by country


def _years(match: re.Match[str], context: Context) -> Dates:
    first, last = int(match["y_first"]), match["y_last"] or match["y_short"]
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if end % 100 == 0 and len(last) == 2 or end <= first:
        end = first + 1 if last == "00" and first % 100 == 99 else 0
    if end == first + 1 and len(last) == 2:
        return UNKNOWN if "/" in match["years"] else _to_march(end)  # a season's year begins in any month
    return (dt.date(first, 1, 1), dt.date(end, 12, 31)) if end else UNKNOWN


def _decade(match: re.Match[str], context: Context) -> Dates:
    first = int(match["d_decade"])
    if match["d_part"]:
        return UNKNOWN
    return dt.date(first, 1, 1), dt.date(first + 9, 12, 31)


def _one_year(match: re.Match[str], context: Context) -> Dates:
    return UNKNOWN if match["a_part"] else _span(int(match["a_year"]), 1, 12)


def _nearest(context: Context, days: tuple[int, int]) -> tuple[dt.date, dt.date] | None:
    """The nearest earlier period whose length in days lies between two bounds."""
    for first, last in reversed(context.earlier):
        if days[0] <= (last - first).days + 1 <= days[1]:
            context.reference = "text"
            return first, last
    return None


def _same(match: re.Match[str], context: Context) -> Dates:
    count = _number(match["s_count"]) if match["s_count"] else 0
    same = _nearest(context, (28 * count, 31 * count)) if count else None
    same = same or _nearest(context, (20, 366)) or _nearest(context, (1, 19))
    when = match["s_when"]
    if same is None:
        year = _when(when, context) if count and when else None
        return _span(year, 1, count) if year else UNKNOWN
    ago = match["same"].lower().startswith(("year-", "the year-"))
    if when is None:
        return (_shift(same[0], -1), _shift(same[1], -1)) if ago else same
    if "earlier" in when or "ago" in when or "before" in when or "previous" in when:
        years = -1
    else:
        year = _when(when, context)
        if year is None:
            return UNKNOWN
        years = year - same[1].year
    return _shift(same[0], years), _shift(same[1], years)


def _earlier(match: re.Match[str], context: Context) -> Dates:
    """A year earlier, three months before: as long as what was named last, and that much before it."""
    if match["b_months"]:
        months = _number(match["b_months"])
        same = _nearest(context, (1, 31 * months))
        return (_plus(same[0], -months), _plus(same[1] + ONE_DAY, -months) - ONE_DAY) if same else UNKNOWN
    years = _number(match["b_years"]) if match["b_years"] else 1
    same = _nearest(context, (20, 366)) or _nearest(context, (1, 19))
    return (_shift(same[0], -years), _shift(same[1], -years)) if same else UNKNOWN


def _previous(match: re.Match[str], context: Context) -> Dates:
    unit = (match["v_unit"] or match["v_before"]).lower()
    same = _nearest(context, LENGTHS[unit] if unit != "year" else (1, 366))
    if same is None:
        base = context.base()
        return _calendar(base, unit, -2) if base and unit != "day" else UNKNOWN  # before the one reported on
    if unit == "year":
        return (
            _span(same[1].year - 1, 1, 12)
            if (same[1] - same[0]).days <= 300
            else (_shift(same[0], -1), _shift(same[1], -1))
        )
    if unit in ("week", "day"):
        days = dt.timedelta(7 if unit == "week" else 1)
        return same[0] - days, same[1] - days
    last = same[0] - dt.timedelta(1)
    return _back(last, 3 if unit == "quarter" else 1), last


def _calendar(base: dt.date, unit: str, step: int) -> tuple[dt.date, dt.date]:
    """The week, month, quarter, half or year of a day, or so many before or after it."""
    if unit == "day":
        return base + dt.timedelta(step), base + dt.timedelta(step)
    if unit == "week":
        monday = base - dt.timedelta(base.weekday()) + dt.timedelta(7 * step)
        return monday, monday + dt.timedelta(6)
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    index = (base.year * 12 + base.month - 1) // size + step
    year, part = divmod(index * size, 12)
    return _span(year, part + 1, part + size)


def _relative(match: re.Match[str], context: Context) -> Dates:
    base, which = context.base(), match["r_which"].lower().split()[-1]
    if base is None or which == "past":
        return UNKNOWN
    return _calendar(base, match["r_unit"].lower(), STEPS[which])


def _just(match: re.Match[str], context: Context) -> Dates:
    base, unit = context.base(), match["j_unit"].lower()
    if base is None:
        return UNKNOWN
    return _calendar(base + dt.timedelta(7 if unit != "week" else 1), unit, -1)


def _ago(match: re.Match[str], context: Context) -> Dates:
    if not re.search(r"day|week", match["ago"]):
        return UNKNOWN  # "two years ago" names no day
    base = context.base()
    day = _dateparser(match["ago"], base, False) if base else None
    if day is not None:
        context.origin = "dateparser"
    return _one(day)


def _whole(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    if base is None:
        return UNKNOWN
    if match["l_half"]:
        return _nearest(context, LENGTHS["half"]) or _calendar(base, "half", -1)
    return _span(base.year - (base.month <= 4 and not context.future), 1, 12)


def _so_far(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    return (dt.date(base.year, 1, 1), base) if base else UNKNOWN


def _unknown(match: re.Match[str], context: Context) -> Dates:
    return UNKNOWN


def _weekday(phrase: str, context: Context) -> dt.date | None:
    base = context.base()
    name = re.search("|".join(sorted(lexicon.values("weekday"), key=len, reverse=True)), phrase, re.IGNORECASE)
    if base is None or name is None:
        return None
    number = lexicon.values("weekday")[name.group().lower()]
    if phrase.lower().startswith("next"):
        return base + dt.timedelta((number - base.weekday() - 1) % 7 + 1)
    day = base - dt.timedelta((base.weekday() - number) % 7)
    if context.near:
        return min(day, day + dt.timedelta(7), key=lambda one: _distance(one, base))
    return day - dt.timedelta(7) if phrase.lower().startswith("last") and day == base else day


def _one_weekday(match: re.Match[str], context: Context) -> Dates:
    return _one(_weekday(match["weekday"], context))


def _relative_day(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    if base is None:
        return UNKNOWN
    word = match["day"].lower()
    return _one(base + dt.timedelta(-1 if word in ("yesterday", "last night") else 1 if word == "tomorrow" else 0))


def _anaphor(match: re.Match[str], context: Context) -> Dates:
    if match["h_count"]:
        days_of = {"months": 30.5, "quarters": 91.3, "weeks": 7, "years": 365.2}[match["h_unit"].lower()]
        count = _number(match["h_count"])
        days = count * days_of
        found = _nearest(context, (int(days - 4), int(days + 4)))
        if found is None and match["h_unit"].lower() == "months" and 4 <= count <= 11 and (base := context.base()):
            to_date = _span(base.year - (base.month < 3), 1, count)
            found = to_date if -3 <= (base - to_date[1]).days <= 75 else None
    else:
        whole = match["h_whole"].lower()
        unit = "half" if whole.startswith("half") else whole
        found = _nearest(context, LENGTHS.get(unit, (20, 2000)))
        if found is None and unit != "period" and (base := context.base()):
            done = unit != "year" or (base.month <= 2 and not context.future)
            found = _calendar(base, unit, -1 if done else 0)
    return found or UNKNOWN


def _named(match: re.Match[str], context: Context) -> Dates:
    for pattern, first, last in lexicon.named_periods():
        if pattern.search(match["named"]):
            return dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return UNKNOWN


def _easter(year: int) -> dt.date:
    """Easter Sunday, by the anonymous Gregorian reckoning."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


def _holiday(match: re.Match[str], context: Context) -> Dates:
    day = next(day for pattern, day in lexicon.holidays() if pattern.fullmatch(match["k_name"]))

    def span(year: int) -> tuple[dt.date, dt.date]:
        if re.fullmatch(r"-?\d+", day):
            date = _easter(year) + dt.timedelta(int(day))
        else:
            date = dt.date.fromisoformat(f"{year}-{day}")
        return date, date

    return span(int(match["k_year"])) if match["k_year"] else _latest(context, span)


def _season(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    if base is None or not match["x_which"]:
        return UNKNOWN  # whose hemisphere is not said
    month = lexicon.values("season")[match["x_season"].lower()]
    step = STEPS[match["x_which"].lower()]
    year = base.year + (step if step * (month - base.month) >= 0 else 0)
    first = dt.date(year, month, 1)
    return first, _plus(first, 3) - ONE_DAY


RULES: dict[str, Callable[[re.Match[str], Context], Dates]] = {
    "days": _days, "iso": _iso, "ending": _ending, "months": _months, "date": _date, "month_part": _month_part,
    "part": _part, "ellipsis": _ellipsis, "code": _code, "month_quarter": _month_quarter, "end": _end,
    "month": _one_month, "fiscal": _fiscal, "years": _years, "decade": _decade, "year": _one_year, "same": _same,
    "earlier": _earlier, "previous": _previous, "relative": _relative, "just": _just, "ago": _ago, "whole": _whole,
    "past": _unknown, "so_far": _so_far, "weekday": _one_weekday, "day": _relative_day, "now": _unknown,
    "anaphor": _anaphor, "holiday": _holiday, "season": _season, "named": _named,
}  # fmt: skip
