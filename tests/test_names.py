"""Which names of an article are one, what "the bank" stands for, and where places lie."""

import re

import pytest

from newsfacts.link import gazetteer, lexicon
from newsfacts.link.describe import describe, legal_form
from newsfacts.link.names import Mention, NameBook


def book(text: str, **labels: str) -> NameBook:
    """The names of a text, given as "Name|Other name"; longer ones come first where they overlap."""
    mentions: dict[int, Mention] = {}
    names = [(name, label) for label, group in labels.items() for name in group.split("|")]
    for name, label in sorted(names, key=lambda pair: -len(pair[0])):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if not any(m.start < match.end() and match.start() < m.end for m in mentions.values()):
                mentions[match.start()] = Mention(match.start(), match.end(), name, label)
    assert {m.text for m in mentions.values()} == {name for name, _ in names}
    return NameBook(text, mentions.values())


@pytest.mark.parametrize(
    ("text", "label", "short", "full"),
    [
        # companies
        ("Orvane Cold Chain AG grew. Orvane said so.", "ORG", "Orvane", "Orvane Cold Chain AG"),
        ("Orvane grew. Shares in Orvane AG rose. Orvane, Orvane.", "ORG", "Orvane", "Orvane AG"),
        ("Nanhu Orvane Pumps Co is new. Orvane Pumps makes", "ORG", "Orvane Pumps", "Nanhu Orvane Pumps Co"),
        ("Lumen Optics (Suzhou) Co., Ltd. makes lenses. Lumen Optics", "ORG", "Lumen Optics",
         "Lumen Optics (Suzhou) Co., Ltd."),
        ("Parques Nobles, S.A.B. de C.V. let halls. Parques Nobles", "ORG", "Parques Nobles",
         "Parques Nobles, S.A.B. de C.V."),
        ("the US Department of Trade sued. The Department of Trade", "ORG", "Department of Trade",
         "US Department of Trade"),
        ("The Bank and the Bank and the Bank, the Bank of England", "ORG", "Bank", "Bank of England"),
        # acronyms
        ("the Ports Advisory Board (PAB) met", "ORG", "PAB", "Ports Advisory Board"),
        ("Harbour Trade Council spoke. HTC is", "ORG", "HTC", "Harbour Trade Council"),
        ("Orvane & Orvane grew. O&O said", "ORG", "O&O", "Orvane & Orvane"),
        ("the Chilean Tin Commission (Cochiti) said", "ORG", "Cochiti", "Chilean Tin Commission"),
        ("BPS (Statistics Nusantara) said", "ORG", "BPS", "Statistics Nusantara"),
        ("Nanhu Industrial Park grew. NIP is full.", "PLACE", "NIP", "Nanhu Industrial Park"),
        # spellings
        ("Deutsche Boerse bid. Deutsche Börse, Deutsche Börse", "ORG", "Deutsche Boerse", "Deutsche Börse"),
        ("NANHU, May 3 - In Nanhu", "PLACE", "NANHU", "Nanhu"),
        ("Penhallow's opened. Penhallow and Penhallow's", "ORG", "Penhallow", "Penhallow's"),
        # countries
        ("the United States, or the U.S., or America", "PLACE", "U.S.|America", "United States"),
        ("Britain is the UK.", "PLACE", "Britain", "UK"),
        # persons
        ("Mira Castellan spoke. Ms Castellan's plan", "PERSON", "Castellan", "Mira Castellan"),
        ("Deng Xiaoyan spoke. Deng's plan", "PERSON", "Deng", "Deng Xiaoyan"),
        ("Sir Orlo Vane spoke. Vane, or Sir Orlo, or Orlo Vane", "PERSON", "Sir Orlo|Vane|Orlo Vane", "Sir Orlo Vane"),
        ("Orlo B. Vane spoke, said Orlo Vane.", "PERSON", "Orlo Vane", "Orlo B. Vane"),
        # places
        ("Wuzhong District grew. Wuzhong is", "PLACE", "Wuzhong", "Wuzhong District"),
        ("Jiangsu Province grew. Jiangsu is", "PLACE", "Jiangsu", "Jiangsu Province"),
    ],
)  # fmt: skip
def test_forms_of_one_name_are_brought_to_the_fullest(text, label, short, full):
    names = book(text, **{label: f"{full}|{short}"})
    for form in short.split("|"):
        assert names.full(form) == full
        assert names.full(f"{form}'s") == full
    assert names.full(full) == full
    assert len(names.groups()) == 1


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Ana Vane and Orlo Vane spoke. Vane said", {"PERSON": "Ana Vane|Orlo Vane|Vane"}),
        ("Orvane Bank and Orvane Foods grew. Orvane said", {"ORG": "Orvane Bank|Orvane Foods|Orvane"}),
        ("Orvane grew. Orvane, Orvane. The Orvane Foundation", {"ORG": "Orvane|Orvane Foundation"}),
        ("Orvane Nigeria and Orvane grew.", {"ORG": "Orvane Nigeria|Orvane"}),
        ("Records Office of Nanhu Customs. Nanhu Customs", {"ORG": "Records Office of Nanhu Customs|Nanhu Customs"}),
        ("People's Bank of China, Bank of China", {"ORG": "People's Bank of China|Bank of China"}),
        ("Orvane and Brill grew. Orvane rose.", {"ORG": "Orvane and Brill|Orvane"}),
        ("Orvane Industry Park is near Orvane Group.", {"ORG": "Orvane Industry Park|Orvane Group"}),
        ("Wuzhong Software Park opened in Wuzhong.", {"PLACE": "Wuzhong Software Park|Wuzhong"}),
        ("Mexico City is in Mexico.", {"PLACE": "Mexico City|Mexico"}),
        ("Lagos is in Lagos State.", {"PLACE": "Lagos State|Lagos"}),
        ("Ana Orvane leads Orvane.", {"PERSON": "Ana Orvane", "ORG": "Orvane"}),
        ("Nokia (Finland) grew.", {"ORG": "Nokia", "PLACE": "Finland"}),
    ],
)  # fmt: skip
def test_names_of_different_things_stay_apart(text, labels):
    names = book(text, **labels)
    assert all(names.full(name) == name for name in names.groups())
    assert len(names.groups()) == sum(len(group.split("|")) for group in labels.values())


