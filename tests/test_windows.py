"""How an article is cut into the windows that the encoder reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfacts.recognize.reader.headings import find_headings
from newsfacts.recognize.reader.windows import (
    CASES,
    DISTANCES,
    case_of,
    distance_buckets,
    plan,
    remind,
    split,
    wordpiece_tokenizer,
)

VOCABULARY = [
    "[UNK]",
    "[CLS]",
    "[SEP]",
    *"abcdefghijklmnopqrstuvwxyz0123456789.,%$",
    *(f"##{c}" for c in "abcdefgh01234"),
]
TOKENIZER = wordpiece_tokenizer({word: index for index, word in enumerate(VOCABULARY)})


@pytest.mark.parametrize(
    ("word", "case"),
    [
        ("output", "lower"), ("Kunshan", "title"), ("A", "title"), ("GDP", "upper"), ("eBay", "mixed"),
        ("iPhone14", "mixed"), ("2024", "digit"), ("%", "other"),
    ],
)  # fmt: skip
def test_case_of_a_word(word, case):
    assert CASES[case_of(word)] == case


def test_pieces_keep_their_place_in_the_text():
    pieces = split("Cab  abba 12%", TOKENIZER)
    assert list(zip(pieces.starts, pieces.ends, strict=True))[:3] == [(0, 1), (1, 2), (2, 3)]
    assert [CASES[case] for case in pieces.cases] == ["title"] * 3 + ["lower"] * 4 + ["digit"] * 2 + ["other"]


def test_a_short_article_is_one_window():
    pieces = split("a b c. d e f.", TOKENIZER)
    (window,) = plan(pieces, [0, 7], None)
    assert window.pieces == [-1, *range(8), -2]
    assert (window.first, window.last) == (0, 8)


def test_later_windows_see_the_headline_and_the_sentences_before():
    text = "a a a.\n" + " ".join(["b c d e f g h i j."] * 12)
    pieces = split(text, TOKENIZER)
    starts = [0, *range(7, len(text), 19)]
    windows = plan(pieces, starts, (0, 6), size=60, context=24)
    assert len(windows) > 1
    for window in windows[1:]:
        assert window.pieces[:6] == [-1, 0, 1, 2, 3, -2]
        before = [piece for piece in window.pieces[6:] if 0 <= piece < window.first]
        assert before and len(before) <= 24
        assert text[pieces.starts[window.first]] == "b"


def test_later_windows_see_the_lead_and_the_heading_of_their_section():
    lead, filler = "c " * 15 + "c.", "b b b b b b b b b."
    sections = ["a b", lead, *[filler] * 6, "d e", *[filler] * 9, "g h", *[filler] * 9]
    text = "\n".join(sections)
    pieces = split(text, TOKENIZER)
    starts = [sum(len(line) + 1 for line in sections[:index]) for index in range(len(sections))]
    headings = [(text.index(heading), text.index(heading) + 3) for heading in ("d e", "g h")]
    windows = plan(pieces, starts, (0, 3), headings, size=96, context=16)
    shown = ["".join("|" if piece < 0 else text[pieces.starts[piece]] for piece in window.pieces) for window in windows]
    opening = "|ab|cccccccccccccccc.|"
    assert all(window.startswith(opening) for window in shown[1:])
    # a heading that stands in the window itself is not repeated
    assert [window[len(opening) :].partition("b")[0] for window in shown[1:]] == ["", "de|", "de|", "gh", "gh|"]


def test_headings_are_short_lines_before_a_line_of_prose():
    prose = "The park at the river has 40 makers of pumps, and the oldest of them has been there since the flood."
    lines = ["Pumps", "", prose, "", "The harbour", "", prose, "It ends.", prose, "Share", "Print", "By Mira", prose]
    text = "\n".join(lines)
    assert [text[start:end] for start, end in find_headings(text)] == ["The harbour"]


@given(
    st.text("ab. \n", max_size=400),
    st.lists(st.integers(0, 400), max_size=30),
    st.none() | st.tuples(st.integers(0, 10), st.integers(11, 40)),
    st.lists(st.integers(41, 400), max_size=4, unique=True),
)
def test_every_piece_is_read_once_in_windows_of_limited_size(text, starts, headline, headings):
    pieces = split(text, TOKENIZER)
    spans = [(start, start + 9) for start in sorted(headings)]
    windows = plan(pieces, sorted(starts), headline, spans, size=128, context=16)
    read = [piece for window in windows for piece in range(window.first, window.last)]
    assert read == list(range(len(pieces.ids)))
    for window in windows:
        assert len(window.pieces) <= 128
        assert set(range(window.first, window.last)) <= set(window.pieces)
        assert len(set(window.pieces) - {-1, -2}) == len([piece for piece in window.pieces if piece >= 0])


def test_distance_buckets_are_exact_near_by():
    (row,) = distance_buckets(12, [5])
    assert row[0] == DISTANCES
    assert row[5] == 0
    assert len(set(row[2:9])) == 7
    assert row[4] != row[6]


def test_a_name_that_was_told_before_stands_in_front_of_a_window():
    lead, long, short = "Dab dab dab dab dab.", "Cab abba ca ba", "Dad abba"
    text = f"{lead} {long}. " + f"{short}. " * 40 + f"{long}."
    pieces = split(text, TOKENIZER)
    starts = [0, *(i + 2 for i, character in enumerate(text[:-1]) if character == ".")]
    windows = plan(pieces, starts, None, size=60, context=8)
    at = {name: (text.index(name), text.index(name) + len(name)) for name in (long, short)}
    reminded = remind(text, pieces, windows[2], [at[short], at[long]])
    front = range(*map(pieces.starts.index, at[long]))
    assert reminded.pieces == [-1, *front, -2, *windows[2].pieces[1:]]
    assert (reminded.first, reminded.last) == (windows[2].first, windows[2].last)
    assert remind(text, pieces, windows[2], [at[long]], words=5) == windows[2]
    # one stands in every window, the other again in the last
    assert remind(text, pieces, windows[2], [at[short]], words=2) == windows[2]
    assert remind(text, pieces, windows[-1], [at[long]]) == windows[-1]
