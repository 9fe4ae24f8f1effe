"""Time expressions: what is found in a sentence, and the dates that it stands for.

Each row: publication date, sentence, and what is found in it: {words: (first day, last day)}.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfacts.recognize.periods import coming, days, find_periods, resolve_period
from newsfacts.recognize.periods.expressions import openings, scanner
from newsfacts.recognize.periods.finding import RULES

MAY = "2024-05-15"  # a Wednesday
NONE = (None, None)

EXAMPLES = [
    # single days; dateparser reads them
    (MAY, "Output stood still on 22 April 2024.", {"22 April 2024": ("2024-04-22", "2024-04-22")}),
    (MAY, "The plant opened on March 3, 2019.", {"March 3, 2019": ("2019-03-03", "2019-03-03")}),
    (MAY, "It was signed on Jan. 8.", {"Jan. 8": ("2024-01-08", "2024-01-08")}),
    (MAY, "It was signed on 20 December.", {"20 December": ("2023-12-20", "2023-12-20")}),
    (MAY, "As of 2024-03-31 there were 12.", {"2024-03-31": ("2024-03-31", "2024-03-31")}),
    (MAY, "The fair began three days ago.", {"three days ago": ("2024-05-12", "2024-05-12")}),
    (None, "It was signed on Jan. 8.", {"Jan. 8": NONE}),
    # days of the week and the like
    (MAY, "Shares fell on Monday.", {"Monday": ("2024-05-13", "2024-05-13")}),
    (MAY, "Shares fell on Thursday.", {"Thursday": ("2024-05-09", "2024-05-09")}),
    (MAY, "Shares fell yesterday.", {"yesterday": ("2024-05-14", "2024-05-14")}),
    (None, "Shares fell on Monday.", {"Monday": NONE}),
    # months
    (MAY, "Sales in March rose.", {"March": ("2024-03-01", "2024-03-31")}),
    (MAY, "Sales in November rose.", {"November": ("2023-11-01", "2023-11-30")}),
    (MAY, "Sales in March 2022 rose.", {"March 2022": ("2022-03-01", "2022-03-31")}),
    (MAY, "Sales in March last year rose.", {"March last year": ("2023-03-01", "2023-03-31")}),
    (MAY, "Sales from January to April rose.", {"from January to April": ("2024-01-01", "2024-04-30")}),
    (MAY, "January-June 2023 was good.", {"January-June 2023": ("2023-01-01", "2023-06-30")}),
    (MAY, "It may rise, and May was warm.", {"May": ("2024-05-01", "2024-05-31")}),
    # parts of a year
    (MAY, "The first quarter was good.", {"The first quarter": ("2024-01-01", "2024-03-31")}),
    (MAY, "The fourth quarter was good.", {"The fourth quarter": ("2023-10-01", "2023-12-31")}),
    (MAY, "Profit in the third quarter of 2022 fell.", {"the third quarter of 2022": ("2022-07-01", "2022-09-30")}),
    (MAY, "Profit in Q3 2022 fell.", {"Q3 2022": ("2022-07-01", "2022-09-30")}),
    (MAY, "Profit in the first half of 2023 fell.", {"the first half of 2023": ("2023-01-01", "2023-06-30")}),
    (MAY, "Profit in H2 2023 fell.", {"H2 2023": ("2023-07-01", "2023-12-31")}),
    (MAY, "Trade grew in the first four months.", {"the first four months": ("2024-01-01", "2024-04-30")}),
    (MAY, "Trade grew in the first eleven months of 2021.",
     {"the first eleven months of 2021": ("2021-01-01", "2021-11-30")}),
    (None, "Profit in the third quarter fell.", {"the third quarter": NONE}),
    # stretches that end somewhere
    ("2005-02-10", "Profit in the three months to December rose.",
     {"the three months to December": ("2004-10-01", "2004-12-31")}),
    (MAY, "Sales in the year to March rose.", {"the year to March": ("2023-04-01", "2024-03-31")}),
    (MAY, "In the six months ended June 30, 2023 it lost.",
     {"the six months ended June 30, 2023": ("2023-01-01", "2023-06-30")}),
    # years
    (MAY, "In 2022 it earned more.", {"2022": ("2022-01-01", "2022-12-31")}),
    (MAY, "It grew from 2016 to 2020.", {"from 2016 to 2020": ("2016-01-01", "2020-12-31")}),
    (MAY, "It grew in the 1990s.", {"the 1990s": ("1990-01-01", "1999-12-31")}),
    (MAY, "In the first half of 2005 dues were 5m, after 4m in the same period of the year before.",
     {"the first half of 2005": ("2005-01-01", "2005-06-30"),
      "the same period of the year before": ("2004-01-01", "2004-06-30")}),
    (MAY, "It grew in the 14th Five-Year Plan period.",
     {"the 14th Five-Year Plan period": ("2021-01-01", "2025-12-31")}),
    (MAY, "It earned more last year.", {"last year": ("2023-01-01", "2023-12-31")}),
    (MAY, "It will earn more this year.", {"this year": ("2024-01-01", "2024-12-31")}),
    (MAY, "It will earn more next year.", {"next year": ("2025-01-01", "2025-12-31")}),
    (MAY, "It earned more last month.", {"last month": ("2024-04-01", "2024-04-30")}),
    (None, "It earned more last year.", {"last year": NONE}),
    (MAY, "Some 2,024 people and 2024 Main Street, No. 1999a.", {"2024": ("2024-01-01", "2024-12-31")}),
    # beginnings and ends
    (MAY, "It has grown since 2012.", {"since 2012": ("2012-01-01", None)}),
    (MAY, "It is to double by 2030.", {"by 2030": ("2030-01-01", "2030-12-31")}),
    (MAY, "It is to open by the end of 2026.", {"by the end of 2026": ("2026-12-31", "2026-12-31")}),
    (MAY, "There were 12 at the end of April.", {"the end of April": ("2024-04-30", "2024-04-30")}),
    # what refers to a time said before
    (MAY, "From January to April exports rose; in the four months imports fell.",
     {"From January to April": ("2024-01-01", "2024-04-30"), "the four months": ("2024-01-01", "2024-04-30")}),
    (MAY, "Sales in the first quarter of 2024 rose from a year earlier.",
     {"the first quarter of 2024": ("2024-01-01", "2024-03-31"), "a year earlier": ("2023-01-01", "2023-03-31")}),
    (MAY, "Sales in March 2024 beat the same period of 2021.",
     {"March 2024": ("2024-03-01", "2024-03-31"), "the same period of 2021": ("2021-03-01", "2021-03-31")}),
    (MAY, "Sales rose from a year earlier.", {"a year earlier": NONE}),
    # what has a time but no dates
    (MAY, "It now has 12 plants.", {"now": NONE}),
]  # fmt: skip


@pytest.mark.parametrize(("published", "text", "expected"), EXAMPLES, ids=[row[1][:50] for row in EXAMPLES])
def test_examples(published, text, expected):
    found = {period.text: (period.first, period.last) for period in find_periods(text, published)}
    assert {words: found.get(words) for words in expected} == expected
    assert set(found) >= set(expected)
    if not expected:
        assert found == {}


def test_who_read_it_and_against_what():
    (day,) = find_periods("Sales on 22 April rose.", MAY)
    assert (day.origin, day.rule, day.reference) == ("dateparser", "date", "published")
    (year,) = find_periods("Sales in 2022 rose.", MAY)
    assert (year.origin, year.rule, year.reference) == ("grammar", "year", None)
    *_, earlier = find_periods("Sales in March 2024 beat the same period of 2021.", MAY)
    assert earlier.reference == "text"


def test_one_phrase_alone():
    assert resolve_period("the three months to December", "2005-02-10").first == "2004-10-01"
    assert resolve_period("long ago", MAY) is None


def test_the_component_reads_the_publication_date():
    nlp = spacy.blank("en")
    nlp.add_pipe("newsfacts_periods")
    doc = nlp.make_doc("Sales rose last year.")
    doc._.published = MAY
    nlp(doc)
    (period,) = doc._.periods
    assert (period["from"], period["to"]) == ("2023-01-01", "2023-12-31")
    assert [(span.text, span.label_) for span in doc.spans["periods"]] == [("last year", "relative")]


SPRING, AUTUMN, WINTER = "2023-05-18", "2023-10-18", "2024-01-24"  # a Thursday and two Wednesdays

ONE = [  # publication date, sentence, the only expression in it or None, its first and its last day
    # years
    (None, "The dam held 2 million tonnes of water in 2019.", "2019", "2019-01-01", "2019-12-31"),
    (None, "Between 1996 and 1999 the mill burned coal.", "Between 1996 and 1999", "1996-01-01", "1999-12-31"),
    (None, "Sheep numbers fell in 2003-05.", "2003-05", "2003-01-01", "2005-12-31"),
    (SPRING, "It has sold 40 boats so far this year.", "so far this year", "2023-01-01", "2023-05-18"),
    # halves and quarters
    (None, "Tile output fell in the first nine months of 2025.", "the first nine months of 2025",
     "2025-01-01", "2025-09-30"),
    (None, "Rents rose in 1H22.", "1H22", "2022-01-01", "2022-06-30"),
    (AUTUMN, "Rents rose in the first half of last year.", "the first half of last year", "2022-01-01", "2022-06-30"),
    (SPRING, "Rents rose last quarter.", "last quarter", "2023-01-01", "2023-03-31"),
    (SPRING, "Rents rose in the March quarter.", "the March quarter", "2023-01-01", "2023-03-31"),
    (SPRING, "Rents rose in the first quarter of fiscal 2022.", "the first quarter of fiscal 2022", None, None),
    (WINTER, "Rents rose in the second half.", "the second half", "2023-07-01", "2023-12-31"),
    # stretches that end on a date
    (WINTER, "Fares rose in the three months to December.", "the three months to December", "2023-10-01", "2023-12-31"),
    (SPRING, "Fares rose in the year to April.", "the year to April", "2022-05-01", "2023-04-30"),
    (SPRING, "Fares rose in the six months ended March 31.", "the six months ended March 31",
     "2022-10-01", "2023-03-31"),
    (None, "Fares rose in the year ended 31 March 2020.", "the year ended 31 March 2020", "2019-04-01", "2020-03-31"),
    # months
    (SPRING, "Hops were dear in November.", "November", "2022-11-01", "2022-11-30"),
    (SPRING, "A levy will start in November.", "November", "2023-11-01", "2023-11-30"),
    (SPRING, "Hops have been dear since February.", "since February", "2023-02-01", None),
    (SPRING, "Hops have been dear since 1 June.", "since 1 June", "2022-06-01", None),
    (SPRING, "Hops were dear in May last year.", "May last year", "2022-05-01", "2022-05-31"),
    (None, "Hops were dear in June to August 2020.", "June to August 2020", "2020-06-01", "2020-08-31"),
    (SPRING, "Hops were dear from November to February.", "from November to February", "2022-11-01", "2023-02-28"),
    (None, "Hops were dear in April.", "April", None, None),
    # days
    (SPRING, "The lock shut on 24 Dec.", "24 Dec.", "2022-12-24", "2022-12-24"),
    (SPRING, "The lock will open on July 1.", "July 1", "2023-07-01", "2023-07-01"),
    (SPRING, "The lock shut on Thursday.", "Thursday", "2023-05-18", "2023-05-18"),
    (SPRING, "The lock opens tomorrow.", "tomorrow", "2023-05-19", "2023-05-19"),
    # ends
    (None, "Stocks were low at the end of 2021.", "the end of 2021", "2021-12-31", "2021-12-31"),
    (AUTUMN, "Stocks will be low by the end of the year.", "by the end of the year", "2023-12-31", "2023-12-31"),
    (WINTER, "Stocks were low at the end of the year.", "the end of the year", "2023-12-31", "2023-12-31"),
    (SPRING, "Stocks were low at the end of last month.", "the end of last month", "2023-04-30", "2023-04-30"),
    (SPRING, "Stocks were low at the start of the year.", "the start of the year", "2023-01-01", "2023-01-01"),
    (SPRING, "Stocks have risen since the turn of the year.", "since the turn of the year", "2023-01-01", None),
    (None, "Stocks were low at year-end 2020.", "year-end 2020", "2020-12-31", "2020-12-31"),
    (AUTUMN, "By the end of September 40 locks had shut.", "By the end of September", "2023-09-30", "2023-09-30"),
    (SPRING, "Stocks were low by mid-year.", "by mid-year", "2023-06-30", "2023-06-30"),
    # stretches of days
    (AUTUMN, "Ferries were full from October 1 to 7.", "from October 1 to 7", "2023-10-01", "2023-10-07"),
    (WINTER, "Ferries were full between Oct. 31 and Nov. 11.", "between Oct. 31 and Nov. 11",
     "2023-10-31", "2023-11-11"),
    (SPRING, "Ferries were full on Feb. 10-17.", "Feb. 10-17", "2023-02-10", "2023-02-17"),
    (None, "Ferries were full on 3 to 9 June 2020.", "3 to 9 June 2020", "2020-06-03", "2020-06-09"),
    (SPRING, "Ferries were full from Friday to Sunday.", "from Friday to Sunday", "2023-05-12", "2023-05-14"),
    (SPRING, "Ferries were full in the second half of February.", "the second half of February",
     "2023-02-16", "2023-02-28"),
    (SPRING, "Ferries were full in the first ten days of March.", "the first ten days of March",
     "2023-03-01", "2023-03-10"),
    (SPRING, "Ferries were full in the first two weeks of March.", "the first two weeks of March",
     "2023-03-01", "2023-03-14"),
    (SPRING, "Ferries were full on the last day of April.", "the last day of April", "2023-04-30", "2023-04-30"),
    (SPRING, "FERRIES WERE FULL IN JAN.-APRIL", "JAN.-APRIL", "2023-01-01", "2023-04-30"),
    (SPRING, "A month before, ferries were empty.", "A month before", "2023-03-01", "2023-03-31"),
    (SPRING, "Ferries were full last night.", "last night", "2023-05-17", "2023-05-17"),
    (SPRING, "Ferries were full last June.", "last June", "2022-06-01", "2022-06-30"),
    (SPRING, "Ferries run on June 2.", "June 2", "2023-06-02", "2023-06-02"),  # it is soon
    # longer stretches
    (SPRING, "Eels were scarce in the quarter to March.", "the quarter to March", "2023-01-01", "2023-03-31"),
    (AUTUMN, "Eels were scarce in the half-year to June.", "the half-year to June", "2023-01-01", "2023-06-30"),
    (SPRING, "Eels were scarce in the year that ended in March.", "the year that ended in March",
     "2022-04-01", "2023-03-31"),
    (SPRING, "Eels were scarce in the year that began on 8 July.", "the year that began on 8 July",
     "2022-07-08", "2023-07-07"),
    (SPRING, "Eels will be scarce in the year starting 8 July.", "the year starting 8 July",
     "2023-07-08", "2024-07-07"),
    (None, "Eels will be scarce in the ten years to 2031.", "the ten years to 2031", "2022-01-01", "2031-12-31"),
    (SPRING, "Eels were scarce in 2021-22.", "2021-22", "2021-04-01", "2022-03-31"),
    (SPRING, "Eels were scarce in 2020/21.", "2020/21", None, None),
    (SPRING, "Eels were scarce in Q3 FY23.", "Q3 FY23", "2022-10-01", "2022-12-31"),
    (AUTUMN, "Half-year eel catches fell.", "Half-year", "2023-01-01", "2023-06-30"),
    (AUTUMN, "First-half eel catches fell.", "First-half", "2023-01-01", "2023-06-30"),
    (None, "Half-year eel catches fell.", "Half-year", None, None),
    (WINTER, "Eels were scarce in the year just ended.", "the year just ended", "2023-01-01", "2023-12-31"),
    (SPRING, "Eels will be scarce in the current year.", "the current year", "2023-01-01", "2023-12-31"),
    (AUTUMN, "Eels were scarce in the nine months.", "the nine months", "2023-01-01", "2023-09-30"),
    (None, "Eels were scarce before 2022.", "before 2022", None, "2021-12-31"),
    (None, "Eels have been scarce since the weir was built in 1998.", "since the weir was built in 1998",
     "1998-01-01", None),
    (AUTUMN, "Between now and the end of 2025 eels will be scarce.", "Between now and the end of 2025",
     "2023-10-18", "2025-12-31"),
    # holidays and seasons
    (AUTUMN, "A third weir opens by Christmas.", "by Christmas", "2023-12-25", "2023-12-25"),
    (None, "A third weir opened on New Year's Day 2020.", "New Year's Day 2020", "2020-01-01", "2020-01-01"),
    (None, "A third weir opened on Good Friday 2024.", "Good Friday 2024", "2024-03-29", "2024-03-29"),
    (AUTUMN, "A third weir opened this summer.", "this summer", "2023-06-01", "2023-08-31"),
    (None, "A third weir opened in the spring of 2021.", "the spring of 2021", None, None),
    # fiscal years: by what the text says of them; two figures without it as where they end in March
    (None, "Eels were scarce in the fiscal year ending June 30, 2024.", "the fiscal year ending June 30, 2024",
     "2023-07-01", "2024-06-30"),
    (None, "Fiscal 2024 ended on June 30.", "Fiscal 2024 ended on June 30", "2023-07-01", "2024-06-30"),
    (SPRING, "Eels were scarce in H1 FY25.", "H1 FY25", "2024-04-01", "2024-09-30"),
    (SPRING, "Eels were scarce in the second quarter of FY25.", "the second quarter of FY25",
     "2024-07-01", "2024-09-30"),
    (SPRING, "Eels will be scarce in fiscal 2025.", "fiscal 2025", None, None),
    (SPRING, "Eels were scarce this fiscal year.", "this fiscal year", None, None),
    (SPRING, "Eels were scarce in the fiscal second quarter.", "the fiscal second quarter", None, None),
    (SPRING, "Eels were scarce in the first quarter of the weir's fiscal year.",
     "the first quarter of the weir's fiscal year", None, None),
    # months so far; else a number of months is a duration
    (WINTER, "Eels were scarce in 11 months.", None, None, None),
    ("2023-12-12", "Eel catches came to 9 tonnes in 11 months.", "11 months", "2023-01-01", "2023-11-30"),
    ("2023-12-12", "Eel catches came to 9 tonnes in the 11 months.", "the 11 months", "2023-01-01", "2023-11-30"),
    (AUTUMN, "Nine-month eel exports fell.", "Nine-month", "2023-01-01", "2023-09-30"),
    (AUTUMN, "The nine-month ban on eels ends.", None, None, None),
    (SPRING, "Year-to-date eel catches fell.", "Year-to-date", "2023-01-01", "2023-05-18"),
    (SPRING, "January-February eel catches fell.", "January-February", "2023-01-01", "2023-02-28"),
    (AUTUMN, "Eels were scarce in the three months ended Aug. 31.", "the three months ended Aug. 31",
     "2023-06-01", "2023-08-31"),
    (WINTER, "Eels were scarce in the July-September period.", "the July-September period",
     "2023-07-01", "2023-09-30"),
    ("2015-12-02", "From January to October eels were scarce.", "From January to October", "2015-01-01", "2015-10-31"),
    (None, "Eels were scarce in full year 2023.", "full year 2023", "2023-01-01", "2023-12-31"),
    (None, "Eels were scarce over the whole of 2023.", "the whole of 2023", "2023-01-01", "2023-12-31"),
    (SPRING, "Eels were scarce in last year's second quarter.", "last year's second quarter",
     "2022-04-01", "2022-06-30"),
    (SPRING, "Eels were scarce in Q3 last year.", "Q3 last year", "2022-07-01", "2022-09-30"),
    (SPRING, "Eels will be scarce by the end of the decade.", "by the end of the decade", "2029-12-31", "2029-12-31"),
    (MAY, "Eels are to be common by the end of the 15th Five-Year Plan period.",
     "by the end of the 15th Five-Year Plan period", "2030-12-31", "2030-12-31"),
    (AUTUMN, "Nets have gone up since last Christmas.", "since last Christmas", "2022-12-25", None),
    (AUTUMN, "Dues came to 5m in the twelve months to last June.", "the twelve months to last June", "2022-07-01",
     "2023-06-30"),
    (None, "Eels were scarce in the 12th Five-Year Plan.", "the 12th Five-Year Plan", "2011-01-01", "2015-12-31"),
    # seasons, feasts that last for days, and the hours of a market
    (SPRING, "Eels were scarce last winter.", "last winter", "2022-12-01", "2023-02-28"),
    (AUTUMN, "Eels will be scarce next spring.", "next spring", "2024-03-01", "2024-05-31"),
    (AUTUMN, "Eels were scarce in the spring.", "the spring", None, None),
    (None, "Eels were scarce this spring.", "this spring", None, None),
    (AUTUMN, "Ferries were full over the National Day holiday.", "the National Day holiday", None, None),
    (AUTUMN, "Ferries were full in Golden Week.", "Golden Week", None, None),
    (WINTER, "Ferries were full over Christmas.", "over Christmas", None, None),
    (WINTER, "Ferries were full on Thanksgiving.", "Thanksgiving", "2023-11-23", "2023-11-23"),
    (WINTER, "Ferries were full at the weekend.", "the weekend", "2024-01-20", "2024-01-21"),
    (WINTER, "Tugmakers fell overnight.", "overnight", None, None),
    (WINTER, "Tugmakers fell in early trading.", "early trading", None, None),
    # so long ago
    (WINTER, "The lock shut a fortnight ago.", "a fortnight ago", "2024-01-10", "2024-01-10"),
    (WINTER, "The lock shut 14 months ago.", "14 months ago", "2022-11-01", "2022-11-30"),
    (WINTER, "The lock shut two years ago.", "two years ago", "2022-01-01", "2022-12-31"),
    (WINTER, "The lock shut a decade ago.", "a decade ago", "2014-01-01", "2014-12-31"),
    # no date can be known
    (SPRING, "The lock is shut at present.", "at present", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("published", "text", "words", "first", "last"), ONE)
def test_one_expression(published, text, words, first, last):
    found = [(p.text, p.first, p.last) for p in find_periods(text, published)]
    assert found == ([(words, first, last)] if words else [])


@pytest.mark.parametrize(
    "text",
    [
        "The firm may sell 2,019 barges.",
        "May I buy 30 tiles?",
        "Rain and wind march on; he sat down with the Boeing 1900D.",
        "It paid $2019 for the gate and 1,995 euros for the wall.",
        "The gate cost 3m and 6m people saw it; 3M sold the glue.",
        "It bought the springs and the overnight rate fell.",
        "The weir was closed for eight months.",
    ],
)
def test_no_expression(text):
    assert find_periods(text, SPRING) == []


def test_a_publication_date_that_is_none_counts_as_unknown():
    (period,) = find_periods("Umbrella sales were flat last year.", "some day")
    assert (period.first, period.last) == (None, None)


def test_may_is_a_month_where_the_phrase_is_known_to_be_a_time():
    may = resolve_period("May", AUTUMN)
    assert (may.first, may.last) == ("2023-05-01", "2023-05-31")


def test_what_a_number_is_compared_with_is_not_the_topic():
    *_, month = find_periods("Output rose in April from April 2022. In the month two kilns closed.", SPRING)
    assert (month.text, month.first, month.last) == ("the month", "2023-04-01", "2023-04-30")


def test_a_quarter_said_after_another_is_one_too():
    _, fourth = find_periods("Fares rose in the third quarter of 2021 and fell in the fourth.")
    assert (fourth.text, fourth.first, fourth.last) == ("the fourth", "2021-10-01", "2021-12-31")
    assert find_periods("Four trams ran; the fourth was late.") == []


def test_so_much_before_what_was_named_last():
    *_, day = find_periods("Debt fell by the end of September 2025 from its level three months before.", None)
    assert (day.text, day.first, day.last) == ("three months before", "2025-06-30", "2025-06-30")
    *_, year = find_periods(
        "Kilns burned 9 tonnes in June 2025. In 2025 tiles sold well. In 2024 half of the year before."
    )
    assert (year.text, year.first, year.last) == ("the year before", "2023-01-01", "2023-12-31")


def test_without_a_publication_date_the_text_fixes_the_year():
    quarter, same = find_periods("Fares in the second quarter rose from the same quarter of 2021.")
    assert (quarter.first, quarter.last, quarter.reference) == ("2022-04-01", "2022-06-30", "text")
    assert (same.first, same.last) == ("2021-04-01", "2021-06-30")
    *_, again = find_periods("Fares rose in the third quarter of 2021. In the third quarter buses were late.")
    assert (again.first, again.last, again.reference) == ("2021-07-01", "2021-09-30", "text")


TALKS = [  # publication date, text, {expression: (first day, last day)}: what the words around it decide
    # the article says when its fiscal year ends, be it behind
    (SPRING, "Fares fell in fiscal 2022 and in Q1 FY23. The fiscal year ends in June.",
     {"fiscal 2022": ("2021-07-01", "2022-06-30"), "Q1 FY23": ("2022-07-01", "2022-09-30")}),
    (SPRING, "Its financial year, which ends in September, began well: so far this financial year fares rose.",
     {"so far this financial year": ("2022-10-01", "2023-05-18")}),
    # a year of writing that the article tells without a publication date
    (None, "Profit rose to 3m last year from 2m in 2020.", {"last year": ("2021-01-01", "2021-12-31")}),
    (None, "Profit for 2004 was 3m. It hopes for more in 2005. Fares rose 8% last year.",
     {"last year": ("2004-01-01", "2004-12-31")}),
    (None, "Profit for 2004 was 3m. Fares rose 8% last year.", {"last year": NONE}),
    (None, "The road opened in 2004. Fares rose 8% last year.", {"last year": NONE}),
    (None, "Profit for 2004 fell in the fourth quarter.", {"the fourth quarter": ("2004-10-01", "2004-12-31")}),
    # the latest time told with its year dates those beside it, unless the article goes on to later years
    (None, "Fares in the first quarter of 2009 rose 4%, as they had in December. In April they fell.",
     {"December": ("2008-12-01", "2008-12-31"), "April": ("2009-04-01", "2009-04-30")}),
    (None, "Fares in July 2013 rose 4%. Buses are due by March.", {"by March": ("2014-03-01", "2014-03-31")}),
    (None, "Fares rose in July 2013, and again in 2015. Trams led in May.", {"May": NONE}),
    (None, "Fares will rise in July 2013. Trams led in May.", {"May": NONE}),
    # the year is the last one or this one
    (SPRING, "It ran 30 trams in 2016. It wants 9 more for the year.", {"the year": ("2023-01-01", "2023-12-31")}),
    (None, "Profit for 2001 fell. In 2003 it moved. The fourth quarter was dull.", {"The fourth quarter": NONE}),
    # what it is compared with
    (None, "Fourth-quarter profit was 3m, against a loss of 2m in 2003.",
     {"Fourth-quarter": ("2004-10-01", "2004-12-31")}),
    (None, "Fares rose in the second quarter compared with 2003.",
     {"the second quarter": ("2004-04-01", "2004-06-30")}),
    (SPRING, "Fares rose 3% in April from March's level.",
     {"April": ("2023-04-01", "2023-04-30"), "March": ("2023-03-01", "2023-03-31")}),
    (SPRING, "In April fares rose 3%, buses' 2% against 1% in March. Trams led the month.",
     {"the month": ("2023-04-01", "2023-04-30")}),
    (SPRING, "At the end of April it ran 30 trams, compared with 28 twelve months before.",
     {"twelve months before": ("2022-04-30", "2022-04-30")}),
    (SPRING, "Fares in the quarter ended March 31 beat the corresponding quarter of the previous fiscal.",
     {"the corresponding quarter of the previous fiscal": ("2022-01-01", "2022-03-31")}),
    # a season is as long as a quarter, but not meant by it
    (SPRING, "First-quarter fares rose. It will run less this autumn. Fuel cost 3m in the quarter.",
     {"the quarter": ("2023-01-01", "2023-03-31")}),
    (None, "It ran 30 trams at the end of 2019. It lost 3m in the same year.",
     {"the same year": ("2019-01-01", "2019-12-31")}),
    (None, "It lost 3m in the same year.", {"the same year": NONE}),
    (None, "The park opened in 2015. Since then 85 firms have come.", {"Since then": ("2015-01-01", None)}),
    (None, "The park opened in 2015. By then 85 firms had come.", {"2015": ("2015-01-01", "2015-12-31")}),
    (None, "Since then 85 firms have come.", {"Since then": NONE}),
    (None, "The park opened in 2015.\n\nSince then 85 firms have come.", {"Since then": NONE}),
    (None, "It opened in 2015. Trams run. Rain falls. Since then 85 have come.", {"Since then": NONE}),
    (None, "It opened in 2015 and shut last summer. Since then 85 have gone.", {"Since then": NONE}),
    (None, "It lost 3m in the year to March 2024. Since then 85 have gone.", {"Since then": ("2024-04-01", None)}),
    (None, "Between 1994 and 2010 it grew; since then 85 have gone.", {"since then": ("2010-01-01", None)}),
    ("2013-05-14", "It fell in 2008, he said on Friday. Since then 85 have gone.", {"Since then": NONE}),
    ("2013-05-14", "It wants 200 by 2030. Since then 85 have gone.", {"Since then": NONE}),
    (None, "In 2015 it fired him. Since then-chancellor Prata left, 85 have gone.",
     {"2015": ("2015-01-01", "2015-12-31")}),
    (None, "By the end of 2019 it ran 30 trams, and it lost 3m that year.",
     {"that year": ("2019-01-01", "2019-12-31")}),
]  # fmt: skip


@pytest.mark.parametrize(("published", "text", "expected"), TALKS, ids=[row[1][:50] for row in TALKS])
def test_what_the_words_around_decide(published, text, expected):
    found = {period.text: (period.first, period.last) for period in find_periods(text, published)}
    assert {words: found.get(words) for words in expected} == expected


@pytest.mark.parametrize(
    ("published", "text", "first"),
    [
        ("2022-12-17", "Trams start in May", "2023-05-01"),  # said of something expected
        ("2022-12-17", "Trams started in November", "2022-11-01"),  # "analysts had expected 3m for November"
        ("2022-12-17", "Trams start in May 2022", "2022-05-01"),
        ("2022-12-17", "Trams started last June", "2022-06-01"),
        (None, "Trams in June 2013, and in May", "2013-05-01"),
    ],
)
def test_what_is_expected_of_a_part_of_the_year_that_is_long_over_is_of_the_coming_one(published, text, first):
    *_, period = find_periods(text, published)
    assert coming(period.as_dict(), published)[0] == first


def test_a_phrase_resolves_to_its_longest_expression():
    period = resolve_period("Tuesday, in the third quarter of 2021")
    assert (period.text, period.first, period.last) == ("the third quarter of 2021", "2021-07-01", "2021-09-30")


WORDS = st.sampled_from(
    "in since by from to the first second third quarter half months year May March Jan. 31 30 29 2024 1999 99999 0 Feb "
    "a earlier same period of before previous last next Friday three ended end FY25 Q3 2012-13 on was year "
    "by MAY - 7 7-9 Christmas summer just between and now 9M within fiscal 11 ago holiday against 2003-04 the "
    "weekend spring last compared with profit for will , . \n".split(" ")
)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=80), st.none() | st.dates().map(dt.date.isoformat))
def test_any_text_gives_ordered_spans_inside_it_and_twice_the_same(text, published):
    found = find_periods(text, published)
    assert found == find_periods(text, published)
    last = 0
    for period in found:
        assert last <= period.start < period.end <= len(text)
        assert text[period.start : period.end] == period.text
        if period.first and period.last:
            assert dt.date.fromisoformat(period.first) <= dt.date.fromisoformat(period.last)
        last = period.end


class _AnotherDay(dt.datetime):
    """A clock that stands elsewhere."""

    @classmethod
    def now(cls, tz=None):
        return cls(1987, 6, 5, 4, 3, tzinfo=tz)

    @classmethod
    def today(cls):
        return cls.now()

    @classmethod
    def utcnow(cls):
        return cls.now()


@settings(deadline=None, max_examples=60)
@given(st.lists(WORDS, max_size=14).map(" ".join), st.none() | st.dates().map(dt.date.isoformat))
def test_the_clock_decides_nothing(text, published):
    found = find_periods(text, published)
    days.ask_dateparser.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("freshness_date_parser", "utils", "utils.strptime", "utils.time_spans"):  # these ask the clock
            patch.setattr(f"dateparser.{name}.datetime", _AnotherDay)
        assert find_periods(text, published) == found


README = Path(days.__file__).with_name("README.md")


def _rows(heading):
    """The cells of the table under a heading of the README, without its head."""
    section = README.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_readme_says_what_dateparser_reads():
    rows = _rows("What dateparser reads")
    assert len(rows) == 10
    for published, sentence, words, day in rows:
        found = [(p.text, p.first or p.last, p.origin) for p in find_periods(sentence, published or None)]
        assert (words, day, "dateparser") in found


def test_the_readme_names_every_rule_with_an_example():
    rows = _rows("Rules")
    assert {rule.strip("`") for rule, *_ in rows} == set(RULES)
    for rule, published, sentence, words, first, last in rows:
        found = [(p.rule, p.text, p.first or "", p.last or "") for p in find_periods(sentence, published or None)]
        assert (rule.strip("`"), words, first, last) in found


def test_an_expression_is_looked_at_wherever_one_may_begin():
    """The openings are there for speed alone: no example needs one that is not listed."""
    slow = re.compile(scanner().pattern.replace(openings(), ""), scanner().flags)
    for text in (row[1] for row in (*EXAMPLES, *ONE, *TALKS)):
        assert [m.span() for m in scanner().finditer(text)] == [m.span() for m in slow.finditer(text)]
