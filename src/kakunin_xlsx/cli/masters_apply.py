"""`kakunin masters apply`: several changes of the masters from a table."""

from __future__ import annotations

from pathlib import Path

import click

from kakunin_xlsx.cli.options import Desk, plan_option, stopping


@click.command("apply")
@click.argument("table", type=click.Path(path_type=Path, dir_okay=False), metavar="改訂.csv")
@click.option("--dry-run", is_flag=True, help="書き込まずに、変わるところだけを表示します。")
@plan_option
@stopping
def command(table: Path, dry_run: bool, plan_folder: Path | None) -> None:
    """改訂の表のとおりに、台帳を改めます（部署の改称や統合、取組の終了や追加など）。

    表の列は「年度」「表」「キー」「列」「内容」「根拠」です。列に「終了」と書くと、その前の年度で行を終えます
    （部署は、内容に後継のコードを書きます）。「追加」と書くと、内容に「見出し=値；見出し=値」と
    書いた行を加えます。全部が台帳に合うときだけ書き込みます。
    """
    from kakunin_xlsx.cli.masters_diff import say
    from kakunin_xlsx.office.masters_diff import compared
    from kakunin_xlsx.office.revisions import apply_revisions, read_revisions, revised_masters

    folder = Desk(plan_folder, revises=not dry_run).masters_folder
    revisions = read_revisions(table)
    found = compared(*revised_masters(folder, revisions))
    if not dry_run:
        apply_revisions(folder, revisions)
    say(found)
    told = "（--dry-run のため、書き込んでいません。）" if dry_run else f"書き込みました：{folder}"
    click.echo(told)
