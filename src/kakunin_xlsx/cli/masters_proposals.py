"""`kakunin masters proposals`: what departments would change in the masters."""

from __future__ import annotations

from pathlib import Path

import click

from kakunin_xlsx.cli.options import (
    Desk,
    json_option,
    output_option,
    plan_option,
    stopping,
    year_option,
)


@click.command("proposals")
@year_option
@plan_option
@output_option
@json_option
@stopping
def command(year_word: str, plan_folder: Path | None, output: Path, as_json: bool) -> None:
    """目標変更案と修正提案を、番号を付けて一覧にします（採否は masters revise で決めます）。"""
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.proposals import OPEN, proposals

    desk = Desk(plan_folder, output)
    year = desk.year(year_word)
    found = proposals(desk.plan, year, desk.output)
    if as_json:
        show.as_json([each.as_data() for each in found])
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
    number = next((each.number for each in found if each.state == OPEN), None)
    if number is not None:
        click.echo(
            f"採るとき：kakunin masters revise --year {year} --no {number} --from {year.next} "
            "--who 氏名 --why 理由\n採らないとき：--from の代わりに --decline を付けます。"
        )
