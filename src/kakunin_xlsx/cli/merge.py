"""`kakunin merge`: what was returned becomes 回答一覧.csv and its companions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import Desk, at_desk, of_round
from kakunin_xlsx.cli.show import here, progress
from kakunin_xlsx.office import reading_ahead

if TYPE_CHECKING:
    from kakunin_xlsx.office.merge import Collected
    from kakunin_xlsx.office.status import NextSteps

_PATH = click.Path(path_type=Path)
_SHOWN = 20  # findings on screen; the file holds all
_MOST_LINES = 100  # 回答元 on screen; where there are more, those who have to do something


@click.command("merge")
@of_round
@click.argument("paths", nargs=-1, type=_PATH, metavar="[ファイル]...")
@click.option(
    "--prefer",
    multiple=True,
    type=_PATH,
    metavar="ファイル",
    help="回答の相違で、このファイルの値を採ります（決定.csv に残ります）。",
)
@click.option("--dry-run", is_flag=True, help="何も書き込まずに、結果だけを表示します。")
@click.pass_context
@at_desk
def command(
    ctx: click.Context,
    year_word: str,
    round_word: str | None,
    paths: tuple[Path, ...],
    prefer: tuple[Path, ...],
    dry_run: bool,
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """「2_回収」のファイルを読み取り、確かめ、回答一覧.csv などに取りまとめます。

    ファイルを付けると、先に「2_回収」へ写します。何度実行しても構いません。
    """
    with reading_ahead() as pool, progress("回収ファイルの読み取り") as tell:
        from kakunin_xlsx.office.merge import collect_returns
        from kakunin_xlsx.office.status import NextSteps

        desk = Desk(plan_folder, output, writes=not dry_run)
        at, masters = desk.round_at(year_word, round_word), desk.masters_folder
        collected = collect_returns(at, masters, paths, prefer, dry_run, tell, pool=pool)
    if as_json:
        _as_json(collected)
    else:
        click.echo(show.titled(at))
        render(collected, NextSteps.of(at))
    ctx.exit(1 if collected.needs_work else 0)


def render(collected: Collected, steps: NextSteps, most: int = _MOST_LINES) -> None:
    """Print a merge for people and what comes after; `most` 回答元 are listed."""
    from kakunin_xlsx.cli.menu import numbered

    if not collected.has_forms:
        what = "ファイルがありません" if not collected.returns else "様式のファイルがありません"
        click.echo(f"{show.short(collected.folder.returned)} に、{what}。")
        click.echo(
            f"{steps.whom}から戻ったファイルをこのフォルダーに入れて、もう一度実行してください。"
        )
    for line in collected.summary():
        click.echo(here(line))
    lines = collected.merged.progress
    if len(lines) > most:
        lines = collected.worst_first
    show.table(
        ("回答元", "状態", "提出回", "必須欄", "記入済", "確認事項", "ファイル"),
        (
            (
                line.name,
                line.stage,
                line.turn or "",
                line.required,
                line.filled,
                line.findings,
                line.file,
            )
            for line in lines[:most]
        ),
    )
    if len(lines) > most:
        click.echo(f"ほか{len(lines) - most}件は、回収状況.csv をご覧ください。")
    findings = collected.merged.findings
    for finding in findings[:_SHOWN]:
        show.told_finding(finding)
    if len(findings) > _SHOWN:
        click.echo(f"ほか{len(findings) - _SHOWN}件は、確認事項一覧.csv をご覧ください。")
    if not collected.written:
        click.echo("試しの実行のため、何も書き込んでいません。")
        return
    click.echo(f"書き込んだ場所：{show.short(collected.folder.merged)}")
    click.echo(f"次の操作：{numbered(here(_next(collected, steps)))}")


def _next(collected: Collected, steps: NextSteps) -> str:
    if not collected.needs_work:
        return steps.report
    return steps.mend(
        conflicts=bool(collected.merged.conflicts),
        to_correct=collected.correctable,
        for_office=collected.for_office,
    )


def _as_json(collected: Collected) -> None:
    show.as_json(
        {
            "回収状況": [asdict(each) for each in collected.merged.progress],
            "確認事項": [asdict(each) for each in collected.merged.findings],
            "回答の相違": [asdict(each) for each in collected.merged.conflicts],
            "修正提案": [asdict(each) for each in collected.merged.proposals],
            "決定": [asdict(each) for each in collected.taken],
            "反映していない回答": collected.merged.answers.aside,
            "書き込み": collected.written,
        }
    )
