"""Where the headline of an article's text stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfacts.read.headline import find_headline

STORY = (
    "Sales at the mill rose 7 percent to 12 million euros last year, its owner said on Friday, and prices 3 percent."
)
HEADLINES = [
    ("Mill sales up 7%", "Mill sales up 7%\n\n{}"),
    ("Mill sales up 7%", "Mill sales up 7%\n{}"),
    ("Is the mill for sale?", "\n\n  Is the mill for sale?  \n\n{}"),
    ("‘We will not sell’", "INTERVIEW\n‘We will not sell’\nMill boss on prices\n\n{}"),
    ("Mill sales up 7%", "Mill sales up 7%\nDividend doubled; jobs safe\n\nBy Ana Ruiz\n7 May 2024\n\n{}"),
    ("Mill sales up 7%", "Skip to content\nHome | News | Business\nHome > Business\nMill sales up 7%\n\n{}"),
    ("Mill sales up 7%", "Mill Post\nHome | News | Business | Contact us\n\nMill sales up 7%\n\n{}"),
    ("Mill sales up 7%", "For immediate release\nMill sales up 7%\n\nLEEDS, May 7, 2024 /PRNewswire/ -- {}"),
    ("Mill Co: Bigger, poorer", "North Securities | Equity Research\n22 August 2024\n\nMill Co: Bigger, poorer\n\n{}"),
    ("Opinion | Sell the mill", "Opinion | Sell the mill\n{}"),
    ("Mill makes up for its lost\nyears and hires again", "Mill makes up for its lost\nyears and hires again\n\n{}"),
    ("Mill sells a third to Calder Inc.", "Mill sells a third to Calder Inc.\n\n{}"),
    ("BRIEFS", "BRIEFS\n{}"),
    ("Mill sales up 7%", "By Ana Ruiz\nMill sales up 7%\n\n{}"),
]
NONE = [
    "{}",
    "{}\n\n{}",
    "LEEDS, May 7 (PA) - {}\n\n{}",
    "LEEDS (PA) — Sales at the mill rose\n\n{}",
    "- Sales: 4m euros\n- Profit: 1m euros",
    "Q: Will you sell?\nA: No.",
    "Plant | Product | Tonnes\nLeeds | flour | 130,000",
    "Sales in the first quarter, in euros:\nLeeds 4m",
    "The mill is not for sale.\n{}",
    "Lone line",
    "",
]


@pytest.mark.parametrize(("headline", "page"), HEADLINES)
def test_headline(headline, page):
    text = page.format(STORY)
    start, end = find_headline(text)
    assert text[start:end] == headline


@pytest.mark.parametrize("page", NONE)
def test_no_headline(page):
    assert find_headline(page.replace("{}", STORY)) is None


def test_hard_wrapped_story_is_no_headline():
    assert find_headline("Sales at the mill in the north of the county\nrose 7 percent last year.\n\n" + STORY) is None


PIECES = st.lists(
    st.sampled_from(["Mill sales up", "INTERVIEW", "Home | News", "\n", "\n\n", STORY, " ", "By Ana Ruiz", "- ",
                     "lower case line", "A line that is long enough to be wrapped", "2024-05-07", "é", "\x0c"])
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), PIECES))
def test_any_text(text):
    span = find_headline(text)
    assert span == find_headline(text)
    if span:
        start, end = span
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
