"""`kakunin demo`: the whole cycle on the shipped plan with sample answers."""

from __future__ import annotations

from pathlib import Path

import click

import kakunin_xlsx
from kakunin_xlsx.cli.options import stopping


@click.command("demo")
@click.argument(
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="demo",
    metavar="[フォルダー]",
)
@stopping
def command(folder: Path) -> None:
    """付属の計画と見本の回答で、三年分の配布から確認表、保存までをフォルダー（省略すると demo）に作ります。"""
    from kakunin_xlsx.demo.play import Demo
    from kakunin_xlsx.plan import find_masters, load_plan

    masters = find_masters(None, Path(kakunin_xlsx.__file__).parent)
    plan = load_plan(masters)
    year = plan.years[len(plan.years) // 2]  # a year with one before and one after it
    Demo(masters, year, folder, click.echo).play()
