"""`kakunin masters export`: the masters as a workbook, to be compared, changed and imported."""

from __future__ import annotations

from pathlib import Path

import click

from kakunin_xlsx.cli.options import Desk, json_option, plan_option, stopping


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), metavar="台帳.xlsx")
@plan_option
@json_option
@stopping
def command(path: Path, plan_folder: Path | None, as_json: bool) -> None:
    """台帳をExcelのブックに書き出します。

    表ごとに1枚のシートになり、冊子と見比べる箇所は「照合する箇所」に並びます。Excelで直したら、
    kakunin masters import で台帳に取り込みます。
    """
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.masters_export import export_masters

    folder = Desk(plan_folder).masters_folder
    exported = export_masters(folder, path)
    if as_json:
        show.as_json(exported.as_data())
        return
    click.echo(f"{exported.masters.title}（{show.short(folder)}）")
    click.echo(f"書き出しました：{show.short(path)}")
    if exported.waiting:
        click.echo(exported.waiting)
    click.echo(f"直したら、次のとおり取り込みます：kakunin masters import {show.short(path)}")
