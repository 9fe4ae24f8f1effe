"""Tables in articles: their labels say whose, what and when, and give bare numbers their units."""

from __future__ import annotations

import pytest

import newsfacts
from newsfacts.recognize.tables import find_tables, template
from newsfacts.recognize.tables.units import with_unit

TOWNS = """Towns of Linhai report half-year output

Industrial output in Linhai rose 5.2 percent to 210 billion yuan in the first half of 2025.

Town | Output, H1 2025 (billion yuan) | Change (%) | Enterprises
Duqiao | 65.4 | 7.1 | 1,204
Taozhu | 31.9 | (2.3) | 640
Total | 97.3 | 4.0 | 1,844
"""
PORTS = """Harbour cities see exports climb

Ports on the coast handled more goods in 2024.

Exports by city, 2024 (100 million yuan)
Rank | City | Exports | y/y, %
1 | Ningbo | 8,120 | 6.4
2 | Qingdao | 5,310 | -1.2
Total | | 13,430 | 3.3

Growth of gross domestic product (%)
Country | 2025E | 2026F
Vietnam | 6.8 | 6.5
Thailand | 2.1 | 2.4
"""
RESULTS = """Orvane Pumps AB -- results of the third quarter (SEK million)
Item | Q3 2024 | Q3 2023 | Change
Net sales | 1,284.6 | 1,107.2 | +16.0%
Operating margin | 11.0% | 11.5% | -54 bps
Net profit | 62.4 | 68.9 | -9.4%
"""
MENU = "Home | News | Markets\nSign in | 2 articles left | Subscribe\n"


def rows(text):
    """(text, value, unit, kind, direction, subject, metric, start of the period) of the facts that stand in tables."""
    return [
        (f.text, f.value, f.unit, f.kind, f.direction, f.subject, f.metric, f.period and str(f.period.start))
        for f in newsfacts.extract(text)
        if "|" in f.sentence.text
    ]


def test_columns_are_measured_and_rows_are_subjects():
    told = rows(TOWNS)[:6]
    assert [row[:-1] for row in told] == [
        ("65.4", 65_400_000_000, "CNY", "level", None, "Duqiao", "Output"),
        ("7.1", 7.1, "percent", "change", "up", "Duqiao", "Output"),
        ("1,204", 1204, "count", "level", None, "Duqiao", "Enterprises"),
        ("31.9", 31_900_000_000, "CNY", "level", None, "Taozhu", "Output"),
        ("2.3", 2.3, "percent", "change", "down", "Taozhu", "Output"),
        ("640", 640, "count", "level", None, "Taozhu", "Enterprises"),
    ]
    assert {row[-1] for row in told if row[6] == "Output"} == {"2025-01-01"}


def test_a_total_is_of_what_the_text_before_speaks_of():
    assert {row[5] for row in rows(TOWNS)[6:]} == {"Linhai"}


def test_ranks_are_no_facts_and_the_caption_gives_unit_and_time():
    assert rows(PORTS)[:4] == [
        ("8,120", 812_000_000_000, "CNY", "level", None, "Ningbo", "Exports", "2024-01-01"),
        ("6.4", 6.4, "percent", "change", "up", "Ningbo", "Exports", "2024-01-01"),
        ("5,310", 531_000_000_000, "CNY", "level", None, "Qingdao", "Exports", "2024-01-01"),
        ("-1.2", 1.2, "percent", "change", "down", "Qingdao", "Exports", "2024-01-01"),
    ]


def test_the_number_of_a_unit_is_no_fact():
    assert "100 million yuan" not in {fact.text for fact in newsfacts.extract(PORTS)}


