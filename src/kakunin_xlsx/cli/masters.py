"""`kakunin masters`: check, export, import, proposals and diff of a plan's masters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import (
    SHOWN_PROBLEMS,
    Desk,
    at_desk,
    json_option,
    plan_option,
    stopping,
    told_first,
    year_option,
)
from kakunin_xlsx.cli.show import here
from kakunin_xlsx.codec import to_data
from kakunin_xlsx.folders.files import write_file
from kakunin_xlsx.plan.readings import WAITING
from kakunin_xlsx.plan.schema import TABLE
from kakunin_xlsx.stop import Stop

if TYPE_CHECKING:
    from kakunin_xlsx.plan import Sentence

_PROBLEMS = "台帳の直す箇所.csv"
_SHOWN_READINGS = 8
_BOOK = click.argument("path", type=click.Path(path_type=Path, dir_okay=False), metavar="台帳.xlsx")
_PLACE = click.Path(path_type=Path, exists=False)


class InOrder(click.Group):
    """Sub-commands in the order they are used, not the alphabet's."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """As they were added."""
        return list(self.commands)


@click.group("masters", cls=InOrder)
def command() -> None:
    """計画の台帳（masters フォルダーの表）を確かめ、改めます。"""


@command.command("check")
@plan_option
@json_option
@stopping
def check(plan_folder: Path | None, as_json: bool) -> None:
    """台帳のつながりを確かめ、件数と、原本と照合が必要な箇所を表示します。

    直す必要のある箇所が多いときは、初めの数件を表示し、全部を「台帳の直す箇所.csv」に書き出します。
    """
    from kakunin_xlsx.office.masters import inspect_masters, problems_csv
    from kakunin_xlsx.plan import MastersBroken

    try:
        found = inspect_masters(Desk(plan_folder).masters_folder)
    except MastersBroken as broken:
        if len(broken.problems) <= SHOWN_PROBLEMS:
            raise
        rest, done = len(broken.problems) - SHOWN_PROBLEMS, "書き出しました。"
        try:
            write_file(Path(_PROBLEMS), problems_csv(broken.problems))
        except Stop as refused:  # it may still be open in Excel
            done = f"書き出せませんでした。\n{refused}"
        words = f"{told_first(broken.problems)}\nほか{rest}件も含む全部を {_PROBLEMS} に{done}"
        raise Stop(words) from broken
    if as_json:
        show.as_json(found.as_data())
        return
    click.echo(f"{found.plan.title}（{show.short(found.folder)}）")
    show.table(("項目", "件数"), found.counts.items())
    for each in found.told:
        click.echo(each)
    click.echo(f"原本の文字との照合：{found.proof}")
    if not found.open_readings:
        return
    click.echo("原本（印刷された冊子）と照合が必要な箇所：")
    click.echo("　".join(f"{status} {count}件" for status, count in found.by_status.items()))
    waiting = sorted(found.open_readings, key=lambda each: -WAITING.index(each.status))
    show.table(
        ("状態", "表", "行", "列", "頁"),
        (
            (each.status, TABLE[each.table].title, each.key, each.column, each.page)
            for each in waiting[:_SHOWN_READINGS]
        ),
    )
    rest = len(waiting) - _SHOWN_READINGS
    more = f"ほか{rest}件も含む全部は、" if rest > 0 else ""
    told = "Excelのシート「照合する箇所」で見比べます：kakunin masters export 台帳.xlsx"
    click.echo(here(f"{more}{told}"))


@command.command("export")
@_BOOK
@at_desk
def export(path: Path, plan_folder: Path | None, output: Path, as_json: bool) -> None:
    """台帳をExcelのブックに書き出します。

    表ごとに1枚のシートになり、冊子と見比べる箇所は「照合する箇所」に、取りまとめに届いた
    目標変更案と修正提案は「提案」に並びます。Excelで直したら、kakunin masters import で
    台帳に取り込みます。
    """
    from kakunin_xlsx.office.masters_book import export_masters

    desk = Desk(plan_folder, output)
    exported = export_masters(desk.masters_folder, path, desk.unclaimed_output)
    if as_json:
        show.as_json(exported.as_data())
        return
    show.notices(exported.notices)
    click.echo(f"{exported.masters.title}（{show.short(desk.masters_folder)}）")
    click.echo(f"書き出しました：{show.short(path)}")
    for waiting in exported.waiting:
        click.echo(here(waiting))
    typed = show.quoted(show.short(path))
    click.echo(here(f"直したら、次のとおり取り込みます：kakunin masters import {typed}"))


