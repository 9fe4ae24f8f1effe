"""Linking: readings and quantities into facts. The readings are made here, so that each rule stands alone."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Span

from newsfacts.link import Linker, decode
from newsfacts.link.confidence import Calibration, logistic
from newsfacts.link.phrases import agreed

CERTAIN = {
    "status": {"none": 0.0, "optional": 0.0, "fact": 1.0},
    "kind": {"level": 1.0, "change": 0.0, "share": 0.0},
    "direction": {"up": 0.6, "down": 0.4},
    "basis": {"": 1.0, "year_on_year": 0.0},
    "qualifier": {"exact": 1.0, "about": 0.0, "more_than": 0.0, "less_than": 0.0},
    "modality": {"actual": 1.0, "expected": 0.0},
    "measure": {"revenue": 0.6, "count": 0.4},
}
CHANGE_OF_DOUBTFUL_BASIS = {
    "kind": {"level": 0.0, "change": 1.0, "share": 0.0},
    "basis": {"": 0.6, "other": 0.3, "year_on_year": 0.1},
}
NOTHING = {"none": 1.0, "spans": []}
TEXT = "The Orvane Pumps Group of Lisbon sold a lot. Orvane's pump revenue was 7 million euros in 2023, it said."
MONEY = ("7 million euros", "EUR", "money")


def linked(text, quantity, names=(), headline=None, furniture=(), periods=(), **slots):
    """A Doc of a text with one quantity, given as (words, unit, type); phrases are given by their words."""
    nlp = spacy.blank("en")
    nlp.add_pipe("newsfacts_sentences")
    doc = nlp(text)
    linker = Linker(nlp)
    words, unit, kind, *rest = quantity
    row = {
        "start": text.index(words), "end": text.index(words) + len(words), "text": words, "value": 7, "unit": unit,
        "type": kind, "qualifier": "exact", "direction": None, "noun": None, "equivalents": [], "origin": "grammar",
    } | (rest[0] if rest else {})  # fmt: skip
    reading = CERTAIN | dict.fromkeys(("subject", "metric", "period", "source"), NOTHING)
    for slot, answer in slots.items():
        if isinstance(answer, str):
            start = text.index(answer)
            reading[slot] = {"none": 0.1, "spans": [[start, start + len(answer), 0.9]]}
        elif isinstance(answer, list):
            spans = [[text.index(words), text.index(words) + len(words), p] for words, p in answer]
            reading[slot] = {"none": 0.1, "spans": spans}
        else:
            reading[slot] = answer
    doc._.quantities, doc._.readings = [row], [reading]
    read = {"rule": "month", "reference": "published", "origin": "grammar"}
    doc._.periods = [
        read | {"start": text.index(p), "end": text.index(p) + len(p), "text": p, "from": first, "to": last}
        for p, first, last in periods
    ]
    doc._.headline, doc._.furniture = headline, list(furniture)
    starts = [(text.index(name), name, label) for name, label in names]
    doc.ents = [doc.char_span(start, start + len(name), label) for start, name, label in starts]
    assert all(isinstance(ent, Span) for ent in doc.ents)
    return linker(doc)


def link(*arguments, **slots):
    return linked(*arguments, **slots)._.facts


@pytest.mark.parametrize(
    ("quantity", "status", "furniture", "reason"),
    [
        (("7 million euros", "EUR", "money"), {"none": 0.1, "optional": 0.1, "fact": 0.8}, (), None),
        (("7 million euros", "EUR", "money"), {"none": 0.1, "optional": 0.6, "fact": 0.3}, (), "aside"),
        (("7 million euros", "EUR", "money"), {"none": 0.6, "optional": 0.1, "fact": 0.3}, (), "no_statement"),
        (("7 million euros", "EUR", "money"), {"fact": 1.0}, [{"start": 0, "end": 90}], "furniture"),
        (("2023", "count", "duration"), {"fact": 1.0}, (), "duration"),
    ],
)
def test_why_a_quantity_is_no_fact(quantity, status, furniture, reason):
    doc = linked(TEXT, quantity, furniture=furniture, status=status)
    assert doc._.no_facts == [reason]
    assert len(doc._.facts) == (reason is None)


def test_a_scale_alone_is_an_amount_too():
    status = {"none": 0.1, "optional": 0.6, "fact": 0.3}
    assert link("Lisbon plans a billion-euro port.", ("a billion-euro", "EUR", "money"), status=status)


def test_a_fact_with_its_fields():
    (fact,) = link(
        TEXT, MONEY, [("Orvane Pumps Group", "ORG")], periods=[("2023", "2023-01-01", "2023-12-31")],
        subject="Orvane Pumps Group", metric="pump revenue", period="2023",
    )  # fmt: skip
    assert fact["text"] == TEXT[fact["start"] : fact["end"]] == "7 million euros"
    assert (fact["subject"], fact["metric"], fact["measure"]) == ("Orvane Pumps Group", "pump revenue", "revenue")
    assert fact["period"] == {"text": "2023", "start": "2023-01-01", "end": "2023-12-31"}
    assert fact["sentence"]["text"] == TEXT[fact["sentence"]["start"] : fact["sentence"]["end"]]
    assert fact["sentence"]["text"].startswith("Orvane's")
    (place,) = fact["evidence"]["metric"]
    assert TEXT[place["start"] : place["end"]] == "pump revenue"
    assert fact["source"] is fact["evidence"]["source"] is None


def test_forms_of_one_name_add_up():
    text = "The Ports Advisory Board (PAB) met in Lisbon. It earned 7 million euros."
    names = [("Ports Advisory Board", "ORG"), ("PAB", "ORG"), ("Lisbon", "PLACE")]
    (fact,) = link(text, MONEY, names, subject=[("Lisbon", 0.4), ("Ports Advisory Board", 0.3), ("PAB", 0.3)])
    assert fact["subject"] == "Ports Advisory Board"
    (fact,) = link(text, MONEY, names, subject=[("Lisbon", 0.7), ("Ports Advisory Board", 0.2), ("PAB", 0.1)])
    assert fact["subject"] == "Lisbon"


def test_half_a_bracket_stands_for_the_whole_name():
    text = "Orvane Pumps (Lisbon) Co took in 7 million euros."
    (fact,) = link(text, MONEY, [("Orvane Pumps (Lisbon) Co", "ORG")], subject="Lisbon) Co")
    assert fact["subject"] == "Orvane Pumps (Lisbon) Co"


def test_the_city_is_the_last_place_before_it():
    text = "Lisbon grew. The city took in 7 million euros."
    (fact,) = link(text, MONEY, [("Lisbon", "PLACE")], subject="The city")
    assert fact["subject"] == "Lisbon"


@pytest.mark.parametrize(
    ("text", "phrase", "subject"),
    [
        ("Lisbon and Porto grew. The two took in 7 million euros.", "The two", "Lisbon and Porto"),
        ("Orvane grew. It took in 7 million euros.", "It", "Orvane"),
        ("Orvane grew. A bank took in 7 million euros.", "A bank", "bank"),
        ("Orvane grew. The bank took in 7 million euros.", "The bank", "Orvane"),
        ("Orvane grew. The Bank took in 7 million euros.", "The Bank", "Bank"),
        ("Brill Bank fell. Orvane grew. The bank took in 7 million euros.", "The bank", "Orvane"),
        ("Brill Bank fell and Orvane grew. The bank took in 7 million euros.", "The bank", "Brill Bank"),
    ],
)
def test_what_phrases_stand_for(text, phrase, subject):
    labels = {"Lisbon": "PLACE", "Porto": "PLACE", "Orvane": "ORG", "Brill Bank": "ORG"}
    (fact,) = link(text, MONEY, [(name, label) for name, label in labels.items() if name in text], subject=phrase)
    assert fact["subject"] == subject


def test_without_any_phrase_the_subject_is_the_name_told_of_most():
    (fact,) = link(TEXT, MONEY, [("Orvane Pumps Group", "ORG")])
    assert fact["subject"] == "Orvane Pumps Group"


def test_a_share_is_called_one():
    text = "Exports made up 7 percent of turnover."
    (fact,) = link(text, ("7 percent", "percent", "percent"), metric="turnover", kind={"share": 0.9, "level": 0.1})
    assert (fact["kind"], fact["metric"]) == ("share", "share of turnover")


@pytest.mark.parametrize(
    ("quantity", "kind", "expected"),
    [
        (("7 percent", "percent", "percent"), {"change": 0.9, "level": 0.1}, ("change", "up", 7)),
        (("7 percent", "percent", "percent", {"value": -7, "direction": "down"}), {"change": 0.9, "level": 0.1},
         ("change", "down", 7)),
        (("7 percent", "percent", "percent", {"value": -7, "direction": "down"}), {"change": 0.1, "level": 0.9},
         ("level", None, -7)),
        (("7 percent", "percent", "percent", {"value": 0}), {"change": 0.9, "level": 0.1}, ("change", None, 0)),
        (("7 percent", "EUR", "money"), {"share": 0.9, "level": 0.1}, ("level", None, 7)),
    ],
)  # fmt: skip
def test_answers_fit_together_and_fit_the_unit(quantity, kind, expected):
    (fact,) = link("It moved 7 percent.", quantity, kind=kind)
    assert (fact["kind"], fact["direction"], fact["value"]) == expected


def test_money_is_not_counted():
    (fact,) = link(TEXT, MONEY, measure={"count": 0.9, "revenue": 0.1})
    assert fact["measure"] == "revenue"


@pytest.mark.parametrize(
    ("words", "model", "expected"),
    [
        ("about", {"exact": 0.9, "about": 0.1}, "about"),
        ("exact", {"more_than": 0.8, "exact": 0.2}, "exact"),
        ("exact", {"more_than": 0.95, "exact": 0.05}, "more_than"),
    ],
)
def test_words_beside_the_number_hedge_it(words, model, expected):
    row = {"qualifier": words, "unit": "EUR", "type": "money"}
    assert decode.qualifier(row, {"qualifier": model}).label == expected


def test_periods_with_the_same_dates_add_up_against_none():
    periods = [("2023", "2023-01-01", "2023-12-31"), ("last year", "2023-01-01", "2023-12-31"), ("May", None, None)]
    text = "In 2023 and last year and May it earned 7 million euros."
    spans = [("May", 0.35), ("2023", 0.3), ("last year", 0.25)]
    (fact,) = link(text, MONEY, periods=periods, period=spans)
    assert fact["period"] == {"text": "2023", "start": "2023-01-01", "end": "2023-12-31"}
    (fact,) = link(text, MONEY, periods=periods, period={"none": 0.95, "spans": [[3, 7, 0.05]]})
    assert fact["period"] is None


def test_a_time_in_other_words_counts_where_neither_none_nor_a_known_one_is_likely():
    text = "Since the rules were eased it earned 7 million euros, in May too."
    words, may = "Since the rules were eased", ("May", None, None)
    (fact,) = link(text, MONEY, periods=[may], period={"none": 0.01, "spans": [[0, len(words), 0.97]]})
    assert fact["period"] == {"text": words, "start": None, "end": None}
    (fact,) = link(text, MONEY, periods=[may], period={"none": 0.2, "spans": [[0, len(words), 0.8]]})
    assert fact["period"] is None
    (fact,) = link(text, MONEY, periods=[may], period={"none": 0.01, "spans": [[0, len(words), 0.8], [57, 60, 0.1]]})
    assert fact["period"]["text"] == "May"


def test_a_duration_does_not_end_the_words_that_name_a_basis():
    text = "Sales are to grow to 7 million euros, a 40 percent increase in five years."
    doc = linked(text, ("40 percent", "percent", "percent"))
    (row,), (reading,) = doc._.quantities, doc._.readings
    start = text.index("five years")
    doc._.quantities = [row, row | {"start": start, "end": start + 10, "unit": "year", "type": "duration"}]
    doc._.readings = [reading | CHANGE_OF_DOUBTFUL_BASIS, reading]
    assert [fact["basis"] for fact in Linker(spacy.blank("en"))(doc)._.facts] == ["other"]


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Rents have risen most in ports over the past ten years. Orvane leads with 40 percent.", "other"),
        ("Rents have risen in ports. Orvane leads with 40 percent.", None),  # no reference is told
        ("Rents have risen over the past ten years. In May Orvane led with 40 percent.", None),  # at another time
        ("Rents rose over the past ten years. Ports grow. Orvane leads with 40 percent.", None),  # too far
    ],
)
def test_an_item_takes_the_reference_from_the_sentence_before(text, basis):
    may = [("In May", None, None)] if "In May" in text else []
    percent = ("40 percent", "percent", "percent")
    assert link(text, percent, periods=may, **CHANGE_OF_DOUBTFUL_BASIS)[0]["basis"] == basis


def test_a_superlative_with_a_duration_names_no_basis():
    text = "Sales fell 40 percent, the biggest drop in 5 years."
    assert link(text, ("40 percent", "percent", "percent"), **CHANGE_OF_DOUBTFUL_BASIS)[0]["basis"] is None


@pytest.mark.parametrize(
    ("phrase", "subject"),
    [
        ("US cable firm Northlane", "Northlane Group"),
        ("online exchange Northlane", "Northlane Group"),
        ("U.S. think tank Northlane", "Northlane Group"),
        ("head of the firm Northlane", "head of the firm Northlane"),  # not the firm, but its head
        ("calls since Northlane", "calls since Northlane"),  # what stands in front does not say what it is
        ("workers at carmaker Northlane", "workers at carmaker Northlane"),
        ("rivals and parent company Northlane", "rivals and parent company Northlane"),
    ],
)
def test_what_an_organization_is_does_not_belong_to_its_name(phrase, subject):
    text = f"Northlane Group grows. {phrase} earned 7 million euros."
    doc = linked(text, MONEY, [("Northlane Group", "ORG")])
    again = text.index("Northlane", 15)
    doc.ents = [*doc.ents, doc.char_span(again, again + len("Northlane"), "ORG")]
    start = text.index(phrase)
    doc._.readings[0]["subject"] = {"none": 0.1, "spans": [[start, start + len(phrase), 0.9]]}
    assert Linker(spacy.blank("en"))(doc)._.facts[0]["subject"] == subject


def test_what_is_no_fact():
    doubtful = {"none": 0.6, "optional": 0.0, "fact": 0.4}
    assert link(TEXT, MONEY, status=doubtful) == []
    assert link(TEXT, ("7 million euros", "count", "duration")) == []
    assert link(TEXT, MONEY, furniture=[{"start": 0, "end": len(TEXT), "reason": "menu"}]) == []


def test_a_headline_is_marked():
    aside = {"none": 0.1, "optional": 0.9, "fact": 0.0}
    (fact,) = link(TEXT, MONEY, headline=[0, len(TEXT)], status=aside)
    assert fact["part"] == "headline"
    assert link(TEXT, MONEY, headline=[0, 10], status=aside) == []


@pytest.mark.parametrize(
    ("text", "metric", "detail", "composed"),
    [
        ("Coffee was scarce, and exports rose to 7 million euros.", "exports", "Coffee", "Coffee exports"),
        ("Revenue was 7 million euros, all of it from yacht charters.", "Revenue", "from yacht charters",
         "Revenue from yacht charters"),
        ("The purchase of 7 million euros brings in Orvane Pumps.", "purchase", "Orvane Pumps",
         "purchase of Orvane Pumps"),
        ("Pump exports rose to 7 million euros.", "Pump exports", "exports", "Pump exports"),
    ],
)  # fmt: skip
def test_a_metric_that_does_not_stand_in_one_piece(text, metric, detail, composed):
    names = [("Orvane Pumps", "ORG")] if "Orvane" in text else []
    (fact,) = link(text, MONEY, names, metric=metric, detail=detail)
    assert fact["metric"] == composed
    places = [text[span["start"] : span["end"]] for span in fact["evidence"]["metric"]]
    assert places == [metric] if detail in metric else [metric, detail]


def test_confidence_in_what_is_likely_is_high_and_adds_up_over_forms_of_a_name():
    names = [("Ports Advisory Board", "ORG"), ("PAB", "ORG"), ("Lisbon", "PLACE")]
    text = "The Ports Advisory Board (PAB) met in Lisbon. It earned 7 million euros."
    (fact,) = link(text, MONEY, names, subject=[("Ports Advisory Board", 0.5), ("PAB", 0.3), ("Lisbon", 0.2)])
    assert fact["slot_confidence"]["subject"] == pytest.approx(0.8)
    assert fact["slot_confidence"]["kind"] > 0.99
    assert fact["confidence"] <= min(fact["slot_confidence"].values())


def test_calibrated_confidences_follow_their_curves():
    calibration = Calibration({"metric": (0.5, -1.0)}, {"metric": 1.0}, 0.5)
    assert calibration.slot("metric", 0.5) == pytest.approx(logistic(-1.0), abs=1e-3)
    assert calibration.slot("subject", 0.25) == 0.25
    assert calibration.fact({"metric": 0.5, "subject": 0.1}) == pytest.approx(logistic(0.5), abs=1e-3)
    assert Calibration.from_json(calibration.to_json()) == calibration


def test_facts_below_the_least_confidence_are_left_out():
    nlp = spacy.blank("en")
    linker = Linker(nlp, min_confidence=0.5)
    doc = linked(TEXT, MONEY, [("Orvane Pumps Group", "ORG")], metric=[("pump revenue", 0.3), ("lot", 0.2)])
    assert len(doc._.facts) == 1
    linker(doc)
    assert doc._.facts == []
    assert doc._.no_facts == ["low_confidence"]


@pytest.mark.parametrize(
    ("text", "metric", "measure", "whole"),
    [
        ("It has a stake in Orvane Pumps, worth 7 million euros.", "stake", "stake", "stake in Orvane Pumps"),
        ("It made an offer for the Orvane Pumps, of 7 million euros.", "offer", "investment",
         "offer for the Orvane Pumps"),
        ("Its stake in Orvane Pumps shares is worth 7 million euros.", "stake", "stake", "stake"),
        ("It bought pump maker Orvane Pumps for 7 million euros.", "pump maker Orvane Pumps", "investment",
         "purchase of Orvane Pumps"),
        ("It paid 7 million euros to buy the old unit.", "old unit", "investment", "purchase of old unit"),
        ("The oldest pump works changed hands. Vale bought the unit for 7 million euros.", "oldest pump works",
         "investment", "purchase of oldest pump works"),
        ("A takeover bid came late. Vale bought the unit for 7 million euros.", "takeover bid", "investment",
         "takeover bid"),
        ("The krona hit 7 million euros.", "krona", "exchange_rate", "krona exchange rate"),
        ("The spot rate hit 7 million euros.", "spot rate", "exchange_rate", "spot rate"),
        ("It sold the old unit for 7 million euros.", "old unit", "investment", "old unit"),
        ("It bought pumps for 7 million euros.", "pumps", "cost", "pumps"),
    ],
)  # fmt: skip
def test_a_noun_that_says_little_takes_in_the_name_that_it_is_about(text, metric, measure, whole):
    names = [("Orvane Pumps", "ORG")] if "Orvane" in text else []
    (fact,) = link(text, MONEY, names, metric=metric, measure={measure: 1.0})
    assert fact["metric"] == whole


def test_level_and_growth_of_one_thing_have_one_measure():
    nlp = spacy.blank("en")
    nlp.add_pipe("newsfacts_sentences")
    doc = nlp("Cement output rose 4 percent to 7 million euros.")
    linker = Linker(nlp)
    rows, readings = [], []
    for words, unit, kind, measure in (
        ("4 percent", "percent", "change", {"output": 0.4, "production_volume": 0.6}),
        ("7 million euros", "EUR", "level", {"output": 0.7, "production_volume": 0.3}),
    ):
        start = doc.text.index(words)
        rows.append({
            "start": start, "end": start + len(words), "text": words, "value": 4, "unit": unit,
            "type": "percent" if unit == "percent" else "money", "qualifier": "exact", "direction": None, "noun": None,
            "equivalents": [], "origin": "grammar",
        })  # fmt: skip
        metric = {"none": 0.1, "spans": [[0, len("Cement output"), 0.9]]}
        readings.append(
            CERTAIN
            | dict.fromkeys(("subject", "period", "source"), NOTHING)
            | {"kind": {kind: 1.0, "level": float(kind == "level")}, "measure": measure, "metric": metric}
        )
    doc._.quantities, doc._.readings = rows, readings
    assert [fact["measure"] for fact in linker(doc)._.facts] == ["output", "output"]


@pytest.mark.parametrize(
    ("words", "told"), [("at last count", "at last count"), ("last", None), ("when they met in Lisbon", None)]
)
def test_words_that_the_grammar_does_not_know_are_a_time_if_they_sound_like_one(words, told):
    text = f"Orvane earned 7 million euros {words}, it said."
    (fact,) = link(text, MONEY, [("Orvane", "ORG")], period=words)
    assert fact["period"] == (told and {"text": told, "start": None, "end": None})


@pytest.mark.parametrize(
    ("behind", "basis"),
    [
        (" from a year earlier", "year_on_year"),
        (" to 2 million tons, compared with the same period last year", None),  # another number stands between
        (" more than in the corresponding quarter last year", "year_on_year"),
        (" year-on-year", "year_on_year"),
        (" more than in 2019", None),  # as often another basis
        (". A year earlier it fell", None),
        (" over the same period of 2019", None),
        (" since the flood", "other"),
        (" in five years", "other"),
        (", well below its record", "other"),
        (" and has since recovered", None),
    ],
)
def test_words_behind_a_change_name_what_it_is_measured_against(behind, basis):
    text = f"Orvane's pump revenue rose 7 percent{behind}."
    quantity = ("7 percent", "percent", "percent")
    changed = {"kind": {"change": 1.0}, "basis": {"": 0.8, "year_on_year": 0.1, "other": 0.1}}
    doc = linked(text, quantity, **changed)
    more = [{**doc._.quantities[0], "start": text.index("2 million")}] if "2 million" in text else []
    doc._.quantities, doc._.readings = doc._.quantities + more, doc._.readings * (1 + len(more))
    assert Linker(spacy.blank("en"))(doc)._.facts[0]["basis"] == basis


@pytest.mark.parametrize(
    ("clause", "read", "measure", "metric"),
    [
        ("lost almost 7 million euros", "ferries", "loss", "loss"),
        ("lost almost 7 million euros", "lost", "loss", "loss"),
        ("lost 7 million euros", "ferries", "value", "ferries"),  # of what it holds, say
        ("owes its banks 7 million euros", "ferries", "debt", "ferries"),  # the verb is not right before the amount
        ("turned over 7 million euros", "ferries", "revenue", "turnover"),
        ("had a loss. Its ferries earned 7 million euros", "loss", "profit", "earnings"),
    ],
)
def test_a_verb_right_before_the_amount_says_the_metric(clause, read, measure, metric):
    (fact,) = link(
        f"Orvane runs ferries and {clause}.", MONEY, [("Orvane", "ORG")], metric=read, measure={measure: 1.0}
    )
    assert fact["metric"] == metric


def test_a_metric_that_says_what_the_verb_says_is_kept():
    text = "Orvane had net income in May. It earned 7 million euros."
    (fact,) = link(text, MONEY, [("Orvane", "ORG")], metric="net income", measure={"profit": 1.0})
    assert fact["metric"] == "net income"


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Year-on-year revenue of Orvane rose 7 percent.", "year_on_year"),
        ("Year-on-year revenue of Orvane fell. Profit rose 7 percent.", None),  # of another sentence
        ("Revenue of Orvane, from a year earlier, rose 7 percent.", None),  # left to the model
        ("Compared with a year earlier, revenue of Orvane rose 7 percent.", "year_on_year"),
        ("Compared with 2019, revenue of Orvane rose 7 percent.", None),
        ("A year ago, revenue of Orvane was 7 percent lower.", "year_on_year"),
        ("A year ago, revenue of Orvane rose 7 percent.", None),
        ("Revenue of Orvane #1 is rising at nearly 7 percent a year.", "year_on_year"),
        ("Revenue of Orvane rose by 7 percent a year over the decade.", None),
        ("Revenue of Orvane rose at an annual rate of about 7 percent.", "year_on_year"),
        ("Annual revenue of Orvane rose 7 percent.", None),
        ("Revenue of Orvane rose at an annual rate of 7 percent from the previous quarter.", None),  # a quarter's
        ("Revenue of Orvane hit 7 percent a year later.", None),
        ("A year ago, revenue of Orvane was 7 percent lower than expected.", "other"),
        ("Revenue of Orvane rose 7 percent. Year-on-year, its #1 brand did best.", None),
    ],
)
def test_words_before_a_change_name_what_it_is_measured_against(text, basis):
    changed = {"kind": {"change": 1.0}, "basis": {"": 0.8, "year_on_year": 0.1, "other": 0.1}}
    doc = linked(text, ("7 percent", "percent", "percent"), **changed)
    assert doc._.facts[0]["basis"] == basis


@pytest.mark.parametrize(
    ("text", "change", "kind"),
    [
        ("A year ago Orvane's revenue was 7 percent lower.", 0.2, "change"),
        ("A year ago Orvane's revenue was 7 percent lower.", 0.01, "level"),
        ("A year ago Orvane's revenue was 7 percent, less than now.", 0.2, "level"),
        ("Orvane's revenue is rising by 7 percent a year.", 0.2, "change"),
        ("Orvane pays its lenders 7 percent a year.", 0.2, "level"),
        ("Orvane's revenue was 7 percent from a year earlier.", 0.2, "level"),
    ],
)
def test_words_that_say_by_themselves_that_something_changed_make_a_change_likelier(text, change, kind):
    kinds = {"level": 1 - change, "change": change, "share": 0.0}
    doc = linked(text, ("7 percent", "percent", "percent"), kind=kinds)
    assert doc._.facts[0]["kind"] == kind


@pytest.mark.parametrize(
    ("phrase", "subject"),
    [
        ("Mira Sand, an analyst at Orvane", "Mira Sand"),
        ("Mira Sand was not surprised", "Mira Sand"),
        ("union that has members in Lisbon", "union that has members in Lisbon"),
        ("painters, the biggest group", "painters, the biggest group"),
        ("painters, which Orvane laid off", "painters"),
    ],
)
def test_a_phrase_ends_before_a_verb_or_an_apposition(phrase, subject):
    text = f"The {phrase} said. Sales were 7 million euros."
    names = [("Mira Sand", "PERSON")] if "Mira" in text else []
    assert link(text, MONEY, names, subject=phrase)[0]["subject"] == subject


def test_a_source_has_a_name():
    text = "Officials agree. Sales were 7 million euros, the farm ministry said, and adidas said so too."
    assert link(text, MONEY, source="farm ministry")[0]["source"] is None
    assert link(text, MONEY, source="Officials")[0]["source"] is None
    adidas = [("adidas", "ORG")]
    assert link(text, MONEY, adidas, source=[("farm ministry", 0.3), ("adidas", 0.6)])[0]["source"] == "adidas"
    assert link(text, MONEY, adidas, source=[("farm ministry", 0.6), ("adidas", 0.3)])[0]["source"] is None


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("LISBON (Gulf Wire) -- Sales were 7 million euros, Orvane said.", "Orvane"),
        ("Orvane told Gulf Wire that sales were 7 million euros.", "Orvane"),
        ("Gulf Wire said that sales of Orvane were 7 million euros.", "Gulf Wire"),
    ],
)
def test_who_passes_on_what_is_said_is_no_source(text, source):
    names = [("Gulf Wire", "ORG"), ("Orvane", "ORG")]
    assert link(text, MONEY, names, source=[("Gulf Wire", 0.6), ("Orvane", 0.3)])[0]["source"] == source


def test_what_is_bought_beside_the_price_is_the_metric_rather_than_a_bid_elsewhere():
    text = "A takeover bid is near. Vale grew fast, paying 7 million euros to buy rival Orvane Pumps in May."
    candidates = [("takeover bid", 0.8), ("rival Orvane Pumps", 0.1)]
    (fact,) = link(text, MONEY, [("Orvane Pumps", "ORG")], metric=candidates, measure={"investment": 1.0})
    assert fact["metric"] == "purchase of Orvane Pumps"


@pytest.mark.parametrize(
    ("names", "subject"),
    [
        ([("Lisbon", "PLACE"), ("Porto", "PLACE")], "Porto"),
        ([("Lisbon", "ORG"), ("Porto", "PLACE")], "Lisbon"),  # an agency may well be spoken about by another
        ([("Lisbon", "PLACE"), ("Porto", "ORG")], "Lisbon"),
    ],
)
def test_a_place_that_reports_speaks_of_itself(names, subject):
    text = "Lisbon makes pumps. Porto, the larger one, reported revenue of 7 million euros."
    candidates = [("Lisbon", 0.7), ("Porto", 0.1)]
    (fact,) = link(text, MONEY, names, subject=candidates, source="Porto")
    assert (fact["subject"], fact["source"]) == (subject, "Porto")


def test_the_county_is_one_that_is_called_so_however_far_before():
    text = "Lake County pays. Nobody knew. Painesville grows fast. The county's revenue was 7 million euros."
    names = [("Lake County", "PLACE"), ("Painesville", "PLACE")]
    assert link(text, MONEY, names, subject="county")[0]["subject"] == "Lake County"


def test_a_phrase_that_is_cut_short_is_not_taken_for_the_whole():
    chances = {"Yangtze River Delta": 0.998, "Yangtze River": 0.0009, "Yangtze": 0.0003}
    assert agreed(chances, 0.6)[0] == "Yangtze River Delta"
    assert agreed({"pump exports": 0.4, "exports": 0.35, "steel exports": 0.25}, 0.6)[0] == "exports"
