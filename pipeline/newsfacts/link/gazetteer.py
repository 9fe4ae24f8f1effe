"""Places of the world: which country and GeoNames entry the name of a place stands for, where that is certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from newsfacts.lexicons import read_lines
from newsfacts.link import lexicon
from newsfacts.link.fold import folded

_DOMINANT = 20  # how many times larger the meant city is than its namesakes: London is not London, Ontario
_NO_RIVAL = 40  # how many times larger it is where the article names the other's country: Berlin, New Hampshire
_LARGE = 100_000
_KNOWN = 300_000  # people: such a city needs no other place of its country beside it
_KNOWN_REGIONS = {"CA", "CN", "GB", "IN", "US"}  # countries whose regions are named without the country
_FEDERAL = {"US", "CA"}  # where a region with the name of a city is as likely meant: New York
_SORTS = {"city": "city", "municipality": "city", "province": "region", "prefecture": "region", "state": "region"}


class Place(NamedTuple):
    """An entry of the gazetteer."""

    sort: str  # country, region or city
    country: str  # ISO 3166-1 alpha-2
    region: str
    geonames: int
    population: int


class Located(NamedTuple):
    """What is certain about a place."""

    country: str | None = None
    geonames: int | None = None


@lru_cache
def _lines() -> Mapping[str, str]:
    """{folded name: its lines}: left as text, of which an article needs little."""
    found: dict[str, str] = {}
    for line in read_lines(__package__, "places.tsv"):
        name, _, rest = line.partition("\t")
        found[name] = f"{found[name]}\n{rest}" if name in found else rest
    return found


@lru_cache
def _countries() -> Mapping[str, tuple[str, int]]:
    """{folded name: code of the country, and which of its names it is}."""
    found: dict[str, tuple[str, int]] = {}
    for name, lines in _lines().items():
        if "country\t" in lines and "region\tUS" not in lines:  # Georgia is a state too
            found.update((name, (place.country, 0)) for place in _places(lines) if place.sort == "country")
    for line in read_lines(__package__, "country_names.tsv"):
        code, names = line.split("\t")
        found.update((" ".join(folded(name)), (code, rank)) for rank, name in enumerate(names.split("|")))
    return found


@lru_cache
def _ids() -> Mapping[str, int]:
    """{code of a country: its GeoNames id}."""
    places = (place for lines in _lines().values() if "country\t" in lines for place in _places(lines))
    return {place.country: place.geonames for place in places if place.sort == "country"}


def country_of(name: str) -> str | None:
    """The code of the country that has a name."""
    return _countries().get(" ".join(folded(name)), (None, 0))[0]


def country_rank(name: str) -> int:
    """Which of its country's names it is; the fullest is 0, as is what is no country."""
    return _countries().get(" ".join(folded(name)), (None, 0))[1]


def entries(name: str) -> list[Place]:
    """All places with a name."""
    return _places(_lines().get(" ".join(folded(name)), ""))


def is_place(words: Collection[str]) -> bool:
    """Whether folded words name a country, a region or a large city."""
    name = " ".join(words)
    return name in _countries() or any(
        place.sort != "city" or place.population >= _LARGE for place in _places(_lines().get(name, ""))
    )


def is_city(name: str) -> bool:
    """Whether there is a large city with a name."""
    return any(place.sort == "city" and place.population >= _LARGE for place in entries(name))


def sort_of(name: str) -> str | None:
    """Country, region or city, where a name is only one of them or a large city."""
    if country_of(name):
        return "country"
    if is_city(name):
        return "city"
    sorts = {place.sort for place in entries(name)} - {"country"}
    return sorts.pop() if len(sorts) == 1 else None


def locate(names: Iterable[str], inside: Mapping[str, str]) -> dict[str, Located]:
    """Locate the places of an article; `inside` has the place that follows a name and a comma: Kunshan, Jiangsu."""
    found = {name: _candidates(name) for name in names}
    context = _Context(found)
    located = {}
    for name, places in found.items():
        if code := country_of(name):
            located[name] = Located(code, _ids()[code])
        elif name in inside and (within := _within(places, inside[name])):
            located[name] = _agreed(within)
        else:
            located[name] = context.locate(name, places)
    return located