@command.command("import")
@_BOOK
@click.option("--dry-run", is_flag=True, help="書き込まずに、変わるところだけを表示します。")
@at_desk
def import_(
    path: Path, dry_run: bool, plan_folder: Path | None, output: Path, as_json: bool
) -> None:
    """Excelで直した台帳を取り込みます。

    変わるところを文章で示し、全部が台帳に合うときだけ書き込みます。直す必要のある箇所があるときは、
    シートとセルを示して、何も書き込みません。シート「提案」で決めた採否も、一緒に取り込みます。
    """
    from kakunin_xlsx.office.masters_book import import_masters

    desk = Desk(plan_folder, output, writes=not dry_run, revises=not dry_run)
    found = import_masters(desk.masters_folder, path, dry_run, desk.unclaimed_output)
    if as_json:
        show.as_json(found.as_data())
        return
    show.notices(found.notices)
    if not found.files:
        click.echo("変更なし（台帳はそのままです）。")
        return
    for line in found.decided:
        click.echo(f"・{show.plain(line)}")
    _say(found.differences)
    if not found.written:
        click.echo("（--dry-run のため、書き込んでいません。）")
        return
    for file in found.files:
        click.echo(f"書き込みました：{show.short(file)}")
    if found.differences:
        anew = "台帳が変わったので、作成中の年度があれば kakunin merge からやり直してください。"
        click.echo(here(anew))


@command.command("proposals")
@year_option
@at_desk
def proposals_(year_word: str, plan_folder: Path | None, output: Path, as_json: bool) -> None:
    """目標変更案と修正提案を一覧にします（採否は masters export で書き出した台帳で決めます）。"""
    from kakunin_xlsx.office.proposals import OPEN, proposals

    desk = Desk(plan_folder, output)
    at = desk.year_at(year_word)
    year, found = at.year, proposals(at)
    if as_json:
        show.as_json(to_data(found))
        return
    if not found:
        click.echo(f"{year.name}の取りまとめに、台帳への提案はありません。")
        return
    show.table(
        ("番号", "採否", "回答元", "行", "項目", "いまの文", "提案", "記入されたところ"),
        (
            (
                each.number,
                each.state if each.state == OPEN else f"{each.state}（{each.decided}）",
                each.respondent,
                each.row,
                each.item,
                each.now or "（空欄）",
                each.typed,
                "\n".join(each.places),
            )
            for each in found
        ),
        title=f"{year.name}の取りまとめにある、台帳への提案",
    )
    if any(each.state == OPEN for each in found):
        how = (
            "採否を決めるとき：kakunin masters export 台帳.xlsx で書き出し、シート「提案」に書いて、"
            "kakunin masters import 台帳.xlsx で取り込みます。"
        )
        click.echo(here(how))


@command.command("diff")
@click.argument("old", type=_PLACE, metavar="前")
@click.argument("new", type=_PLACE, metavar="後")
@json_option
@stopping
def diff(old: Path, new: Path, as_json: bool) -> None:
    """二つの台帳の違いを、文章で表示します。

    前と後には、台帳のフォルダーか、保存した年度のファイル（令和7年度.zip など）を指定します。
    """
    from kakunin_xlsx.office.masters import as_data, differences

    found = differences(old, new)
    if as_json:
        show.as_json(as_data(found))
        return
    _say(found)


def _say(found: Sequence[Sentence]) -> None:
    """Each change on a line, its ground below."""
    if not found:
        click.echo("台帳に違いはありません。")
    for each in found:
        click.echo(f"・{show.plain(each.words)}")
        if each.ground:
            click.echo(f"　　根拠：{show.plain(each.ground)}")
