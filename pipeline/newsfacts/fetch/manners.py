"""How a server is treated, and how much is taken from it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsfacts import __version__
from newsfacts.read.page import MAX_PAGE_BYTES

_AGENT = re.compile(r"([A-Za-z][\w.-]*)(?:/| |$)[ -~]*")


@dataclass(frozen=True, slots=True)
class Manners:
    """The settings of a fetch; all times in seconds.

    ``agent`` names who asks; its first word is what robots.txt is searched for. Raises ``ValueError`` where it is none.
    """

    agent: str = f"newsfacts/{__version__}"
    delay: float = 1.0  # between two requests to a host; robots.txt may ask for more
    timeout: float = 20.0  # until a server must answer, and between the parts of its answer
    total: float = 60.0  # that an answer may take
    longest_wait: float = 120.0  # that a server may ask for; what asks for more is left alone
    backoff: float = 5.0  # before the second try, and doubled before each that follows
    tries: int = 3
    redirects: int = 5
    max_bytes: int = MAX_PAGE_BYTES  # of an answer, unpacked

    def __post_init__(self) -> None:
        if not _AGENT.fullmatch(self.agent):
            raise ValueError(
                f"an agent is a name such as acme-research/1.0 (+https://acme.example), not {self.agent!r}"
            )

    @property
    def token(self) -> str:
        """The name by which robots.txt addresses us."""
        match = _AGENT.match(self.agent)
        assert match
        return match[1]
