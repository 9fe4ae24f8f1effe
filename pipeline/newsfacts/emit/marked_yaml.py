"""YAML as people write it, taken at its word: a scalar is the text that stands there, and every value has its line.

What YAML makes of ``no``, ``1_000`` or ``2024-05-24`` is left to whoever knows what the field means; only an empty
value, ``~`` and ``null`` without quotation marks are null. Tags, anchors and duplicate keys are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

Keys: TypeAlias = tuple[str | int, ...]
_NULL = frozenset({"", "~", "null"})
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # in C where the library was built so: four times as fast


class YamlError(ValueError):
    """What is no YAML, or more of it than we take: the line, if it is known, and what is wrong."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(slots=True)
class Marked:
    """A document of dicts, lists, texts and None, and the line, from 1, where each value begins, by the keys to it."""

    data: Any = None
    lines: dict[Keys, int] = field(default_factory=dict)

    def line(self, keys: Keys) -> int | None:
        """The line of a value or, where it is missing, of what it is missing from."""
        return next((self.lines[part] for end in range(len(keys), -1, -1) if (part := keys[:end]) in self.lines), None)


def parse_yaml(content: bytes) -> Marked:
    """Parse one YAML document in UTF-8; an empty one is None. Raises ``YamlError``."""
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=_LOADER)
        marked = Marked()
        if root is not None:
            marked.data = _data(root, (), root.start_mark.line + 1, marked, set())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise YamlError(f"not UTF-8: byte {error.start + 1}; save the file as UTF-8", line) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"no YAML: {error.problem or error.context}"
        if mark is None:
            raise YamlError(message) from None
        raise YamlError(f"{message}, at character {mark.column + 1}", mark.line + 1) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(f"no YAML that can be read: {' '.join(str(error).split())}") from None
    return marked


def _data(node: Any, keys: Keys, line: int, marked: Marked, seen: set[int]) -> Any:
    here = node.start_mark.line + 1
    if id(node) in seen:
        raise YamlError("an alias (*name) of this value is not taken; write it out again", here)
    seen.add(id(node))
    if node.tag not in (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")):
        raise YamlError("a tag (!name) is not taken", here)
    marked.lines[keys] = line
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in _NULL else node.value
    if isinstance(node, yaml.SequenceNode):
        return [
            _data(part, (*keys, number), part.start_mark.line + 1, marked, seen)
            for number, part in enumerate(node.value)
        ]
    data: dict[str, Any] = {}
    for key, value in node.value:
        place = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError("a field's name must be a word", place)
        if key.value in data:
            message = f"the field {key.value} stands in line {marked.lines[*keys, key.value]} already"
            raise YamlError(message, place)
        data[key.value] = _data(value, (*keys, key.value), place, marked, seen)
    return data
