"""`kakunin report`: the consolidated 確認表."""

from __future__ import annotations

from dataclasses import asdict
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


@click.command("report")
@year_option
@plan_option
@output_option
@json_option
@stopping
def command(year_word: str, plan_folder: Path | None, output: Path, as_json: bool) -> None:
    """取りまとめた回答から、会議に出す確認表（Excel）を作ります。

    先に kakunin merge を実行してください。取りまとめの後に回収フォルダーが変わっていると、
    作らずにお知らせします。
    """
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.publish import publish

    desk = Desk(plan_folder, output)
    year = desk.year(year_word)
    made = publish(desk.plan, desk.masters_folder, year, desk.round(None), desk.output)
    if as_json:
        show.as_json(asdict(made))
        return
    click.echo(f"{desk.plan.title}　確認表　{year.caption}")
    click.echo(f"作ったファイル：{show.short(made.path)}{'' if made.changed else '（変更なし）'}")
    click.echo(f"必須欄がそろった行：{made.asked}行のうち{made.complete}行")
    click.echo(f"見直し等が必要とされた行：{made.to_review}行")
    if made.office_only:
        click.echo(
            "対象年度の目標に推定・原本未照合があるため、「事務局確認用」の印が付いています。"
            "台帳を冊子と照合してください（kakunin masters check）。"
        )
