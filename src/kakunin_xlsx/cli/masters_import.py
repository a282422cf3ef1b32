"""`kakunin masters import`: what was changed in the workbook, back into the masters."""

from __future__ import annotations

from pathlib import Path

import click

from kakunin_xlsx.cli.options import Desk, json_option, plan_option, stopping


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), metavar="台帳.xlsx")
@click.option("--dry-run", is_flag=True, help="書き込まずに、変わるところだけを表示します。")
@plan_option
@json_option
@stopping
def command(path: Path, dry_run: bool, plan_folder: Path | None, as_json: bool) -> None:
    """Excelで直した台帳を取り込みます。

    変わるところを文章で示し、全部が台帳に合うときだけ書き込みます。直す必要のある箇所があるときは、
    シートとセルを示して、何も書き込みません。
    """
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.cli.masters_diff import say
    from kakunin_xlsx.office.masters_import import import_masters

    found = import_masters(Desk(plan_folder, revises=not dry_run).masters_folder, path, dry_run)
    if as_json:
        show.as_json(found.as_data())
        return
    for notice in found.notices:
        click.echo(f"（お知らせ）{show.plain(notice)}", err=True)
    if not found.files:
        click.echo("変更なし（台帳はそのままです）。")
        return
    say(found.differences)
    if not found.written:
        click.echo("（--dry-run のため、書き込んでいません。）")
        return
    for file in found.files:
        click.echo(f"書き込みました：{show.short(file)}")
    click.echo("台帳が変わったので、作成中の年度があれば kakunin merge からやり直してください。")
