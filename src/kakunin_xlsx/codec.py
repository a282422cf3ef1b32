"""Dataclasses as JSON that people can read, and back, strictly: one way for every such file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_T = TypeVar("_T")


class Unread(ValueError):
    """The text is no JSON that `to_json` wrote of that class."""


def key(
    name: str,
    default: Any = dataclasses.MISSING,
    rare: bool = False,
    columns: tuple[str, ...] = (),
    check: Callable[[Any], object] = lambda _: True,
) -> Any:
    """A field that the file names `name`; a dataclass in a field without one is no level there.

    `rare`: left out where it is its default. `columns`: pairs, as rows with these two headings.
    `check` says if a value that was read may be one.
    """
    told = {"key": name, "rare": rare, "columns": columns, "check": check}
    return dataclasses.field(default=default, metadata=told)


def to_json(value: Any, indent: int = 2) -> bytes:
    """As UTF-8, ending in a line feed."""
    return (json.dumps(to_data(value), ensure_ascii=False, indent=indent) + "\n").encode()


def to_data(value: Any) -> Any:
    """What json.dumps takes."""
    if isinstance(value, Mapping):
        return {name: to_data(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [to_data(each) for each in value]
    if not (dataclasses.is_dataclass(value) and any(f.metadata for f in dataclasses.fields(value))):
        return value.value if isinstance(value, Enum) else value
    data: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        told, own = field.metadata, getattr(value, field.name)
        if not told:
            data |= to_data(own)
        elif told["columns"]:
            data[told["key"]] = [dict(zip(told["columns"], each, strict=True)) for each in own]
        elif not (told["rare"] and own == field.default):
            data[told["key"]] = to_data(own)
    return data


def data_of(data: bytes) -> Any:
    """What a file of JSON holds, whoever wrote it. Raises Unread."""
    try:
        return json.loads(data.decode("utf-8-sig", "surrogatepass"))
    except (ValueError, RecursionError) as broken:
        raise Unread(repr(broken)) from broken


def from_json(kind: type[_T], data: bytes) -> _T:
    """Read `to_json` back; keys that `kind` does not have are passed over. Raises Unread."""
    try:
        read: _T = _read(kind, data_of(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise Unread(f"{kind.__name__}: {broken!r}") from broken
    return read


def _read(kind: Any, value: Any) -> Any:
    """`value` as a str, a bool, a count (int, not negative), or as what holds these."""
    of = get_args(kind)
    if type(None) in of:
        return None if value is None else _read(of[0], value)
    if get_origin(kind) is tuple:
        return tuple(_read(of[0], each) for each in _of_type(list, value))
    if of:
        return {_read(str, name): _read(of[1], each) for name, each in value.items()}
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, value)
    if issubclass(kind, Enum):
        return kind(value)
    if kind is str:
        _of_type(str, value).encode()  # text that UTF-8 can hold
    elif kind is int and _of_type(int, value) < 0:
        raise ValueError("count")
    return _of_type(kind, value)


def _of_type(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(kind.__name__)
    return value


def _dataclass(kind: Any, value: Any) -> Any:
    found, hints = {}, get_type_hints(kind)
    for field in dataclasses.fields(kind):
        told, of = field.metadata, hints[field.name]
        if not told:
            found[field.name] = _read(of, value)
        elif told["columns"]:
            rows = _of_type(list, value[told["key"]])
            found[field.name] = tuple(
                tuple(_read(str, r[c]) for c in told["columns"]) for r in rows
            )
        elif told["key"] in value or field.default is dataclasses.MISSING:
            found[field.name] = _read(of, value[told["key"]])
            if not told["check"](found[field.name]):
                raise ValueError(told["key"])
    return kind(**found)
