"""`kakunin check`: what is wrong in returned files, and the 修正依頼 that ask for it."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import Desk, at_desk, of_round
from kakunin_xlsx.cli.show import here, progress
from kakunin_xlsx.office import reading_ahead

if TYPE_CHECKING:
    from kakunin_xlsx.office.check import Checked
    from kakunin_xlsx.office.status import RoundStatus


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[ファイル]...")
@of_round
@click.option(
    "--annotate",
    is_flag=True,
    help="回答元ごとに、直す所に色とコメントを付けた修正依頼のExcelを作ります。",
)
@click.option(
    "--csv",
    "as_csv",
    is_flag=True,
    help="結果を、確認事項一覧.csv と同じ列の表（CSV）で表示します。",
)
@click.pass_context
@at_desk
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    year_word: str,
    round_word: str | None,
    annotate: bool,
    as_csv: bool,
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """戻ったファイルを点検し、直す所をファイルごとに表示します（取りまとめはしません）。

    ファイルの代わりにフォルダーも指定できます。省略すると「2_回収」を点検します。
    """
    with reading_ahead() as pool, progress("ファイルの読み取り") as tell:
        from kakunin_xlsx.office.check import check_returns
        from kakunin_xlsx.office.status import round_status

        at = Desk(plan_folder, output, writes=annotate).round_at(year_word, round_word)
        checked = check_returns(at, paths, annotate, tell, pool)
    if as_json:
        _as_json(checked)
    elif as_csv:
        # Without CRs: on Windows the stream itself puts one before each LF.
        click.echo(checked.csv().decode("utf-8-sig").replace("\r\n", "\n"), nl=False)
    else:
        click.echo(show.titled(at))
        _render(checked, round_status(at))
    ctx.exit(1 if checked.needs_work else 0)


def _render(checked: Checked, status: RoundStatus) -> None:
    from kakunin_xlsx.cli.menu import numbered

    by_file = sorted(checked.findings, key=lambda finding: finding.place.file)
    named = {finding.place.file for finding in by_file}
    for file, findings in groupby(by_file, key=lambda finding: finding.place.file):
        click.echo(f"\n■ {show.plain(file) or 'ファイルに関わらないもの'}")
        for finding in findings:
            show.told_finding(finding, with_file=False)
    for returned in checked.returns:
        if returned.file not in named:
            click.echo(f"\n■ {show.plain(returned.file)}\n　確認事項はありません。")
    if not any(each.sheets for each in checked.returns):
        click.echo("\n様式のファイルが見つかりません。")
    _requests(checked)
    click.echo(f"次の操作：{numbered(here(_next(checked, status)))}")


def _requests(checked: Checked) -> None:
    if not checked.requests:
        return
    click.echo("")
    show.table(
        ("回答元", "要修正", "要確認", "修正依頼のファイル"),
        (
            (each.respondent, each.fix, each.confirm, show.short(each.path) if each.path else "－")
            for each in checked.requests
        ),
    )


def _next(checked: Checked, status: RoundStatus) -> str:
    """To have forms corrected; where none is to be, what the state of the round asks for."""
    from kakunin_xlsx.office.status import NextSteps

    requested = any(each.path for each in checked.requests)
    if requested or any(each.fix for each in checked.requests):
        steps = NextSteps.of(status)
        return steps.mend(conflicts=False, to_correct=True, requested=requested)
    return status.next_step


def _as_json(checked: Checked) -> None:
    show.as_json(
        {
            "ファイル": [
                {
                    "ファイル": each.paths,
                    "SHA256": each.sha256,
                    "シート": [
                        {"シート": sheet.name, "目印": str(sheet.identity)} for sheet in each.sheets
                    ],
                }
                for each in checked.returns
            ],
            "確認事項": [asdict(each) for each in checked.findings],
            "修正依頼": [asdict(each) for each in checked.requests],
        }
    )
