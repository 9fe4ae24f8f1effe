import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from spacy.language import Language

from newsfacts.read import ArticleReader, make_article
from newsfacts.read import duplicates as module
from newsfacts.read.duplicates import Duplicates, Repeat, sample_of
from newsfacts.records import Article
from newsfacts.run import run

STORY = """Orrin Mining said on Monday that its copper mines in the Selby hills had produced 41,000 tonnes in the half
year to June, 8 percent less than in the same months of last year, after a strike had closed two shafts for 19 days.

Revenue fell 11 percent to $312 million, the company said, and net profit more than halved to $27 million. Its chief
executive, Lena Okafor, told investors that output would recover in autumn, when a third shaft is to be opened.

"We have paid for our mistakes, and our people are back at work," she said. The union, which speaks for 2,300 of the
4,100 miners, had asked for 9 percent more pay and settled for 6.5 percent over two years.

Analysts at Harbour Brokers had expected a profit of $35 million. The shares lost 4.2 percent to 118 pence in London,
while the index of mining companies rose 0.3 percent. Orrin has spent $90 million on the new shaft so far, and it plans
to spend another $60 million before the end of next year, most of it on pumps and on a railway to the coast.
"""
OTHER = """Brackwater Steel will close its old furnace at Lianhu next spring, it said, as demand from shipyards is weak.
About 650 people work at the furnace, which has made 1.2 million tonnes of plate a year since 1987. The mayor called the
decision a heavy blow for a town of 40,000 people, and asked the government for help with new trades.

A second furnace, built in 2015 for $480 million, is to run on. It uses a third less coal for each tonne of steel, the
company said, and will be fitted with a filter that keeps back 95 percent of the dust. Competitors have closed eleven
furnaces in the region within five years, and economists expect more of them to follow."""
ABOUT = """Orrin Mining is a leading producer of copper and zinc with mines on three continents and offices in twelve
countries. Its strategy rests on safety, on discipline in its spending and on the trust of the communities that live
near its mines. Statements about the future are subject to risks that may cause results to differ from what is expected,
and the company takes on no duty to bring them up to date except where the law asks for it."""


def find(duplicates: Duplicates, key: str, text: str) -> Repeat | None:
    return duplicates.find(key, sample_of(make_article(key, text)))


def find_last(*texts: str) -> Repeat | None:
    """What the last of some texts, "0", "1", ..., repeats; the others must repeat nothing."""
    duplicates = Duplicates()
    *before, last = (find(duplicates, str(number), text) for number, text in enumerate(texts))
    assert before == [None] * len(before)
    return last


def reworded(every: int) -> str:
    """The story with each so many words changed."""
    words = STORY.split(" ")
    return " ".join("indeed" if n % every == every - 1 and word.isalpha() else word for n, word in enumerate(words))


@pytest.mark.parametrize(
    "copy",
    [
        STORY,
        "Orrin digs less copper\n\nBy Jane Whitcombe\n\nSELBY, June 12 (Quayside Wire) - " + STORY,
        "COPPER OUTPUT DOWN AT ORRIN\nJune 13, 2024 | Staff reporter\nLONDON — " + STORY.upper(),
        STORY.replace("\n\n", "\0").replace("\n", " ").replace("\0", "\n"),
        STORY.replace('"', "“").replace("company", "com\u00adpany").replace(" ", "\u00a0"),
        STORY.replace("41,000", "41000"),
        STORY[: STORY.index("Analysts")],
        STORY[STORY.index("Revenue") : STORY.index("Analysts")],
        reworded(20),
        STORY + "\n\nRelated stories\nMore from the Ledger\n© 2024 Quayside Ledger. All rights reserved.\n",
    ],
    ids=["same", "dateline", "capitals", "unwrapped", "signs", "commas", "cut", "middle", "reworded", "furniture"],
)
def test_a_copy_is_recognized(copy: str) -> None:
    assert find_last(OTHER, STORY, copy) == Repeat("1", whole=True)


def test_a_second_page_is_a_part_of_the_single_page() -> None:
    second = STORY[STORY.index('"We') :]
    assert find_last(STORY, second) == Repeat("0", whole=True)
    assert find_last(second, STORY) == Repeat("0", whole=False)  # which has more to say


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STORY, OTHER),
        (f"{STORY}\n\n{ABOUT}", f"{OTHER}\n\n{ABOUT}"),
        (f"{OTHER}\n\n{ABOUT}", f"{STORY[STORY.index('Revenue') : STORY.index('Analysts')]}\n\n{ABOUT}"),
        (ABOUT, f"{STORY}\n\n{OTHER}\n\n{ABOUT}"),
        (STORY, reworded(4)),
        (
            "Industrial output rose 3.2 percent in May from a year earlier, the statistics office of Selby said.",
            "Industrial output rose 3.4 percent in June from a year earlier, the statistics office of Selby said.",
        ),
        ("The index closed 12 points higher.", "The index closed 12 points lower."),
    ],
    ids=["other", "boilerplate", "short with boilerplate", "survey", "rewritten", "another month", "short"],
)
def test_different_articles_are_not_marked(one: str, other: str) -> None:
    assert find_last(one, other) is None


