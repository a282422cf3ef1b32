"""`kakunin masters diff`: what differs between two masters, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli.options import json_option, stopping

if TYPE_CHECKING:
    from kakunin_xlsx.office.masters_diff import Differences

_PLACE = click.Path(path_type=Path, exists=False)


@click.command("diff")
@click.argument("old", type=_PLACE, metavar="前")
@click.argument("new", type=_PLACE, metavar="後")
@json_option
@stopping
def command(old: Path, new: Path, as_json: bool) -> None:
    """二つの台帳の違いを、文章で表示します。

    前と後には、台帳のフォルダーか、保存した年度のファイル（令和7年度.zip など）を指定します。
    """
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.masters_diff import differences

    found = differences(old, new)
    if as_json:
        show.as_json(found.as_data())
        return
    say(found)


def say(found: Differences) -> None:
    """Each change on a line, its ground below."""
    from kakunin_xlsx.cli import show

    if not found.told:
        click.echo("台帳に違いはありません。")
    for each in found.told:
        click.echo(f"・{show.plain(each.words)}")
        if each.ground:
            click.echo(f"　　根拠：{show.plain(each.ground)}")
