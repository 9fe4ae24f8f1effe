"""Ask for pages as a polite guest: by robots.txt, one request a host at a time, with pauses and limits.

trafilatura's own downloader follows redirects past robots.txt, lets a slow answer go on for ever, tries again without
checking where a certificate is wrong, and cannot ask for changes alone; so urllib3 is used as it is. The standard
library's reader of robots.txt knows no wildcards; Protego does.
"""

from __future__ import annotations

import io
import ipaddress
import re
import socket
import ssl
import string
import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent import futures
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote
from urllib.request import getproxies, proxy_bypass

import certifi
from protego import Protego
from trafilatura.feeds import FEED_TYPES
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager
from urllib3.exceptions import (
    HTTPError,
    InvalidHeader,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    SSLError,
    TimeoutError,  # noqa: A004
)
from urllib3.util import Retry, Timeout, make_headers, parse_url

from newsfacts.fetch.addresses import address, host_of, origin_of
from newsfacts.fetch.manners import Manners
from newsfacts.fetch.problems import FetchError
from newsfacts.read.problems import ReadError
from newsfacts.read.streams import unpack

HTML = frozenset({"text/html", "application/xhtml+xml"})
UNCERTAIN = frozenset({"application/xml", "text/xml", "text/plain", ""})  # feeds are sent as plain text, too
_PACKED = frozenset({"application/gzip", "application/x-gzip", "application/octet-stream"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OF_HOST = frozenset({429, 503})
_TEMPORARY = _OF_HOST | {500, 502, 504, *range(520, 528)}
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1"
)
_ROBOTS_BYTES = 500 * 1024  # that must be read of robots.txt (RFC 9309)
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: status 200 or, where asked only for what has changed, 304 without a body."""

    url: str  # after redirects
    status: int
    type: str
    charset: str | None
    body: bytes
    etag: str | None
    last_modified: str | None


class Client:
    """Ask servers for pages, one request at a time.

    ``hosts`` are trusted: those that the user named. Others may not be at private addresses, lest a feed make us ask
    the machines of our own network.
    """

    def __init__(self, manners: Manners, hosts: Collection[str] = ()) -> None:
        self._manners = manners
        self._trusted = frozenset(hosts)
        self._hosts: dict[str, _Host] = {}
        self._rules: dict[str, Protego] = {}
        self._pools: dict[tuple[str, str | None], PoolManager] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools.values():
            pool.clear()

    def ready_at(self, url: str) -> float:
        """When the host may be asked again, by ``time.monotonic``."""
        return self._host(url).ready_at

    def pause(self, url: str, seconds: float) -> None:
        """Leave a host alone for a while."""
        host = self._host(url)
        host.ready_at = max(host.ready_at, time.monotonic() + seconds)

    def get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Answer:
        """Ask for a page, feed or sitemap, and follow redirects; each of them is checked against its robots.txt.

        With ``etag`` or ``last_modified`` only what has changed since is sent. Waits for the host's turn. Raises
        ``FetchError``.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        conditions = {name: value for name, value in known.items() if value}
        for _ in range(self._manners.redirects + 1):
            if not self._robots(url).can_fetch(url, self._manners.token):
                raise FetchError("robots.txt does not allow it", url)
            answer = self._ask(url, conditions)
            if isinstance(answer, Answer):
                return answer
            url = answer
        raise FetchError(f"more than {self._manners.redirects} redirects", url)

    def _host(self, url: str) -> _Host:
        # one for http and https, unlike robots.txt
        return self._hosts.setdefault(origin_of(url).partition("://")[2], _Host(self._manners.delay))

    def _robots(self, url: str) -> Protego:
        origin = origin_of(url)
        if origin not in self._rules:
            rules = self._rules[origin] = Protego.parse(self._robots_text(f"{origin}/robots.txt", url))
            rate = rules.request_rate(self._manners.token)
            asked = (rules.crawl_delay(self._manners.token), rate and rate.seconds / max(rate.requests, 1))
            host = self._host(url)
            host.delay = max(host.delay, *(float(seconds or 0) for seconds in asked))
        return self._rules[origin]

    def _robots_text(self, robots: str, url: str) -> str:
        """Read a robots.txt; where there is none, all is allowed, and where it is unknown, nothing (RFC 9309)."""
        try:
            for _ in range(self._manners.redirects + 1):
                answer = self._ask(robots, {}, robots=True)
                if isinstance(answer, Answer):
                    return answer.body.decode("utf-8", "replace")
                robots = answer
        except FetchError as problem:
            if problem.status and 400 <= problem.status < 500 and not problem.temporary:
                return ""
            unread = "robots.txt cannot be read, so nothing else is asked for: " if problem.status else ""
            raise problem.of(url, unread + problem.message) from problem
        return ""

    def _ask(self, url: str, conditions: Mapping[str, str], *, robots: bool = False) -> Answer | str:
        """Send one request; returns the answer or, of a redirect, where it leads."""
        host = self._host(url)
        pool = self._pool(host, url)
        self._wait(host, url)
        manners = self._manners
        deadline = time.monotonic() + manners.total
        headers = {"User-Agent": manners.agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip", **conditions}
        try:
            response = _in_time(
                lambda: pool.request(
                    "GET", url, headers=headers, redirect=False, retries=False, preload_content=False,
                    timeout=Timeout(connect=manners.timeout, read=manners.timeout),
                ),
                manners.total,
            )  # fmt: skip
            try:
                if response.status in _REDIRECTS and (location := response.headers.get("Location")):
                    return _target(location, url)
                _check_status(response, url, asked_for_changes=bool(conditions))
                return self._answer(response, url, deadline, robots)
            finally:
                response.close()
        except HTTPError as error:
            raise _network_problem(error, url, manners.timeout) from error
        except futures.TimeoutError:
            raise FetchError(f"the answer did not begin within {manners.total:g} s", url, of_host=True) from None
        except (OSError, ValueError, LookupError, HTTPException) as error:  # one page must not end the fetch
            raise FetchError(f"the answer cannot be read: {error!r}", url) from error
        finally:
            host.ready_at = time.monotonic() + host.delay

    def _wait(self, host: _Host, url: str) -> None:
        left = host.ready_at - time.monotonic()
        if left > self._manners.longest_wait:
            message = f"{host_of(url)} asks to be left alone for {left:,.0f} s; try again later, or with a lower limit"
            raise FetchError(message, url, of_host=True)
        if left > 0:
            time.sleep(left)

    def _pool(self, host: _Host, url: str) -> PoolManager:
        name = host_of(url)
        scheme = parse_url(url).scheme or ""
        proxy = None if proxy_bypass(name) else getproxies().get(scheme)
        host.trusted = host.trusted or proxy is not None or name in self._trusted or _is_public(name, url)
        if not host.trusted:
            raise FetchError(f"{name} has a private address; such hosts are asked only where they are named", url)
        if (scheme, proxy) not in self._pools:
            try:
                self._pools[scheme, proxy] = _make_pool(scheme, proxy)
            except HTTPError as error:
                raise FetchError(f"the proxy of the environment cannot be used: {error}", url, of_host=True) from error
        return self._pools[scheme, proxy]

    def _answer(self, response: BaseHTTPResponse, url: str, deadline: float, robots: bool) -> Answer:
        kind, charset = _content_type(response)
        if not robots and response.status == 200:
            _check_type(kind, url)
        return Answer(
            url=url,
            status=response.status,
            type=kind,
            charset=charset,
            body=self._body(response, url, deadline, robots),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )

    def _body(self, response: BaseHTTPResponse, url: str, deadline: float, robots: bool) -> bytes:
        """Read and unpack a body within the limits; of robots.txt its beginning is enough."""
        most = _ROBOTS_BYTES if robots else self._manners.max_bytes
        too_large = FetchError(f"the answer has more than {most / 1_000_000:g} MB", url)
        if not robots and int(_digits(response.headers.get("Content-Length"))) > most:
            raise too_large
        raw = bytearray()
        while len(raw) <= most and (part := response.read1(_CHUNK, decode_content=False)):
            raw += part
            if time.monotonic() > deadline:
                raise FetchError(f"the answer had no end after {self._manners.total:g} s", url)
        try:  # by its first bytes, for what headers say of packing is not always so
            body = unpack(io.BytesIO(raw)).read(most + 1)
        except ReadError as problem:
            raise FetchError(problem.message, url) from problem
        except OSError as error:
            raise FetchError(str(error), url) from error
        if len(body) > most and not robots:
            raise too_large
        packing = (response.headers.get("Content-Encoding") or "").lower()
        if packing not in ("", "identity", "gzip", "x-gzip", "zstd"):
            raise FetchError(f"the answer is packed by {packing!r}, which was not asked for", url)
        return body


class _Host:
    """What is known of a host and port."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.ready_at = 0.0
        self.trusted = False


def _make_pool(scheme: str, proxy: str | None) -> PoolManager:
    context = None
    if scheme == "https":
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())  # some systems bring no authorities of their own
    if proxy is None:
        return PoolManager(maxsize=1, ssl_context=context)
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    login = parse_url(proxy).auth
    headers = make_headers(proxy_basic_auth=unquote(login)) if login else None
    return ProxyManager(proxy, maxsize=1, ssl_context=context, proxy_headers=headers)


def _in_time(ask: Callable[[], BaseHTTPResponse], seconds: float) -> BaseHTTPResponse:
    """Wait for the head of an answer, each of whose bytes may take the whole timeout."""
    answer: futures.Future[BaseHTTPResponse] = futures.Future()

    def work() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=work, daemon=True).start()  # one that never ends must not keep us
    return answer.result(seconds)


def _is_public(host: str, url: str) -> bool:
    try:
        found = socket.getaddrinfo(host.strip("[]"), None)
    except OSError as error:
        raise _unknown_host(url) from error
    return all(ipaddress.ip_address(str(info[4][0]).partition("%")[0]).is_global for info in found)


def _unknown_host(url: str) -> FetchError:
    message = f"no host has the name {host_of(url)}; check the address and the connection"
    return FetchError(message, url, of_host=True)


def _target(location: str, url: str) -> str:
    """Where a redirect leads."""
    try:
        return address(quote(location.encode("latin-1", "replace"), safe=string.punctuation), url)
    except FetchError as problem:
        raise FetchError(f"it redirects to {problem.url}: {problem.message}", url) from problem


def _check_status(response: BaseHTTPResponse, url: str, *, asked_for_changes: bool) -> None:
    status = response.status
    if status == 200 or (status == 304 and asked_for_changes):
        return
    phrase = next((known.phrase for known in HTTPStatus if known == status), response.reason or "")
    temporary = status in _TEMPORARY
    try:
        after = Retry().parse_retry_after(response.headers["Retry-After"]) if temporary else None
    except (KeyError, InvalidHeader):
        after = None
    message = f"the server answered {status} {phrase}".strip()
    raise FetchError(message, url, status=status, temporary=temporary, of_host=status in _OF_HOST, after=after)


def _check_type(kind: str, url: str) -> None:
    if kind in HTML or kind in UNCERTAIN or kind in FEED_TYPES or kind.endswith("+xml"):
        return
    if kind in _PACKED and re.search(r"\.gz$", parse_url(url).path or "", re.IGNORECASE):
        return
    raise not_taken(kind, url)


def not_taken(kind: str, url: str) -> FetchError:
    """Say that something is no page, feed or sitemap."""
    return FetchError(f"it is {kind or 'of unknown type'}; only web pages, RSS, Atom and sitemaps are taken", url)


def _content_type(response: BaseHTTPResponse) -> tuple[str, str | None]:
    given = response.headers.get("Content-Type")
    if not given:
        return "", None
    message = Message()
    message["Content-Type"] = given
    return given.partition(";")[0].strip().lower(), message.get_content_charset()


def _header(response: BaseHTTPResponse, name: str) -> str | None:
    return " ".join((response.headers.get(name) or "").split()) or None


def _digits(words: str | None) -> str:
    return words if words and words.isdecimal() else "0"


def _network_problem(error: HTTPError, url: str, timeout: float) -> FetchError:
    if isinstance(error, ProxyError):
        return FetchError(f"the proxy cannot be used: {error.original_error}", url, of_host=True)
    if isinstance(error, NameResolutionError):
        return _unknown_host(url)
    if isinstance(error, SSLError):
        return FetchError(f"the connection cannot be trusted: {error}", url, of_host=True)
    if isinstance(error, NewConnectionError):
        reason = error.__cause__
        message = f"no connection: {reason.strerror if isinstance(reason, OSError) else error}"
    elif isinstance(error, TimeoutError):
        message = f"no answer within {timeout:g} s"
    else:
        return FetchError("the connection broke off", url, temporary=True)
    return FetchError(message, url, temporary=True, of_host=True)
