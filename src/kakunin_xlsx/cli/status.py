"""`kakunin status` and bare `kakunin`: where the year stands and what to do next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kakunin_xlsx.cli.options import (
    Desk,
    json_option,
    output_option,
    plan_option,
    round_option,
    stopping,
    year_option,
)
from kakunin_xlsx.office.status import RoundStatus


@click.command("status")
@year_option
@round_option
@plan_option
@output_option
@json_option
@stopping
def command(
    year_word: str,
    round_word: str | None,
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """配布・回収・取りまとめ・確認表がどこまで進んだかと、次の操作を表示します。"""
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.status import round_status

    desk = Desk(plan_folder, output)
    status = round_status(desk.plan, desk.year(year_word), desk.round(round_word), desk.output)
    if as_json:
        show.as_json(
            {
                "年度": status.year.code,
                "照会": status.round.name,
                "段階": status.stage,
                "配布": status.issued,
                "回収": status.returned,
                "回答元": status.respondents,
                "確認事項": status.severities,
                "次の操作": status.next_step,
            }
        )
        return
    render(status)


@stopping
def show_desk() -> None:
    """The state of the newest year, as bare `kakunin` prints it."""
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.status import at_work, latest_year, year_status

    desk = Desk(None)
    year = latest_year(desk.plan, desk.output, date.today())
    rounds = year_status(desk.plan, year, desk.output)
    if len(rounds) > 1:
        rows = ((each.round.folder.replace("_", "　", 1), each.stage) for each in rounds)
        show.table(("照会", "段階"), rows, title=f"{desk.plan.title}　{year.caption}")
    render(at_work(rounds))
    click.echo("使い方の一覧は kakunin --help で表示します。")


def render(status: RoundStatus) -> None:
    """Print a status for people."""
    from kakunin_xlsx.cli import show

    click.echo(f"{status.plan.title}　{status.round.name}　{status.year.caption}")
    asked = len(status.plan.respondents_of(status.round))
    due = f"{status.due:%Y-%m-%d}" if status.due else "定めなし"
    show.table(
        ("段階", "回答元", "配布したファイル", "届いたファイル", "提出期限"),
        [(status.stage, asked, status.issued, status.returned, due)],
    )
    if status.respondents:
        headings = ("回答元", "状態", "提出回", "記入者", "提出日", "必須欄", "記入済", "確認事項")
        rows = ([row.get(heading, "") for heading in headings] for row in status.respondents)
        show.table(headings, rows)
    if status.severities:
        counts = "　".join(f"{name} {count}件" for name, count in status.severities.items())
        click.echo(f"確認事項：{counts}")
    click.echo(f"次の操作：{status.next_step}")