def test_a_phrase_that_is_no_name_stays():
    assert book("Wuzhong grew.", PLACE="Wuzhong").full("private firms") == "private firms"


def test_the_most_frequent_name_counts_short_forms():
    mentions = [
        Mention(0, 6, "Zurich", "PLACE"), Mention(10, 30, "Orvane Cold Chain AG", "ORG"),
        Mention(40, 46, "Orvane", "ORG"), Mention(50, 60, "Ana Orvane", "PERSON"),
    ]  # fmt: skip
    assert NameBook("x" * 80, mentions).most_frequent() == mentions[1]


NEWS = (
    "China grew. Kunshan and Taicang grew. Orvane Bank bid for Brill. Nanhu University is old. "
    "Brill was founded in Kunshan. Poland sent Mira Castellan. "
)


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("it", "Brill"),
        ("bank", "Brill"),  # Orvane Bank stands too far before it
        ("university", "Nanhu University"),  # which must fit, however far
        ("ministry", None),
        ("city", "Kunshan"),  # Poland is none
        ("country", "Poland"),
        ("she", "Mira Castellan"),
    ],
)
def test_what_a_phrase_stands_for(phrase, meant):
    names = book(
        NEWS, PLACE="China|Kunshan|Taicang|Poland", ORG="Orvane Bank|Brill|Nanhu University", PERSON="Mira Castellan"
    )
    found = names.meant(len(NEWS), NEWS.index("Brill was"), lexicon.generic_subjects()[phrase])
    assert (found and found.text) == meant
    found = names.meant(NEWS.index("Nanhu"), NEWS.index("Orvane"), lexicon.generic_subjects()["bank"])
    assert found is not None
    assert found.text == "Orvane Bank"


def test_the_port_is_the_place_that_is_called_one_in_its_own_language():
    text = "Ships wait off Puerto Sal. Miners in Santiago wait too. The port is full."
    places = [
        Mention(text.index(name), text.index(name) + len(name), name, "PLACE") for name in ("Puerto Sal", "Santiago")
    ]
    found = NameBook(text, places).meant(
        text.index("The port"), text.index("Miners"), lexicon.generic_subjects()["port"]
    )
    assert found == places[0]


def test_a_word_of_a_name_with_its_sort_is_that_name():
    text = "The Heron Creek park is the Old Heron Creek Industrial Park. Dawa has the Dawa Port Park and Dawa Park."
    names = book(text, PLACE="Dawa|Old Heron Creek Industrial Park|Dawa Port Park|Dawa Park")
    assert names.called("Heron Creek", "park") == "Old Heron Creek Industrial Park"
    assert names.called("Heron Creek", "zone") is None
    assert names.called("Dawa", "park") is None  # there are two
    assert names.called("creek", "park") is None
    assert book("Dawa lies by the Dawa Bureau.", PLACE="Dawa", ORG="Dawa Bureau").called("Dawa", "bureau") is None
    text = "The Dawa Province Development Commission of Dawa met."
    names = book(text, ORG="Dawa Province Development Commission")
    assert names.called("Dawa", "province") is None  # a commission is no province


def test_a_mention_with_its_sort_behind_it_belongs_to_that_name():
    text = "The Old Heron Creek Industrial Park opened. The Heron Creek park's tenants pay little, unlike Heron Creek."
    spans = [(4, 35), (text.index("Heron Creek park"), text.index(" park's")), (len(text) - 12, len(text) - 1)]
    groups = NameBook(text, (Mention(start, end, text[start:end], "PLACE") for start, end in spans)).groups()
    assert {name: [mention.start for mention in mentions] for name, mentions in groups.items()} == {
        "Old Heron Creek Industrial Park": [4, spans[1][0]],
        "Heron Creek": [spans[2][0]],
    }


