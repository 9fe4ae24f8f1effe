"""Articles that a page holds as data: JSON-LD, and the state from which a script puts the page together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

from newsfacts.read.furniture import is_prose

if TYPE_CHECKING:
    from lxml.etree import _Element

_ARTICLE_TYPE = re.compile(r"article|posting|report|liveblog", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:^|[;\s}])(?:window\.|self\.|globalThis\.)?[\w.$]+\s*=\s*(?=[\[{])")
_PARSED = re.compile(r"JSON\.parse\(\s*(\"(?:[^\"\\]|\\.)*\")\s*\)")
_MARKUP = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|blockquote|section|tr|table|figure)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_NO_TEXT = re.compile(
    r"\b(ads?|advert\w*|image|picture|photo|figure|video|audio|embed|iframe|gallery|slideshow|newsletter|related|recirc"
    r"|promo|teaser|link ?list|tweet|social|author|byline|caption|credit|tags?|correction|interstitial|poll|quiz"
    r"|podcast|map|code|script|html ?embed|divider|disclaimer)s?\b",
    re.IGNORECASE,
)
_WORDS = (
    "text",
    "content",
    "html",
    "value",
    "children",
    "body",
    "items",
    "paragraph",
    "paragraphs",
    "nodes",
    "rows",
    "cells",
)
_DEEPEST = 40
_LEAST = 200
"""Characters of running text that make data an article."""


def linked_data(tree: _Element) -> list[dict[str, Any]]:
    """The objects of a page's JSON-LD that are articles, in their order."""
    found: list[dict[str, Any]] = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        found += [each for each in _objects(data) if _is_article(each)]
    return found


def body_of_linked_data(tree: _Element) -> str | None:
    """The longest body of an article in JSON-LD, a paragraph a line with blank lines between."""
    bodies = [_plain(body) for each in linked_data(tree) if isinstance(body := each.get("articleBody"), str)]
    return max(bodies, key=len, default=None) or None


def body_of_state(tree: _Element) -> str | None:
    """The body of the article in the data that scripts put the page together from; None where there is none.

    It is the list with the most running text: of texts, or of objects that hold them.
    """
    best, most = None, _LEAST
    for data in _states(tree):
        for values in _lists(data):
            paragraphs = [paragraph for value in values for paragraph in _paragraphs(value)]
            prose = sum(len(paragraph) for paragraph in paragraphs if is_prose(paragraph))
            if prose > most:
                best, most = "\n\n".join(paragraphs), prose
    return best


def _states(tree: _Element) -> Iterator[Any]:
    for script in tree.iter("script"):
        text, kind = script.text or "", (script.get("type") or "").lower()
        if len(text) < _LEAST or "ld+json" in kind:
            continue
        if kind.endswith("json"):
            starts = [0]
        else:
            starts = [match.end() for match in _ASSIGNED.finditer(text)][:20]
            for match in _PARSED.finditer(text):
                try:
                    yield json.loads(json.loads(match[1]))
                except (ValueError, RecursionError):
                    continue
        for start in starts:
            try:
                yield json.JSONDecoder(strict=False).raw_decode(text[start:].lstrip())[0]
            except (ValueError, RecursionError):
                continue


def _objects(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"):
            if depth < _DEEPEST and key in data:
                yield from _objects(data[key], depth + 1)
    elif isinstance(data, list) and depth < _DEEPEST:
        for each in data:
            yield from _objects(each, depth + 1)


def _is_article(each: dict[str, Any]) -> bool:
    kinds = each.get("@type") or ""
    return any(_ARTICLE_TYPE.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _lists(data: Any, depth: int = 0) -> Iterator[list[Any]]:
    """All lists in data, and each long text that is marked up as a list of one."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        yield data
        for each in data:
            yield from _lists(each, depth + 1)
    elif isinstance(data, dict):
        for value in data.values():
            yield from _lists(value, depth + 1)
    elif isinstance(data, str) and len(data) > 2 * _LEAST and _MARKUP.search(data):
        yield [data]


def _paragraphs(value: Any, depth: int = 0) -> Iterator[str]:
    """The paragraphs that a value of a list holds."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield from (line for line in _plain(value).split("\n") if line)
    elif isinstance(value, dict):
        kind = " ".join(
            str(value.get(key) or "") for key in ("type", "_type", "__typename", "kind", "name", "nodeType")
        )
        if _NO_TEXT.search(re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", kind)):
            return
        inner = next((value[key] for key in _WORDS if value.get(key)), None)
        if isinstance(inner, list) and all(_is_inline(each) for each in inner):
            yield from (line for line in _plain("".join(map(_inline, inner))).split("\n") if line)
        elif isinstance(inner, list):
            for each in inner:
                yield from _paragraphs(each, depth + 1)
        elif inner is not None:
            yield from _paragraphs(inner, depth + 1)


def _is_inline(value: Any) -> bool:
    """Whether a value is a piece of a paragraph: text, or an object of text and marks."""
    if isinstance(value, dict) and isinstance(value.get("children"), list):
        return all(map(_is_inline, value["children"])) and str(value.get("type") or "") in ("", "link", "text", "a")
    return (
        isinstance(value, dict)
        and isinstance(value.get("text") or value.get("value"), str)
        and str(value.get("type") or value.get("_type") or "text")
        in ("text", "span", "link", "a", "bold", "italic", "strong", "em")
    )


def _inline(value: dict[str, Any]) -> str:
    if isinstance(value.get("children"), list):
        return "".join(map(_inline, value["children"]))
    return str(value.get("text") or value.get("value"))


def _plain(text: str) -> str:
    """Text without markup, its paragraphs a line each with blank lines between."""
    if "<" in text:
        text = _TAG.sub("", _MARKUP.sub("\n", text))
    lines = (" ".join(line.split()) for line in unescape(text).split("\n"))
    return "\n\n".join(line for line in lines if line)
