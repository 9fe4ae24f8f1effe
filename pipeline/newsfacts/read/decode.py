"""From bytes to text: the charset found where it is not UTF-8, and text repaired that was decoded wrongly before.

What is clean UTF-8 comes out as it is, without a byte order mark.
"""

from __future__ import annotations

import codecs
import unicodedata

from newsfacts.read.problems import ReadError

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_AS_BROWSERS_READ = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_STRAY_BYTES = "newsfacts.stray_bytes"
LEAST_BYTES = 32
"""Bytes that a text must have before its charset is guessed."""
MOSTLY_ASCII = 0.9


def decode(raw: bytes, declared: str | None = None) -> str:
    """Decode bytes as UTF-8, else by the declared charset, else by the charset that they look like.

    A few stray bytes in UTF-8 are read as Windows-1252. Raises ``ReadError`` where no charset is certain enough, or the
    bytes are no text.
    """
    return raw.decode(*charset_of(raw, declared))


def charset_of(raw: bytes, declared: str | None = None) -> tuple[str, str]:
    """Name the charset that ``decode`` takes and how to handle errors, as ``bytes.decode`` wants them."""
    mark = next((mark for mark in _MARKS if raw.startswith(mark)), None)
    charset = _MARKS[mark] if mark else "utf-8"
    try:
        raw.decode(charset)
    except UnicodeDecodeError as error:
        if not mark and _is_mostly_utf8(raw):
            return charset, _STRAY_BYTES
        guess = _declared(raw, declared) or (_guess(raw) if len(raw) >= LEAST_BYTES else None)
        if guess is None:
            message = f"not UTF-8: byte {error.start + 1:,} is 0x{raw[error.start]:02x}; save the file as UTF-8"
            raise ReadError("not_utf8", message) from error
        return guess, "strict"
    return charset, "strict"


def _is_mostly_utf8(raw: bytes) -> bool:
    """Whether most signs beyond ASCII are UTF-8; in other charsets hardly any is by chance."""
    text = raw.decode(errors="replace")
    stray = text.count("\ufffd")
    return sum(sign > "\x7f" for sign in text) > 2 * stray and not _has_controls(text)


def _read_stray_bytes(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_STRAY_BYTES, _read_stray_bytes)


def _declared(raw: bytes, charset: str | None) -> str | None:
    """The charset that a page declares, if it is one and the bytes are in it."""
    try:
        name = codecs.lookup(charset or "").name
        name = _AS_BROWSERS_READ.get(name, name)
        raw.decode(name)
    except (LookupError, UnicodeError):  # a page may declare what it likes
        return None
    return name


def _guess(raw: bytes) -> str | None:
    """The charset that bytes look like; None where they look like no text."""
    high = sum(byte > 127 for byte in raw)
    charset: str | None
    if b"\0" not in raw and high < (1 - MOSTLY_ASCII) * len(raw):
        charset = "cp1252"  # as browsers do with English pages; a guess from the few other signs is worse
    else:
        from charset_normalizer import from_bytes

        best = from_bytes(raw).best()
        charset = best.encoding if best else None
    text = raw.decode(charset, "replace") if charset else "\ufffd"
    return None if "\ufffd" in text or _has_controls(text) else charset


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\v\f\r" for sign in set(text))


def repair(text: str) -> str:
    """Repair the lines of a text that were decoded with a wrong charset ("donâ€™t"); all others stay as they are."""
    if text.isascii():
        return text
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    if not is_bad(text):
        return text
    return "".join(fix_encoding(line) if is_bad(line) else line for line in text.splitlines(keepends=True))
