"""How a zip and its 目録 name files whose own names zips cannot hold; nothing is lost."""

from __future__ import annotations

import os
import unicodedata
from urllib.parse import unquote_to_bytes

_QUOTED = frozenset("%\\")  # the quoting itself, and what Windows takes for a folder
_REFUSED = frozenset('\\:*?"<>|')  # characters that Windows takes in no name
_ON_WINDOWS = os.name == "nt"


def member_name(name: str) -> str:
    """A relative path with '/' as the zip names it.

    Control characters, backslashes, % and bytes that are no UTF-8 become `%0A`; two different
    names never become one.
    """
    return "".join(_quoted(char) if _is_quoted(char) else char for char in name)


def original_name(member: str) -> str:
    """The name that `member_name` was given; the quoted one where this system cannot hold it."""
    try:
        name = os.fsdecode(unquote_to_bytes(member))
    except UnicodeDecodeError:
        return member
    if not _ON_WINDOWS:
        return name
    return "".join(_quoted(c) if c in _REFUSED or c < " " else c for c in name)


def is_safe(member: str) -> bool:
    """True if the name leads to a place inside the folder it is laid into."""
    name = original_name(member)
    return "\0" not in name and not {"", ".", ".."} & set(name.split("/"))


def _is_quoted(char: str) -> bool:
    return char in _QUOTED or unicodedata.category(char) in ("Cc", "Cs")


def _quoted(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(char))
