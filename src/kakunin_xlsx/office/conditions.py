"""作成条件: what a paper was made from and for, kept beside it so that it can be made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.plan import Audience, FiscalYear


class ConditionsBroken(ValueError):
    """The text is no 作成条件 that this tool wrote."""


@dataclass(frozen=True, slots=True)
class Front:
    """What the office says on page one of a paper."""

    no: str = ""
    date: str = ""
    agenda: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """Digests of the 回答一覧 and the 確認事項一覧 of one round."""

    answers: str
    findings: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything but the plan and the answers that decides what a paper says.

    `since` is the 版 it was compared with, `edition` the one it is. `merges` are the rounds it
    holds, by code; `masters` and `past` digests of the masters and of the earlier years'
    answers ('' if it shows none); `files` digests of what was written, by name.
    """

    front: Front
    audience: Audience
    since: int | None
    edition: int | None
    merges: Mapping[str, Merge]
    masters: str
    past: str
    files: Mapping[str, str]

    def to_json(self) -> bytes:
        """As UTF-8 text that people can read; no time stamps."""
        data = {
            "資料番号": self.front.no,
            "会議の日": self.front.date,
            "御意見をいただきたいこと": list(self.front.agenda),
            "公開範囲": str(self.audience),
            "比べた版": self.since,
            "残した版": self.edition,
            "載せた照会": {
                code: {"回答一覧のSHA256": each.answers, "確認事項一覧のSHA256": each.findings}
                for code, each in self.merges.items()
            },
            "計画データのSHA256": self.masters,
            "過去の回答のSHA256": self.past,
            "ファイルのSHA256": dict(self.files),
        }
        return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def read_conditions(data: bytes) -> Conditions:
    """Read `to_json` back. Raises ConditionsBroken."""
    try:
        read = json.loads(data)
        agenda = tuple(map(_text, read["御意見をいただきたいこと"]))
        front = Front(_text(read["資料番号"]), _text(read["会議の日"]), agenda)
        return Conditions(
            front=front,
            audience=Audience(read["公開範囲"]),
            since=_number(read["比べた版"]),
            edition=_number(read["残した版"]),
            merges={
                code: Merge(each["回答一覧のSHA256"], each["確認事項一覧のSHA256"])
                for code, each in read["載せた照会"].items()
            },
            masters=read["計画データのSHA256"],
            past=read["過去の回答のSHA256"],
            files=dict(read["ファイルのSHA256"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        raise ConditionsBroken("確認表の作成条件を読めません。") from broken


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _number(value: object) -> int | None:
    if value is not None and not isinstance(value, int):
        raise TypeError("number")
    return value


def load_conditions(output: OutputFolder, year: FiscalYear, paper: str) -> Conditions | None:
    """How a paper was made; None where that was not kept. Raises ConditionsBroken."""
    path: Path = output.conditions(year, paper)
    return read_conditions(path.read_bytes()) if path.is_file() else None
