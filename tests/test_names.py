"""Which names of an article are one."""

import pytest

from newsfacts.link.names import Mention, NameBook


def book(text: str, **labels: str) -> NameBook:
    mentions = []
    for label, names in labels.items():
        for name in names.split("|"):
            start = text.index(name)
            mentions.append(Mention(start, start + len(name), name, label))
    return NameBook(text, mentions)


@pytest.mark.parametrize(
    ("text", "labels", "short", "full"),
    [
        ("Orvane Cold Chain AG grew. Orvane said so.", {"ORG": "Orvane Cold Chain AG|Orvane"}, "Orvane",
         "Orvane Cold Chain AG"),
        ("Nanhu Orvane Pumps Co is new. Orvane Pumps makes", {"ORG": "Nanhu Orvane Pumps Co|Orvane Pumps"},
         "Orvane Pumps", "Nanhu Orvane Pumps Co"),
        ("the Ports Advisory Board (PAB) met", {"ORG": "Ports Advisory Board|PAB"}, "PAB", "Ports Advisory Board"),
        ("Harbour Trade Council spoke. HTC is", {"ORG": "Harbour Trade Council|HTC"}, "HTC", "Harbour Trade Council"),
        ("Mira Castellan spoke. Ms Castellan's plan", {"PERSON": "Mira Castellan|Castellan"}, "Castellan",
         "Mira Castellan"),
        ("Wuzhong District grew. Wuzhong is", {"PLACE": "Wuzhong District|Wuzhong"}, "Wuzhong", "Wuzhong District"),
    ],
)  # fmt: skip
def test_short_forms_are_brought_to_the_fullest(text, labels, short, full):
    names = book(text, **labels)
    assert names.full(short) == full
    assert names.full(f"{short}'s") == full
    assert names.full(full) == full


def test_a_place_is_not_the_park_named_after_it():
    names = book("Wuzhong Software Park opened in Wuzhong.", PLACE="Wuzhong Software Park")
    names = NameBook("", [*names.mentions, Mention(32, 39, "Wuzhong", "PLACE")])
    assert names.full("Wuzhong") == "Wuzhong"


def test_a_phrase_that_is_no_name_stays():
    assert book("Wuzhong grew.", PLACE="Wuzhong").full("private firms") == "private firms"


def test_the_most_frequent_name_counts_short_forms():
    mentions = [
        Mention(0, 6, "Zurich", "PLACE"), Mention(10, 30, "Orvane Cold Chain AG", "ORG"),
        Mention(40, 46, "Orvane", "ORG"), Mention(50, 60, "Ana Orvane", "PERSON"),
    ]  # fmt: skip
    assert NameBook("x" * 80, mentions).most_frequent() == mentions[1]
