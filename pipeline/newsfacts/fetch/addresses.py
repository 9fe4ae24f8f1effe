"""Addresses: in one form, told apart, and as names of files."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote, urljoin

from courlan import clean_url
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from newsfacts.fetch.problems import FetchError

_PORTS = {"http": 80, "https": 443}
_ENDING = re.compile(r"\.[a-z]{2,5}$")
_SLUG = 60  # characters


def address(link: str, base: str | None = None) -> str:
    """Bring an address into the form in which it is asked for; raises ``FetchError`` where it is none on the web."""
    link = link.strip()
    try:
        url = parse_url(urljoin(base, link) if base else link)
    except (LocationParseError, ValueError):  # ValueError: of urljoin, for brackets that belong to no IPv6 address
        raise FetchError("not an address", link) from None
    if url.scheme not in _PORTS or not url.host:
        raise FetchError("not an address that begins with http:// or https://", link)
    if url.auth:
        raise FetchError("addresses with a user name or password are not taken", f"{url.scheme}://{url.host}")
    port = None if url.port == _PORTS[url.scheme] else url.port
    return Url(url.scheme, None, url.host, port, url.path or "/", url.query, None).url


def key_of(url: str) -> str:
    """What is the same for addresses of one page, whatever a newsletter or feed has added to count its readers."""
    return clean_url(url) or url


def origin_of(url: str) -> str:
    """Scheme, host and port: what a robots.txt holds for."""
    parts = parse_url(url)
    return f"{parts.scheme}://{parts.netloc}"


def host_of(url: str) -> str:
    """The host's name."""
    return parse_url(url).host or ""


def is_front_page(url: str) -> bool:
    """Whether an address is that of a host alone."""
    parts = parse_url(url)
    return parts.path in (None, "/") and not parts.query


def folder_name(url: str) -> str:
    """Name a folder for the pages of a host."""
    return re.sub(r"[^\w.-]+", "-", parse_url(url).netloc or "").strip("-.") or "host"


def file_name(url: str) -> str:
    """Name a page by the words of its address, and a digest of all of it."""
    words = [unquote(part) for part in (parse_url(url).path or "").split("/")]
    longest = _ENDING.sub("", max(words, key=len).lower())
    plain = unicodedata.normalize("NFKD", longest).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG].strip("-")
    return "-".join(filter(None, (slug, hashlib.sha256(url.encode()).hexdigest()[:8])))
