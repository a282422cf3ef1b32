"""`kakunin masters revise`: take one proposal into the masters, or decline it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli.options import Desk, output_option, plan_option, stopping, year_option
from kakunin_xlsx.stop import WrongUsage

if TYPE_CHECKING:
    from kakunin_xlsx.office.take import Outcome


@click.command("revise")
@year_option
@click.option("--no", "number", type=int, required=True, metavar="番号", help="提案の番号")
@click.option(
    "--from",
    "from_word",
    metavar="R8",
    help="いつからの改訂か（省略すると提案のとおりか、次の年度）",
)
@click.option("--who", required=True, metavar="氏名", help="決めた人")
@click.option("--why", required=True, metavar="理由", help="決めた理由（会議の名前など）")
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="2026-10-01", help="決めた日"
)
@click.option("--text", default="", metavar="文", help="提案と違う文にするときの、新しい文")
@click.option(
    "--correct", is_flag=True, help="書き誤りとして、全ての年度の文を直します（行を分けません）。"
)
@click.option("--decline", is_flag=True, help="採らないことを記録します（台帳は変えません）。")
@click.option("--dry-run", is_flag=True, help="書き込まずに、変わるところだけを表示します。")
@plan_option
@output_option
@stopping
def command(
    year_word: str,
    number: int,
    from_word: str | None,
    who: str,
    why: str,
    day: datetime | None,
    text: str,
    correct: bool,
    decline: bool,
    dry_run: bool,
    plan_folder: Path | None,
    output: Path,
) -> None:
    """提案を一つ、台帳に採り入れます。誰が、いつ、なぜ決めたかを残します。

    --from の年度から新しい文になり、前の年度の様式と確認表は元の文のままです。
    """
    from kakunin_xlsx.office import take

    if decline and (from_word or text or correct):
        raise WrongUsage("--decline には、--from、--text、--correct を付けません。")
    desk = Desk(plan_folder, output, writes=not dry_run, revises=not (dry_run or decline))
    verdict = take.Verdict(
        number=number,
        who=who.strip(),
        why=why.strip(),
        on=(day.date() if day else date.today()).isoformat(),
        text=text.strip(),
        first_year=desk.year(from_word) if from_word else None,
        correct=correct,
    )
    if not (verdict.who and verdict.why):
        raise WrongUsage("--who に決めた人、--why に理由を書いてください。")
    year = desk.year(year_word)
    if decline:
        _say(take.decline(desk.plan, year, desk.output, verdict, dry_run))
    else:
        _say(take.take(desk.plan, desk.masters_folder, year, desk.output, verdict, dry_run))


def _say(outcome: Outcome) -> None:
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.cli.masters_diff import say

    proposal = outcome.proposal
    click.echo(
        f"番号{proposal.number}　{proposal.respondent}　{proposal.row}　{proposal.item}："
        f"{show.plain(proposal.typed)}"
    )
    if outcome.differences.told:
        say(outcome.differences)
    else:
        click.echo("採らないこととしました。台帳は変えていません。")
    if not outcome.written:
        click.echo("（--dry-run のため、書き込んでいません。）")
        return
    for path in outcome.files:
        click.echo(f"書き込みました：{show.short(path)}")
    if outcome.differences.told:
        click.echo(
            "台帳が変わったので、作成中の年度があれば kakunin merge からやり直してください。"
        )