def test_the_same_report_with_other_numbers_is_another_one() -> None:
    changed = STORY.replace("41,000", "43,500").replace("$312", "$341").replace("8 percent", "5 percent")
    assert find_last(STORY, changed) is None


def test_short_texts_must_be_the_same() -> None:
    short = "Selwyn Ports bought a crane maker for £3 million."
    assert find_last(short, f"LONDON, May 3 (Wire) - {short}") == Repeat("0", whole=True)
    assert find_last(short, short.replace("crane", "pump")) is None
    assert find_last("— —\n", "* *\n") is None


def test_copies_name_the_first_article() -> None:
    second = STORY[STORY.index('"We') :]
    duplicates = Duplicates()
    found = [find(duplicates, str(n), text) for n, text in enumerate((second, STORY, STORY, second, OTHER))]
    assert found == [None, Repeat("0", whole=False), Repeat("1", whole=True), Repeat("0", whole=True), None]


def test_a_long_run_is_flat_and_finds_what_was_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECENT", 32)
    chance = random.Random(7)
    words = [f"w{chance.randrange(1 << 20):x}q" for _ in range(3000)]
    texts = [" ".join(chance.choices(words, k=150)) + f". {ABOUT}" for _ in range(700)]
    duplicates = Duplicates()
    assert [find(duplicates, str(n), text) for n, text in enumerate(texts)] == [None] * 700
    for number in (0, 40, 333, 699):
        assert find(duplicates, f"copy of {number}", texts[number]) == Repeat(str(number), whole=True)
    keys = duplicates._keys
    assert sum(map(len, keys._packed)) + sum(map(len, keys._recent.values())) == 700 * module.KEYS
    assert len(keys._packed) < 6
    assert {len(sample) for sample in duplicates._samples} == {4 * (module.SAMPLE + module.NUMBERS)}


def test_many_candidates_at_once_are_found_as_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    words = [f"w{number:x}q" for number in range(400)]
    sentences = [" ".join(chance.choices(words, k=chance.randint(3, 40))) for _ in range(16)]
    texts = [". ".join(chance.sample(sentences, k=chance.randint(1, 16))) for _ in range(300)]
    found = []
    for many in (1, 1000):
        monkeypatch.setattr(module, "MANY", many)
        duplicates = Duplicates()
        found.append([find(duplicates, str(number), text) for number, text in enumerate(texts)])
    assert found[0] == found[1]
    assert {repeat and repeat.whole for repeat in found[0]} == {True, False, None}


def test_a_copy_is_the_same_in_another_process() -> None:
    code = (
        "from newsfacts.read.duplicates import _runs, _sample; print(_sample(_runs('sales rose again in may'), 4)[:2])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[524079005, 4234072002]\n"


def test_the_seeds_hold_a_page_twice() -> None:
    duplicates = Duplicates()
    found = {
        item.id: duplicates.find(item.id, sample_of(item))
        for item in ArticleReader(["seeds"])
        if isinstance(item, Article)
    }
    assert {key: repeat for key, repeat in found.items() if repeat} == {
        "kunshan-auto-and-electronics": Repeat("kunshan-auto-and-electronics-page-2", whole=False)
    }


def test_repeats_are_marked_and_their_facts_are_kept_or_not(tmp_path: Path, nlp: Language) -> None:
    second = STORY[STORY.index('"We') :]
    texts = tmp_path / "in"
    texts.mkdir()
    for name, text in {"a": second, "b": STORY, "c": STORY, "d": OTHER}.items():
        (texts / f"{name}.txt").write_text(text)
    for skip in (False, True):
        out = tmp_path / str(skip)
        report = run([texts], out, nlp=nlp, skip_duplicates=skip)
        rows = [json.loads(line) for line in (out / "articles.jsonl").read_text().splitlines()]
        assert [(row["id"], row["duplicate_of"]) for row in rows] == [("a", None), ("b", "a"), ("c", "b"), ("d", None)]
        numbers = [[row[name] for name in ("facts", "entities", "names", "quantities")] for row in rows]
        assert numbers[2] == ([0, 0, 0, 0] if skip else numbers[1])
        assert min(numbers[1]) > 0
        assert (rows[2]["characters"], rows[2]["sha256"]) == (rows[1]["characters"], rows[1]["sha256"])
        assert report.counts.articles == 4
        for name in ("facts", "entities", "quantities"):
            of = [json.loads(line)["article"] for line in (out / f"{name}.jsonl").read_text().splitlines()]
            assert ("c" in of) is not skip
            assert "b" in of