@pytest.mark.parametrize(
    ("names", "fuller"),
    [
        ("Orvane-Brill|Orvane|Brill", {"Orvane": "Orvane", "Brill": "Brill"}),
        ("Orvane-Brill Pumps|Orvane|Brill", {"Orvane": "Orvane", "Brill": "Brill"}),
        ("Orvane Air-Brill Group|Orvane Air|Brill", {"Orvane Air": "Orvane Air", "Brill": "Brill"}),
        ("Orvane-Brill Co|Orvane-Brill|Orvane|Brill", {"Orvane-Brill": "Orvane-Brill Co", "Brill": "Brill"}),
        ("Orvane-Brill|Brill", {"Brill": "Orvane-Brill"}),
    ],
)
def test_two_names_in_one_are_no_fuller_form_of_either(names, fuller):
    found = book(f"{names.replace('|', ', ')} grew.", ORG=names)
    assert {name: found.full(name) for name in fuller} == fuller


def test_the_two_are_the_last_that_and_joins():
    names = book(NEWS, PLACE="China|Kunshan|Taicang|Poland", ORG="Orvane Bank|Brill")
    pair = names.pair_before(len(NEWS))
    assert pair is not None
    assert [mention.text for mention in pair] == ["Kunshan", "Taicang"]
    assert names.pair_before(NEWS.index("Taicang")) is None


@pytest.mark.parametrize(
    ("text", "places", "located"),
    [
        ("China, Kunshan", "China|Kunshan", {"China": ("CN", 1814991), "Kunshan": ("CN", 1785623)}),
        ("the UK", "UK", {"UK": ("GB", 2635167)}),
        ("London", "London", {"London": ("GB", 2643743)}),  # far larger than the others
        ("London, Ontario", "London|Ontario", {"London": ("CA", 6058560)}),
        ("Canada, London", "Canada|London", {"London": (None, None)}),
        ("Birmingham", "Birmingham", {"Birmingham": (None, None)}),
        ("the UK, where Birmingham", "UK|Birmingham", {"Birmingham": ("GB", 2655603)}),
        ("Suzhou", "Suzhou", {"Suzhou": ("CN", None)}),
        ("Suzhou in Jiangsu province", "Suzhou|Jiangsu", {"Suzhou": ("CN", 1886760)}),
        ("Anhui's Suzhou", "Suzhou|Anhui", {"Suzhou": ("CN", 1793743)}),
        ("China, Wuzhong", "China|Wuzhong", {"Wuzhong": ("CN", None)}),  # a district or another province's city
        ("Georgia", "Georgia", {"Georgia": (None, None)}),
        ("The US, Georgia", "US|Georgia", {"Georgia": ("US", 4197000)}),
        ("Atlanta, Georgia", "Atlanta|Georgia", {"Atlanta": ("US", 4180439)}),
        ("Anhui Province", "Anhui Province", {"Anhui Province": ("CN", 1818058)}),
        ("New York", "New York", {"New York": ("US", None)}),
        ("Frankfurt", "Frankfurt", {"Frankfurt": ("DE", 2925533)}),
        ("Voi", "Voi", {"Voi": (None, None)}),  # many a short word is a small town somewhere
        ("Kenya, Voi", "Kenya|Voi", {"Voi": ("KE", 178522)}),
        ("Asia, Philippines", "Asia|Philippines", {"Asia": (None, None)}),
        ("Orvane Park", "Orvane Park", {"Orvane Park": (None, None)}),
    ],
)
def test_where_places_lie(text, places, located):
    rows = {row["name"]: (row["country"], row["geonames"]) for row in describe(book(text, PLACE=places))}
    assert {name: rows[name] for name in located} == located


def test_only_places_are_located():
    (row,) = describe(book("Orvane bid.", ORG="Orvane"))
    assert row == {
        "name": "Orvane", "type": "ORG", "mentions": [[0, 6]], "country": None, "geonames": None, "legal_form": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Lumen Optics (Suzhou) Co., Ltd.", "Co., Ltd."),
        ("Lumen Optics Co Ltd", "Co., Ltd."),
        ("Orvane plc", "PLC"),
        ("Orvane Incorporated", "Inc."),
        ("Orvane S.p.A.", "S.p.A."),
        ("Parques Nobles, S.A.B. de C.V.", "S.A.B. de C.V."),
        ("Orvane GmbH & Co. KG", "GmbH & Co. KG"),
        ("Orvane Group", None),
        ("SA", None),
    ],
)
def test_the_legal_form_of_a_company(name, form):
    assert legal_form(name) == form


@pytest.mark.parametrize(
    ("name", "sort"), [("KUNSHAN", "city"), ("Jiangsu", "region"), ("U.K.", "country"), ("Orvane", None)]
)
def test_what_sort_of_place_it_is(name, sort):
    assert gazetteer.sort_of(name) == sort
