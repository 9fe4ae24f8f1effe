"""Libraries that only some exports need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from newsfacts.dataset.errors import DatasetError


def library(name: str) -> Any:
    """Import a library of the extra ``export``; raise ``DatasetError`` with how to install it where it is missing."""
    try:
        return import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise DatasetError(package, "not installed; install it with: pip install 'newsfacts[export]'") from None
