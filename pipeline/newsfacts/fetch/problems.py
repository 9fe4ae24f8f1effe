"""Why an address could not be fetched."""

from __future__ import annotations


class FetchError(Exception):
    """A message for people, the address at fault, and whether another try may help.

    ``of_host``: the trouble is the host's rather than the page's. ``after``: seconds that the server asks to wait.
    """

    def __init__(
        self,
        message: str,
        url: str,
        *,
        status: int | None = None,
        temporary: bool = False,
        of_host: bool = False,
        after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.url = url
        self.status = status
        self.temporary = temporary
        self.of_host = of_host
        self.after = after

    def of(self, url: str, message: str) -> FetchError:
        """Make of it the problem of another address on whose host it depends."""
        return FetchError(message, url, status=self.status, temporary=self.temporary, of_host=True, after=self.after)