class _Context:
    """The countries and regions that an article names, which say which of several places is meant."""

    def __init__(self, found: Mapping[str, Sequence[Place]]) -> None:
        self.countries = {code for name in found if (code := country_of(name))} | {
            places[0].country for places in found.values() if _known_region(places)
        }
        self._telling = Counter(country for places in found.values() if (country := _likely_country(places)))
        self.regions = {
            (place.country, place.region)
            for places in found.values()
            for place in places
            if place.sort == "region" and place.country in self.countries
        }

    def locate(self, name: str, places: Sequence[Place]) -> Located:
        if " ".join(folded(name)) in lexicon.words("chinese_districts.txt"):
            return Located(_agreed(places).country)
        if len({place.country for place in places}) > 1:
            here = [place for place in places if place.country in self.countries]
            largest = _dominant(places)
            if largest and not any(
                largest.population < _NO_RIVAL * place.population for place in here if place != largest
            ):
                return Located(largest.country, largest.geonames)
            if largest or len({place.country for place in here}) != 1:
                return Located()
            places = here
        if not self._backed(places):
            return Located()
        in_regions = [place for place in places if (place.country, place.region) in self.regions]
        largest_of_all = max(places, key=lambda place: place.population)
        return _agreed(in_regions if largest_of_all in in_regions else places)

    def _backed(self, places: Sequence[Place]) -> bool:
        """Whether a place is large or its country or another place there is named: many a word is a place somewhere."""
        if not places:
            return False
        country = places[0].country
        return (
            country in self.countries
            or self._telling[country] > 1
            or any(place.population >= _KNOWN for place in places)
        )


def _places(lines: str) -> list[Place]:
    rows = (line.split("\t") for line in lines.splitlines())
    return [Place(sort, country, region, int(number), int(size or 0)) for sort, country, region, number, size in rows]


def _candidates(name: str) -> list[Place]:
    """The places with a name, or with a name without "City" or "Province" if they are such."""
    words = folded(name)
    if found := entries(name):
        return found
    sort = _SORTS.get(words[-1]) if words else None
    return [place for place in entries(" ".join(words[:-1])) if place.sort == sort] if sort else []


def _within(places: Iterable[Place], outer: str) -> list[Place]:
    around = {(place.country, place.region) for place in entries(outer) if place.sort != "city"}
    if code := country_of(outer):
        around.add((code, ""))
    return [place for place in places if {(place.country, ""), (place.country, place.region)} & around]


def _agreed(places: Sequence[Place]) -> Located:
    """What places with one name have in common."""
    countries = {place.country for place in places}
    if len(countries) != 1:
        return Located()
    country = countries.pop()
    cities = [place for place in places if place.sort == "city"]
    regions = [place for place in places if place.sort == "region"]
    if country in _FEDERAL and len(regions) == 1:
        return Located(country, None if any(city.population >= _LARGE for city in cities) else regions[0].geonames)
    in_region = [city for city in cities if any(city.region == region.region for region in regions)]
    one = places[0] if len(places) == 1 else in_region[0] if len(in_region) == 1 else _dominant(places)
    return Located(country, one.geonames if one else None)


def _dominant(places: Sequence[Place]) -> Place | None:
    """A city that is far larger than all others with its name, where no other region has that name."""
    cities = sorted((place for place in places if place.sort == "city"), key=lambda city: -city.population)
    if not cities or cities[0].population < _LARGE:
        return None
    first, *others = cities
    if others and first.population < _DOMINANT * others[0].population:
        return None
    return first if _one_region([first, *(place for place in places if place.sort == "region")]) else None


def _known_region(places: Sequence[Place]) -> bool:
    return (
        any(place.sort == "region" and place.country in _KNOWN_REGIONS for place in places)
        and len({place.country for place in places}) == 1
    )


def _likely_country(places: Sequence[Place]) -> str | None:
    largest = _dominant(places)
    countries = {place.country for place in ([largest] if largest else places)}
    return countries.pop() if len(countries) == 1 else None


def _one_region(places: Iterable[Place]) -> bool:
    return len({(place.country, place.region) for place in places}) == 1
