"""作成条件: what a paper was made from and for, kept beside it so that it can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kakunin_xlsx.codec import Unread, from_json, key
from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.plan import Audience, FiscalYear


class ConditionsBroken(ValueError):
    """The text is no 作成条件 that this tool wrote."""


@dataclass(frozen=True, slots=True)
class Front:
    """What the office says on page one of a paper."""

    no: str = key("資料番号", "")
    date: str = key("会議の日", "")
    agenda: tuple[str, ...] = key("御意見をいただきたいこと", ())


@dataclass(frozen=True, slots=True)
class Merge:
    """Digests of the 回答一覧 and the 確認事項一覧 of one round."""

    answers: str = key("回答一覧のSHA256")
    findings: str = key("確認事項一覧のSHA256")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything but the plan and the answers that decides what a paper says.

    `since` is the 版 it was compared with, `edition` the one it is. `merges` are the rounds it
    holds, by code; `masters` and `past` digests of the masters and of the earlier years'
    answers ('' if it shows none); `files` digests of what was written, by name.
    """

    front: Front
    audience: Audience = key("公開範囲")
    since: int | None = key("比べた版")
    edition: int | None = key("残した版")
    merges: Mapping[str, Merge] = key("載せた照会")
    masters: str = key("計画データのSHA256")
    past: str = key("過去の回答のSHA256")
    files: Mapping[str, str] = key("ファイルのSHA256")


def load_conditions(output: OutputFolder, year: FiscalYear, paper: str) -> Conditions | None:
    """How a paper was made; None where that was not kept. Raises ConditionsBroken."""
    path: Path = output.conditions(year, paper)
    if not path.is_file():
        return None
    try:
        return from_json(Conditions, path.read_bytes())
    except Unread as broken:
        raise ConditionsBroken("確認表の作成条件を読めません。") from broken
