"""What is not as it was archived: data, with the words for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What became of a file, an archive or the 台帳."""

    CHANGED = "変更"
    MISSING = "不足"
    ADDED = "追加"
    SWAPPED = "入替え"
    DUPLICATE = "重複"
    COMPRESSED = "圧縮"
    UNSAFE = "名前"
    BROKEN = "破損"
    MANIFEST = "目録"
    REWRITTEN = "zipの作り直し"
    LOST = "zipの不足"
    UNREGISTERED = "台帳にないzip"
    CHAIN = "連鎖"
    LEDGER = "台帳"


_FROM_COPY = "写し（バックアップ）に残っている、保存したときのものと入れ替えてください。"
_REMEDIES = {
    Kind.UNREGISTERED: (
        "保存の途中で止まったものなら、もう一度 kakunin archive を実行すると台帳に載ります。"
        "ほかで作ったものなら、保存のフォルダーから移してください。"
    ),
    Kind.CHAIN: (
        "決裁文書に控えた連鎖の値と見比べ、写し（バックアップ）の保存台帳.json と入れ替えてください。"
    ),
    Kind.LEDGER: "写し（バックアップ）の保存台帳.json と入れ替えてください。",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was: in which archive, at which file in it ('' the whole)."""

    kind: Kind
    archive: str
    member: str
    words: str

    @property
    def remedy(self) -> str:
        """What to do."""
        return _REMEDIES.get(self.kind, _FROM_COPY)
