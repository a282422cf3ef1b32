"""What of a year is still open before it is archived, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kakunin_xlsx.folders import OutputFolder, RoundFolder
from kakunin_xlsx.merge import (
    ANSWERS,
    FINDINGS,
    MANIFEST,
    OPEN_STAGES,
    PROGRESS,
    Stage,
)
from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.office.conditions import ConditionsBroken, load_conditions
from kakunin_xlsx.office.gather import gather, merged_rounds
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record.table import read_rows

_UNREAD = "読取不可"


def open_items(plan: Plan, year: FiscalYear, output: OutputFolder, masters: str) -> tuple[str, ...]:
    """Everything that a year's end should not leave; its merges must not be stale."""
    rounds = plan.rounds_in_order
    return (
        *(item for round_ in rounds for item in _round(plan, year, round_, output)),
        *_opinions(plan, year, output),
        *_report(plan, year, output, masters),
    )


def _round(plan: Plan, year: FiscalYear, round_: Round, output: OutputFolder) -> Iterator[str]:
    folder = output.round(year, round_)
    if not (folder.merged / MANIFEST).is_file():
        if round_ == plan.main_round or _begun(folder):
            command = f"kakunin merge {plan.words_for(year, round_)}"
            yield f"{round_.name}：取りまとめていません（{command}）"
        return
    for line in read_rows((folder.merged / PROGRESS).read_bytes()):
        if _is_open(line):
            yield f"{round_.name}：{line['回答元']}（{line['状態']}）"
    findings = read_rows((folder.merged / FINDINGS).read_bytes())
    if unread := [row["ファイル"] for row in findings if row["重要度"] == _UNREAD]:
        yield f"{round_.name}：{_UNREAD}のファイル（{'、'.join(dict.fromkeys(unread))}）"


def _begun(folder: RoundFolder) -> bool:
    """True if forms were issued or something came back."""
    there = (folder.issued.glob("*.xlsx"), folder.returned.glob("*"))
    return any(path for paths in there for path in paths)


def _is_open(line: Mapping[str, str]) -> bool:
    """Who was asked for nothing that is required may stay silent."""
    silent = line["状態"] == Stage.MISSING and line["必須欄"] == "0"
    return line["状態"] in OPEN_STAGES and not silent


def _opinions(plan: Plan, year: FiscalYear, output: OutputFolder) -> Iterator[str]:
    """Opinions of councils to which somebody has not answered."""
    from kakunin_xlsx.report.view import YearView

    if plan.main_round not in merged_rounds(plan, year, output):
        return
    for said in YearView.of(plan, year, gather(plan, year, output)).opinions.unanswered:
        yield f"意見{said.no}（{said.short}、{said.about}）：未回答（{'、'.join(said.open)}）"


def _report(plan: Plan, year: FiscalYear, output: OutputFolder, masters: str) -> Iterator[str]:
    """Is the 確認表 made, from today's merges, and as it was made?"""
    path, command = output.report(year), f"（kakunin report --year {year}）"
    try:
        made = load_conditions(output, year, path.stem)
    except ConditionsBroken:
        made = None
    if made is None or not path.is_file():
        yield f"確認表：作っていないか、作成条件の控えがありません{command}"
        return
    digests = {
        round_.code: sha256((output.round(year, round_).merged / ANSWERS).read_bytes())
        for round_ in merged_rounds(plan, year, output)
    }
    held = {code: each.answers for code, each in made.merges.items()}
    if (held, made.masters) != (digests, masters):
        yield f"確認表：いまの取りまとめや台帳から作ったものではありません{command}"
    elif sha256(path.read_bytes()) != made.files.get(path.name):
        yield f"確認表：{path.name} が、作った後に書き換えられています{command}"
