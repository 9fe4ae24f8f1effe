"""The publication date as outlets print it; the table reads as the documentation of find_published."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfacts.read.dateline import find_published, parse_day

STORY = (
    "Sales at the mill rose 7 percent to 12 million euros, the owner said on 3 May 2019. The mill opened on June 1, "
    "1998, and is to close by 31 December 2030."
)
PRINTED = [
    # a dateline with its year
    (f"BEIJING, Nov. 17, 2021 /PRNewswire/ -- {STORY}", "2021-11-17"),
    (f"Mill closes\n\nSAN JUAN, Puerto Rico, May 3, 2017 (Reuters) - {STORY}", "2017-05-03"),
    (f"LEEDS and YORK, England, 5 June 2024 – {STORY}", "2024-06-05"),
    (f"DUSHANBE, TAJIKISTAN (12 December 2025) — {STORY}", "2025-12-12"),
    # a label
    (f"Mill closes\nUpdated: 2024-05-07 10:12\n\n{STORY}", "2024-05-07"),
    (f"Mill closes\nPublished: 7 May 2024\nUpdated: 9 May 2024\n\n{STORY}", "2024-05-07"),
    (f"Mill closes\nUpdated May 9, 2024 | First published on May 7, 2024\n\n{STORY}", "2024-05-07"),
    (f"Mill closes\nSource: Mill Daily    Date: 2023-08-14    Views: 2,317\n\n{STORY}", "2023-08-14"),
    (f"Mill closes\nPosted on Tue, Sept. 6th, 2022 at 8:15 p.m.\n\n{STORY}", "2022-09-06"),
    (f"Mill closes\n\n{STORY}\n\nPublished: 2024/05/07", "2024-05-07"),
    (f"Mill closes\n(China Daily) 08:05, May 07, 2024\n\n{STORY}", "2024-05-07"),
    (f"Mill closes\n\n{STORY}\n\n(China Daily 05/07/2024 page3)", "2024-05-07"),
    (f"Mill closes\nRelease date: 25/12/2023\n\n{STORY}", "2023-12-25"),
    # a line of names and dates above the story
    (f"Mill closes\nSource: Xinhua | 2024-01-22\n\n{STORY}", "2024-01-22"),
    (f"Mill closes\nBy Ana Ruiz, 12 March 2024\n\n{STORY}", "2024-03-12"),
    (f"Mill closes\nBy Our City Staff, Tuesday November 12, 2024\n\n{STORY}", "2024-11-12"),
    (f"Mill closes\nThe Mill Post, Leeds, Thursday 6 February 2025\n\n{STORY}", "2025-02-06"),
    (f"Mill closes\nOctober 24, 2023 05:30 PM Eastern Daylight Time\n\n{STORY}", "2023-10-24"),
    (f"Mill closes\nNov. 3, 2024, 6:00 a.m.    5 min read    212 comments\n\n{STORY}", "2024-11-03"),
    (f"MILL NEWS  |  NEWSLETTER 6/2023  |  30 June 2023\n\n{STORY}", "2023-06-30"),
    (f"Press Release No. 114    29th November, 2024\n\n{STORY}", "2024-11-29"),
    (f"Mill closes\n17.11.2021\n\n{STORY}", "2021-11-17"),
    # the first sentence behind a dateline without a date
    ("SINGAPORE (Agency) - Two banks merged on 9 September 2025, they said. The deal was signed in May.", "2025-09-09"),
    ("LEEDS (PA) — The mill said on Friday 12 March 2021 that sales rose 4 percent. It opened in 1998.", "2021-03-12"),
    # a dateline without a year takes it from the page
    (f"LIMA, June 12 (Reuters) - {STORY}\n\n© 2023 Reuters. All rights reserved.", "2023-06-12"),
    (f"Updated: 2024-01-02 09:00\n\nLIMA, Dec. 31 (Xinhua) -- {STORY}", "2023-12-31"),
]
NOT_PRINTED = [
    STORY,
    f"Mill closes\n\n{STORY}",
    f"LIMA, June 12 (Reuters) - {STORY}",
    "SINGAPORE (Agency) - The bank will merge on 9 September 2025, it said, with a rival of its own size.",
    "SINGAPORE (Agency) - The bank, which merged on 9 September 2015, said that profit rose 4 percent.",
    "SINGAPORE (Agency) - Profit rose from 9 September 2024, the bank said on 10 September 2025 in a note.",
    "SINGAPORE (Agency) - The bank said profit rose 4 percent. It merged on 9 September 2015.",
    f"LIMA, June 12 (Reuters) - {STORY}\n\n© 2001-2024 Reuters",
    f"On 3 May 2019 the mill closed\n\n{STORY}",
    f"From the archive, 2 December 1955: {STORY}",
    f"Results for the year ended 31 December 2019\n\n{STORY}",
    f"Annual Meeting, 12 March 2024\n\n{STORY}",
    f"Mill closes\n\nThe list, published on 7 May 2024, names 14 mills. {STORY}",
    f"Mill closes\nPublished: 05/07/2024\n\n{STORY}",  # May or July?
    f"Mill closes\n7 May 2024\n8 May 2024\n\n{STORY}",
    f"Mill closes\n\n{STORY}\n\n{STORY}\n\n12 March 2024",  # of another story, perhaps
    f"Mill closes\nPublished: 31 February 2024\n\n{STORY}",
]
ADDRESSES = [
    ("https://paper.example/2024/05/07/mill-closes.html", "2024-05-07"),
    ("https://paper.example/a/202405/07/WS663.html", "2024-05-07"),
    ("https://paper.example/2024-05/07/content_1.htm", "2024-05-07"),
    ("https://paper.example/news/20240507/mill", "2024-05-07"),
    ("https://paper.example/t20240507_1234.html", "2024-05-07"),
    ("https://paper.example/business/2024/may/07/mill-closes", "2024-05-07"),
    ("https://paper.example/2024/13/07/", None),
    ("https://paper.example/2024/05/07/see-2023/11/30/", None),
    ("https://paper.example/product/1202405071", None),
]


@pytest.mark.parametrize(("text", "day"), PRINTED)
def test_printed(text, day):
    assert find_published(text) == day


@pytest.mark.parametrize("text", NOT_PRINTED)
def test_in_doubt_none(text):
    assert find_published(text) is None


@pytest.mark.parametrize(("url", "day"), ADDRESSES)
def test_address(url, day):
    assert find_published(STORY, url) == day


def test_address_gives_a_dateline_its_year():
    text = f"LIMA, June 12 (Reuters) - {STORY}"
    assert find_published(text, "https://wire.example/2023/mill-closes") == "2023-06-12"


def test_a_label_comes_before_the_address():
    text = f"Mill closes\nPublished: 6 May 2024\n\n{STORY}"
    assert find_published(text, "https://paper.example/2024/05/07/mill") == "2024-05-06"


@pytest.mark.parametrize("words", ["", "May 2024", "2024", "yesterday", "7 May", "31 June 2024", "2024-13-01"])
def test_no_full_date(words):
    assert parse_day(words) is None


@settings(max_examples=80, deadline=None)
@given(
    st.dates(dt.date(1950, 1, 1), dt.date(2060, 12, 31)),
    st.sampled_from(["{d:%Y-%m-%d}", "{d:%B} {d.day}, {d.year}", "{d.day} {d:%b} {d.year}", "{d:%A}, {d:%d %B %Y}"]),
)
def test_printed_date_reads_back(day, form):
    assert find_published(f"Mill closes\nPublished: {form.format(d=day)}\n\n{STORY}") == day.isoformat()


PIECES = st.lists(
    st.sampled_from(["Published: ", "Updated ", "May 7, 2024", "7/5/2024", "LIMA, June 12 (Reuters) - ", "\n", " | ",
                     "© 2024", "20240507", "2024-99-99", STORY, "By Ana Ruiz, ", "é", "\t"])
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), PIECES), st.one_of(st.none(), st.text()))
def test_any_text(text, url):
    found = find_published(text, url)
    assert found == find_published(text, url)
    assert found is None or dt.date.fromisoformat(found).isoformat() == found
