"""Link quantities, periods and names into facts.

The component brings spaCy with it and is imported when it is first asked for; names are compared without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsfacts.link.component import Linker, make_linker

__all__ = ["Linker", "make_linker"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from newsfacts.link import component

        return getattr(component, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
