"""配布: build the forms of a round and lay them into 1_配布."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder, RoundFolder, form_name, one_book_name, write_file
from kakunin_xlsx.layout import Layout, layout
from kakunin_xlsx.office.before import FROZEN, Before, frozen_bytes, look_back
from kakunin_xlsx.plan import FiscalYear, Plan, Respondent, Round
from kakunin_xlsx.stop import Stop, WrongUsage


class Change(StrEnum):
    """What an issue did to a form's file."""

    NEW = "新規"
    SAME = "変更なし"
    REPLACED = "更新（前のファイルは旧版へ）"


@dataclass(frozen=True, slots=True)
class Issued:
    """One form file: whom it asks, in how many rows, and what became of the file."""

    respondents: tuple[str, ...]
    rows: int  # that are answered here
    repeated: int  # that are shown only
    path: Path
    change: Change


@dataclass(frozen=True, slots=True)
class Issue:
    """The forms of one issue, and in sentences what the office should know of it."""

    forms: tuple[Issued, ...]
    told: tuple[str, ...]


def issue_forms(
    plan: Plan,
    year: FiscalYear,
    round_: Round,
    output: OutputFolder,
    only: Sequence[str] = (),
    one_book: bool = False,
    allow_missing: bool = False,
) -> Issue:
    """Write the forms of `only` (names or codes; all if empty), one file each or one for all.

    Earlier rounds must have no gaps unless `allow_missing`; what they and last year said is laid
    beside the forms. Raises WrongUsage for an unknown respondent, Stop where a file cannot be written.
    """
    asked = _asked(plan.at(year), round_, only)
    before = look_back(plan, year, round_, output)
    if before.gaps and not allow_missing:
        raise Stop(_refusal(round_, before))
    output.claim(plan)
    folder = output.round(year, round_)
    made = [layout(plan, year, round_.code, who, before.record) for who in asked]
    layouts = [one for one in made if one.rows]
    if not layouts:
        raise Stop(f"{round_.name}で回答していただく行がありません（意見が出ていません）。")
    books = [layouts] if one_book else [[one] for one in layouts]
    folder.returned.mkdir(parents=True, exist_ok=True)
    if before.record.answers:
        write_file(folder.issued / FROZEN, frozen_bytes(before.record))
    forms = tuple(_issue(plan, round_, book, folder, one_book) for book in books)
    return Issue(forms, before.told)


def _refusal(round_: Round, before: Before) -> str:
    gaps = "\n".join(f"・{gap}" for gap in before.gaps)
    return (
        f"{round_.name}の様式は、前の照会がそろってから作ります。次の所が残っています。\n{gaps}\n"
        "このまま作るときは --allow-missing を付けてください。"
    )


def _asked(plan: Plan, round_: Round, only: Sequence[str]) -> list[Respondent]:
    everyone = plan.respondents_of(round_)
    names = {who.code: who.name for who in everyone}
    if unknown := [name for name in only if name not in names and name not in names.values()]:
        raise WrongUsage(
            f"回答元「{'」「'.join(unknown)}」は{round_.name}にありません。"
            f"次から選んでください：{'、'.join(names.values())}"
        )
    return [who for who in everyone if not only or who.code in only or who.name in only]


def _issue(
    plan: Plan, round_: Round, layouts: list[Layout], folder: RoundFolder, one_book: bool
) -> Issued:
    from kakunin_xlsx.sheets.workbooks import form_workbook

    year = layouts[0].year
    name = form_name(layouts[0].respondent, year, round_)
    if one_book:
        name = one_book_name(year, round_)
    path = folder.issued / name
    rows = [row for one in layouts for row in one.rows]
    return Issued(
        respondents=tuple(one.respondent for one in layouts),
        rows=sum(row.open for row in rows),
        repeated=sum(not row.open for row in rows),
        path=path,
        change=_lay(path, form_workbook(layouts, plan.style.font), folder),
    )


def _lay(path: Path, data: bytes, folder: RoundFolder) -> Change:
    """Write the form; an older one with other content is kept under 旧版."""
    if not path.exists():
        write_file(path, data)
        return Change.NEW
    before = path.read_bytes()
    if before == data:
        return Change.SAME
    count = 1
    while (kept := folder.superseded / f"{path.stem}_{count}.xlsx").exists():
        count += 1
    write_file(kept, before)
    write_file(path, data)
    return Change.REPLACED
