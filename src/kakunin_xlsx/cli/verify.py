"""`kakunin verify`: are the archives as they were, and does the same come out of them again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import json_option, output_option, stopping
from kakunin_xlsx.cli.show import here
from kakunin_xlsx.findings import brief
from kakunin_xlsx.folders.tree import OutputFolder

if TYPE_CHECKING:
    from kakunin_xlsx.office.verify import Replayed, Verified

_SHOWN = 40  # differing cells on the screen; --json holds all
_SHORTEST = 40  # characters of a text in a line on the screen


@click.command("verify")
@click.argument("zips", nargs=-1, type=click.Path(path_type=Path), metavar="[保存したzip]...")
@click.option(
    "--replay",
    "again",
    is_flag=True,
    help="保存した回収ファイルからもう一度取りまとめ、会議の資料も作り直して、1セルずつ比べます。",
)
@output_option
@json_option
@click.pass_context
@stopping
def command(
    ctx: click.Context, zips: tuple[Path, ...], again: bool, output: Path, as_json: bool
) -> None:
    """保存したzipと保存台帳が、保存したときのままかを確かめます。

    zipの名前を省略すると「保存」フォルダーの全部を確かめます。変わったファイル、足りないファイル、
    加わったファイル、入れ替わったファイル、台帳にないzip、連鎖の切れた所を、すべて表示します。
    """
    from kakunin_xlsx.office.verify import verify

    found = verify(OutputFolder(output), zips, again)
    if as_json:
        _as_json(found)
    else:
        _render(found)
    ctx.exit(0 if found.clean else 1)


def _render(found: Verified) -> None:
    for path in found.archives:
        click.echo(f"確かめたzip：{show.short(path)}")
    for fault in found.faults:
        where = "　".join(filter(None, (fault.archive, fault.member)))
        click.echo(f"【{fault.kind}】{show.plain(where)}　{show.plain(fault.words)}")
        click.echo(f"　　→ {here(fault.remedy)}")
    for each in found.replays:
        _replayed(each)
    if found.clean:
        click.echo("保存したときのままです。")
    else:
        click.echo(f"保存したときと違う所：{len(found.faults)}件")
    if found.link:
        click.echo(f"連鎖：{found.link}")
        click.echo("決裁文書に控えた値と同じか、見比べてください。")


def _replayed(each: Replayed) -> None:
    click.echo(f"作り直して比べた：{each.archive.name}　ファイル{len(each.compared)}件")
    for note in each.notes:
        click.echo(f"　{show.plain(note)}")
    for cell in each.differences[:_SHOWN]:
        click.echo(f"　違う所：{show.plain(cell.file)}　{show.plain(cell.place)}")
        click.echo(f"　　保存「{_cut(cell.archived)}」　作り直し「{_cut(cell.again)}」")
    if (more := len(each.differences) - _SHOWN) > 0:
        click.echo(f"　ほか{more}か所（全部は --json で表示します）")


def _cut(text: str) -> object:
    return brief(show.plain(" ".join(text.split("\n"))), _SHORTEST)


def _as_json(found: Verified) -> None:
    show.as_json(
        {
            "確かめたzip": found.archives,
            "違う所": [{**asdict(fault), "remedy": fault.remedy} for fault in found.faults],
            "作り直し": [asdict(each) for each in found.replays],
            "連鎖": found.link,
        }
    )