def test_columns_of_years_leave_the_metric_to_the_caption():
    growth = [fact for fact in newsfacts.extract(PORTS) if fact.metric == "gross domestic product"]
    assert [(f.text, f.kind, f.subject, f.period.text, f.modality) for f in growth] == [
        ("6.8", "change", "Vietnam", "2025E", "expected"),
        ("6.5", "change", "Vietnam", "2026F", "expected"),
        ("2.1", "change", "Thailand", "2025E", "expected"),
        ("2.4", "change", "Thailand", "2026F", "expected"),
    ]


def test_a_column_of_changes_is_of_the_latest_column_before_it():
    changes = [fact for fact in newsfacts.extract(RESULTS) if fact.kind == "change"]
    assert [(f.text, f.metric, f.direction, f.basis, str(f.period.start)) for f in changes] == [
        ("+16.0%", "Net sales", "up", "year_on_year", "2024-07-01"),
        ("-54 bps", "Operating margin", "down", "year_on_year", "2024-07-01"),
        ("-9.4%", "Net profit", "down", "year_on_year", "2024-07-01"),
    ]


def test_a_cells_own_unit_stands_and_is_not_lent_to_others():
    assert [(row[0], row[1], row[2]) for row in rows(RESULTS) if row[3] == "level"] == [
        ("1,284.6", 1_284_600_000, "SEK"),
        ("1,107.2", 1_107_200_000, "SEK"),
        ("11.0%", 11, "percent"),
        ("11.5%", 11.5, "percent"),
        ("62.4", 62_400_000, "SEK"),
        ("68.9", 68_900_000, "SEK"),
    ]


def test_two_columns_need_no_header():
    text = "Northwind Ltd published results for 2024 on Tuesday.\n\nNet sales | $412m\nEmployees | 3,120\n"
    assert [(row[0], row[2], row[6]) for row in rows(text)] == [
        ("$412m", "USD", "Net sales"), ("3,120", "count", "Employees"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", [MENU, "A | B\nC | D\n", "Profit | $5m\n\nRead more\n", "12 | 15\n\n| |\n"])
def test_lines_with_strokes_that_are_no_tables(text):
    assert find_tables(text) == []


def test_tables_one_below_the_other():
    text = "City | Output\nAix | 4.1\n\nCity | Jobs\nAix | 300\n"
    assert [table["headers"] for table in find_tables(text)] == [1, 1]


def test_offsets_are_those_of_the_text():
    table = find_tables("  Kind\t2023 \t2024\nTulips | 4.1 | 5\n| Roses | 3 | |\n")[0]
    assert table["rows"] == [
        [[2, 6], [7, 11], [13, 17]],
        [[18, 24], [27, 30], [33, 34]],
        [[37, 42], [45, 46], [49, 49]],
    ]


@pytest.mark.parametrize(
    ("label", "number", "value", "unit"),
    [
        ("Output (billion yuan)", "65.4", 65_400_000_000, "CNY"),
        ("Exports, $ million", "412", 412_000_000, "USD"),
        ("Glasses, million pairs", "41.5", 41_500_000, "count"),
        ("Cars ('000)", "65", 65_000, "count"),
        ("Price (US$/t)", "640", 640, "USD/tonne"),
        ("Output (10,000 tonnes)", "65.4", 654_000, "tonne"),
        ("Value (100 million yuan)", "65.4", 6_540_000_000, "CNY"),
        ("in millions of dollars", "1,200", 1_200_000_000, "USD"),
        ("Yuan bn", "3", 3_000_000_000, "CNY"),
        ("Sales in EUR million", "3", 3_000_000, "EUR"),
        ("Rs crore", "12", 120_000_000, "INR"),
        ("Spread, bps", "54", 0.54, "percentage_point"),
        ("% change", "7", 7, "percent"),
    ],
)
def test_units_of_labels(label, number, value, unit):
    read = with_unit(number, template(label)[0])
    assert (read.value, read.unit) == (value, unit)


@pytest.mark.parametrize("label", ["Town", "2023", "Q3 FY24", "Units sold", "Share", "Item", "1", "Number of staff"])
def test_labels_without_unit(label):
    assert template(label) is None
