"""Where sentences start in news text; the table reads as the component's documentation."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfacts.recognize.sentences import sentence_starts

TABLE = [
    # full stops that end a sentence
    ["Exports rose 4.2 percent.", "Imports fell."],
    ["“Orders are back.”", "Sales doubled."],
    ["He was blunt (and late).", "Nobody minded."],
    ["Is it enough?", "Hardly!", "The board meets in May."],
    ["Demand was weak...", "Then came June."],
    # abbreviations that do not
    ["Shares of Norwick Tools Co., Ltd. rose 3% in U.S. trading."],
    ["Mr. Ito met Dr. K. L. Brandt and Gov. Hale in St. Albans."],
    ["It stands at No. 88 Harbour Road and opened on Jan. 22."],
    ["Total exports, Jan.-Jul. 2023, came to Rs. 40 crore."],
    ["Calder Mills Inc. Chief Executive Ana Ruiz resigned."],
    ["The plant is in Fort Wayne, Ind.", "Both are new."],
    ["The U.S. Commerce Department and George W. Marsh of Holt & Co. agreed."],
    ["Grupo Alba, S.A.B. de C.V. and Oslo's Fjell A.S. merged."],
    # ... unless a word follows that opens a sentence
    ["The buyer is Calder Mills Inc.", "The price was not disclosed."],
    ["Trading ends at 4 p.m.", "It resumes on Monday."],
    ["It sells in the U.S.", "“We like it there,” he said."],
    ["That was No.", "They went on."],
    # quoted questions and who asked them
    ["“Why now?” Smith asked.", "Nobody knew."],
    ["“Why now?” asked Smith."],
    # decimals, web names, labels
    ["The rate fell to 3.75 percent at bank.example on Monday."],
    ["1. Output of steel"],
    ["Table 2. Output of steel"],
]
LINES = [
    ("Yards fill up\n\nOrders rose 4%. Prices, too.", ["Yards fill up", "Orders rose 4%.", "Prices, too."]),
    ("Yards fill up\nOrders rose 4%.", ["Yards fill up", "Orders rose 4%."]),
    ("- Sales: 4m euros\n- profit: 1m euros", ["- Sales: 4m euros", "- profit: 1m euros"]),
    (
        "The yard has orders for\nforty ships. More will come.",
        ["The yard has orders for\nforty ships.", "More will come."],
    ),
    (
        "The yard, which employs 4,000 people at its docks in\nGdansk and Gdynia, has orders for ferries from owners\n"
        "in Norway and Sweden that are worth 1.2 billion\nzlotys. More will come.",
        [
            "The yard, which employs 4,000 people at its docks in\nGdansk and Gdynia, has orders for ferries from "
            "owners\nin Norway and Sweden that are worth 1.2 billion\nzlotys.",
            "More will come.",
        ],
    ),
    ("\n\n  Lone line\n", ["Lone line"]),
]


@pytest.fixture(scope="module")
def nlp():
    nlp = spacy.blank("en")
    nlp.add_pipe("newsfacts_sentences")
    return nlp


@pytest.mark.parametrize("sentences", TABLE, ids=lambda sentences: sentences[0][:40])
def test_sentences_of_a_line(nlp, sentences):
    assert [sentence.text for sentence in nlp(" ".join(sentences)).sents] == sentences


@pytest.mark.parametrize(("text", "sentences"), LINES)
def test_line_breaks(nlp, text, sentences):
    assert [sentence.text.strip() for sentence in nlp(text).sents] == sentences


def test_the_component_survives_saving_and_processes(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    texts = ["Sales rose. Profit fell.", "", "One line\nAnother line"]
    counts = [len(list(doc.sents)) for doc in again.pipe(texts)]
    assert counts == [2, 0, 2]
    assert all(doc.has_annotation("SENT_START") for doc in again.pipe(texts) if len(doc))


NEWS = st.lists(
    st.sampled_from(["Sales", "rose", "4.2%", ".", ". ", "!", "?”", "“", "(", ")", "\n", "\n\n", " ", "U.S.",
                     "Co., Ltd.", "No. 8", "Jan. 2", "J. K. Lee", "- ", "1. ", "\t", "said", "é", "…"])
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), NEWS))
def test_any_text(text):
    starts = sentence_starts(text)
    assert starts == sorted(set(starts)) == sentence_starts(text)
    assert all(0 < start < len(text) and not text[start].isspace() for start in starts)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(), NEWS))
def test_any_text_is_wholly_in_sentences(text):
    nlp = spacy.blank("en")
    nlp.add_pipe("newsfacts_sentences")
    doc = nlp(text)
    assert "".join(sentence.text_with_ws for sentence in doc.sents) == text
