"""The list of what is in the bundle and under which licence, from the wheels' own words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from email.message import Message

from bundle.wheels import Wheel

_HEAD = """\
この一式に入っている部品と、その利用条件（ライセンス）の一覧です。
どれも公開されている部品です。条件の全文は、入れた後の次の場所にあります。
  Windows：env\\Lib\\site-packages\\（名前）-（版）.dist-info
  Linux：env/lib/python3.*/site-packages/（名前）-（版）.dist-info
"""
_LONGEST = 60  # characters; some put the whole text into one field


def licence_list(wheels: Collection[Wheel]) -> str:
    """One line per package and version."""
    lines = {f"{wheel.name} {wheel.version}　{_licence(wheel.metadata())}" for wheel in wheels}
    return "\n".join([_HEAD, *sorted(lines), ""])


def _licence(metadata: Message) -> str:
    return next(_named(metadata), "（部品の中のライセンスの文書によります）")


def _named(metadata: Message) -> Iterator[str]:
    for field in ("License-Expression", "License"):
        value = str(metadata.get(field, "")).strip()
        if value and "\n" not in value and len(value) <= _LONGEST:
            yield value
    for classifier in metadata.get_all("Classifier", []):
        if classifier.startswith("License :: "):
            yield classifier.rpartition(" :: ")[2]
