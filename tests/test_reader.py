"""The reading component: what it sets, and that its answers do not depend on how it is run."""

from __future__ import annotations

import pickle

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfacts.read import make_article, to_doc
from newsfacts.recognize.reader import Reader

TEXT = (
    "Orvane Pumps lifts exports\n\n"
    "Orvane Pumps, a maker of compressors in Lisbon, sold 4,200 units abroad in 2023, 7.5 percent more than a year "
    "earlier, chief executive Mira Castellan said. It expects revenue of 310 million euros in 2024.\n\n"
    "The company is based in Portugal and employs 1,850 people."
)


def test_names_and_labels(nlp):
    names = {(ent.text, ent.label_) for ent in nlp(to_doc(nlp, make_article("a", TEXT))).ents}
    assert {("Orvane Pumps", "ORG"), ("Lisbon", "PLACE"), ("Mira Castellan", "PERSON"), ("Portugal", "PLACE")} <= names


def test_a_bracket_inside_a_name(nlp):
    text = "The plant of Orvane Pumps (Lisbon) Co., Ltd. makes compressors for trucks, Nordwind Motor (Bergen) says."
    names = [(ent.text, ent.label_) for ent in nlp(text).ents]
    assert ("Orvane Pumps (Lisbon) Co., Ltd.", "ORG") in names
    assert not any("Lisbon" in name and "(" not in name for name, _ in names)


def test_a_reading_for_every_quantity(nlp):
    doc = nlp(TEXT)
    assert len(doc._.readings) == len(doc._.quantities) >= 4
    for reading in doc._.readings:
        for slot in ("status", "kind", "direction", "basis", "qualifier", "modality", "measure"):
            assert sum(reading[slot].values()) == pytest.approx(1, abs=0.01)
        for slot in ("subject", "metric", "period", "source"):
            spans = reading[slot]["spans"]
            assert 0 < reading[slot]["none"] + sum(p for _, _, p in spans) <= 1.01
            assert all(0 <= start < end <= len(TEXT) for start, end, _ in spans)
            assert [p for *_, p in spans] == sorted((p for *_, p in spans), reverse=True)


def test_answers_do_not_depend_on_the_company(nlp):
    alone = nlp(TEXT)._.readings
    texts = ["Nothing here.", TEXT, TEXT + " " + TEXT]
    assert next(iter(list(nlp.pipe(texts))[1:2]))._.readings == alone
    assert list(nlp.pipe(texts, n_process=2))[1]._.readings == alone


def test_saved_and_loaded_again(nlp, tmp_path):
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    assert again(TEXT)._.facts == nlp(TEXT)._.facts
    from_bytes = spacy.blank("en")
    for name in nlp.pipe_names:
        from_bytes.add_pipe(name)
    from_bytes.from_bytes(nlp.to_bytes())
    assert from_bytes(TEXT)._.facts == nlp(TEXT)._.facts


def test_a_copy_for_another_process(nlp):
    reader = pickle.loads(pickle.dumps(nlp.get_pipe("newsfacts_reader")))
    assert reader.encoder.vocabulary == nlp.get_pipe("newsfacts_reader").encoder.vocabulary


def test_in_somebody_elses_pipeline(nlp):
    other = spacy.blank("en")
    other.add_pipe("sentencizer")
    for name in ("newsfacts_quantities", "newsfacts_periods"):
        other.add_pipe(name)
    other.add_pipe("newsfacts_reader", source=nlp)
    other.add_pipe("newsfacts_linker")
    facts = other("Exports of Orvane Pumps rose 7.5 percent in 2023.")._.facts
    assert [(fact["text"], fact["kind"], fact["direction"]) for fact in facts] == [("7.5 percent", "change", "up")]


def test_a_reader_without_a_model_says_what_to_do():
    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    blank.add_pipe("newsfacts_reader")
    with pytest.raises(ValueError, match=r"NF001.*newsfacts\.load"):
        blank("Sales rose 3 percent.")


def test_a_model_with_a_file_missing_says_which(tmp_path):
    (tmp_path / "labels.json").write_text("{}")
    with pytest.raises(FileNotFoundError, match=r"NF002.*network\.onnx, vocabulary\.txt"):
        Reader(spacy.blank("en")).from_disk(tmp_path)


def test_long_articles_are_read_to_their_end(nlp):
    filler = " ".join(f"The town has a square, a church and a market on day {word}." for word in "abcdefghijkl" * 12)
    doc = nlp(filler + "\n\n" + TEXT)
    assert "1,850" in [fact["text"] for fact in doc._.facts]
    assert ("Mira Castellan", "PERSON") in {(ent.text, ent.label_) for ent in doc.ents}


def test_a_long_name_that_was_told_long_before_stands_in_front_of_a_window(nlp, monkeypatch):
    filler = " ".join(f"The town has a square, a church and a market on day {word}." for word in "abcdefghijkl" * 4)
    text = (
        "Lindau wants to be known for its clothes\n\nThe town was poor until its mills became places of fashion.\n\n"
        f"On Mill Road stands the Aurel Fashion and Creative Industry Park.\n\n{filler}\n\nIt has 47 brands.\n"
    )
    encoder = nlp.get_pipe("newsfacts_reader").encoder
    read, fronts = encoder.read, []

    def watch(pieces, window, *others):
        front = window.pieces[1 : window.pieces.index(-2)]
        fronts.append(text[pieces.starts[front[0]] : pieces.ends[front[-1]]])
        return read(pieces, window, *others)

    monkeypatch.setattr(encoder, "read", watch)
    nlp(to_doc(nlp, make_article("a", text)))
    assert fronts[-1] == "Aurel Fashion and Creative Industry Park"


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_error_and_twice_the_same(nlp, text):
    first, second = nlp(text), nlp(text)
    assert first._.facts == second._.facts
    for fact in first._.facts:
        assert text[fact["start"] : fact["end"]] == fact["text"]
