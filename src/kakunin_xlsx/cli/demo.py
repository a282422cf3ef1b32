"""`kakunin demo`: the whole cycle on a plan with sample answers, such as the shipped one."""

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
@click.option(
    "--plan",
    "plan_folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="フォルダー",
    help="見本の回答（sample）のある計画のフォルダー（省略すると付属の計画）",
)
@stopping
def command(folder: Path, plan_folder: Path | None) -> None:
    """見本の回答で、計画の何年分かの配布から会議の資料、保存までをフォルダー（省略すると demo）に作ります。"""
    from kakunin_xlsx.demo.play import Demo
    from kakunin_xlsx.demo.sample import sampled_years
    from kakunin_xlsx.plan import find_masters, load_plan

    masters = find_masters(plan_folder, Path(kakunin_xlsx.__file__).parent)
    plan = load_plan(masters)
    years = sampled_years(masters, plan) or plan.years
    year = years[len(years) // 2]  # with one before and one after it
    Demo(masters, year, folder, click.echo).play()
