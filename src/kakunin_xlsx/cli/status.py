"""`kakunin status` and bare `kakunin`: where the year stands and what to do next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import Desk, at_desk, of_round, stopping
from kakunin_xlsx.cli.show import here
from kakunin_xlsx.office.status import PAPER, RoundStatus, Step

_ARRIVED = "届いています（取りまとめ前）"
_SHOWN = 5  # names of files on a line
_SINGLE = ("取りまとめ", PAPER)  # one file each: only its day is told


@click.command("status")
@of_round
@at_desk
def command(
    year_word: str,
    round_word: str | None,
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """配布・回収・取りまとめ・会議の資料がどこまで進んだかと、次の操作を表示します。"""
    from kakunin_xlsx.office.status import looked_into, round_status

    desk = Desk(plan_folder, output)
    status = looked_into(round_status(desk.round_at(year_word, round_word)))
    if as_json:
        show.as_json(
            {
                "年度": status.year.code,
                "照会": status.round.name,
                "段階": status.stage_words,
                "配布": status.issued,
                "回収": status.returned,
                "届いた回答元": status.arrived,
                "回答元の分からないファイル": status.unmarked,
                "未提出": status.missing,
                "遅れ日数": status.days_late(date.today()),
                "日付": {name: step.day for name, step in status.step_words.items()},
                "回答元": status.respondents,
                "確認事項": status.severities,
                "次の操作": here(status.next_step),
            }
        )
        return
    render(status)


@stopping
def show_desk(
    plan_folder: Path | None = None, year_word: str | None = None, round_word: str | None = None
) -> None:
    """Every round of a year (the newest, if none is named), and what one of them waits for."""
    from kakunin_xlsx.office.status import at_work, latest_year, looked_into, year_status
    from kakunin_xlsx.office.years import YearAt

    desk = Desk(plan_folder)
    latest = latest_year(desk.plan, desk.output, date.today())
    year = desk.year(year_word) if year_word else latest
    rounds = year_status(YearAt(desk.plan, year, desk.output))
    click.echo(f"{desk.plan.title}\n{year.caption}")
    show.table(("照会", "期限", *rounds[0].step_words), map(_line, rounds))
    now = at_work(rounds)
    if round_word:
        chosen = desk.round(round_word)
        now = next(each for each in rounds if each.round == chosen)
    click.echo(f"{now.round.name}：{now.stage_words}")
    _attention(looked_into(now))


def _line(status: RoundStatus) -> tuple[str, ...]:
    due = f"{status.due.month}/{status.due.day}" if status.due else "－"
    steps = ((name, each) for name, each in status.steps.items())
    return (
        status.round.folder.replace("_", "　", 1),
        due,
        *(_step(each, counted=name not in _SINGLE) for name, each in steps),
    )


def _step(step: Step, counted: bool) -> str:
    if step.day is None:
        return "－"
    day = f"{step.day.month}/{step.day.day}"
    return f"{step.count}件 {day}" if counted else day


def render(status: RoundStatus) -> None:
    """Print a status for people."""
    click.echo(show.titled(status))
    asked = len(status.asked)
    due = f"{status.due:%Y-%m-%d}" if status.due else "定めなし"
    show.table(
        ("段階", "回答元", "配布したファイル", "届いたファイル", "提出期限"),
        [(status.stage_words, asked, status.issued, status.returned, due)],
    )
    if status.respondents:
        headings = ("回答元", "状態", "提出回", "記入者", "提出日", "必須欄", "記入済", "確認事項")
        rows = ([row.get(heading, "") for heading in headings] for row in status.respondents)
        show.table(headings, rows)
    elif status.arrived is not None:
        there = status.arrived
        show.table(
            ("回答元", "状態", "ファイル"),
            (
                (
                    who.name,
                    _ARRIVED if who.code in there else "未提出",
                    "；".join(there.get(who.code, ())),
                )
                for who in status.asked
            ),
        )
    _attention(status)


def _attention(status: RoundStatus) -> None:
    """Who is missing, what is open, and what to do next."""
    from kakunin_xlsx.cli.menu import numbered

    if status.missing:
        late = status.days_late(date.today())
        when = f"（提出期限から{late}日過ぎています）" if late else ""
        click.echo(f"未提出：{'、'.join(status.missing)}{when}")
    if status.unmarked:
        names = show.plain("、".join(status.unmarked[:_SHOWN]))
        more = f"ほか{len(status.unmarked) - _SHOWN}件" if len(status.unmarked) > _SHOWN else ""
        click.echo(f"回答元の分からないファイル：{names}{more}（取りまとめると、わけを示します）")
    if status.severities:
        counts = "　".join(f"{name} {count}件" for name, count in status.severities.items())
        click.echo(f"確認事項：{counts}")
    click.echo(f"次の操作：{numbered(here(status.next_step))}")
