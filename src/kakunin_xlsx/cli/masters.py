"""`kakunin masters`: the group, and `check`: are the masters sound, what is not yet verified."""

from __future__ import annotations

from pathlib import Path

import click

from kakunin_xlsx.cli import (
    masters_apply,
    masters_diff,
    masters_export,
    masters_import,
    masters_proposals,
    masters_revise,
)
from kakunin_xlsx.cli.options import Desk, json_option, plan_option, stopping


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
    """台帳のつながりを確かめ、件数と、原本と照合が必要な箇所を表示します。"""
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.masters import inspect_masters

    found = inspect_masters(Desk(plan_folder).masters_folder)
    if as_json:
        show.as_json(found.as_data())
        return
    click.echo(f"{found.plan.title}（{show.short(found.folder)}）")
    show.table(("項目", "件数"), found.counts.items())
    click.echo(f"原本の文字との照合：{found.proof}")
    show.table(
        ("状態", "表", "行", "列", "頁", "原文の文字", "読み", "根拠"),
        (
            (
                reading.status,
                reading.table,
                reading.key,
                reading.column,
                reading.page,
                _brief(reading.source),
                _brief(reading.reading) or "（空欄）",
                reading.ground,
            )
            for reading in found.open_readings
        ),
        title="原本（印刷された冊子）と照合が必要な箇所",
    )
    click.echo("　".join(f"{status} {count}件" for status, count in found.by_status.items()))
    if found.open_readings:
        click.echo("Excelで見比べるときは：kakunin masters export 台帳.xlsx")


def _brief(text: str, most: int = 40) -> str:
    line = text.replace("\n", " ／ ")
    return line if len(line) <= most else f"{line[: most - 1]}…"


for _each in (
    masters_export,
    masters_import,
    masters_proposals,
    masters_revise,
    masters_apply,
    masters_diff,
):
    command.add_command(_each.command)
