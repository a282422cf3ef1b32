"""`kakunin letters`: texts ready for a mail, for those who are to be written to today."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import Desk, at_desk, of_round, only_option
from kakunin_xlsx.cli.show import here, progress
from kakunin_xlsx.codec import to_data
from kakunin_xlsx.letters import LetterKind

if TYPE_CHECKING:
    from kakunin_xlsx.office.letters import Letters

_KINDS = tuple(kind.value for kind in LetterKind)


@click.command("letters")
@of_round
@only_option("この回答元にだけ作ります")
@click.option(
    "--kind",
    "kind_words",
    multiple=True,
    type=click.Choice(_KINDS),
    metavar="種類",
    help=f"作る文面の種類（{'、'.join(_KINDS)}。何度でも指定できます。"
    "省略すると、回答元ごとに、その日に要るものを1つ）",
)
@click.option(
    "--on",
    "day_word",
    default="",
    metavar="日付",
    help="文面の日付（省略すると今日。例：2026-05-20）",
)
@at_desk
def command(
    year_word: str,
    round_word: str | None,
    only: tuple[str, ...],
    kind_words: tuple[str, ...],
    day_word: str,
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """照会文、期限前のお知らせ、提出のお願い（再）、修正依頼の文面を「5_文面」に作ります。

    配布したファイルと「2_回収」を見て、誰に何を送るかを決めます。未提出の回答元には、初めは
    照会文、次の日からは期限前のお知らせ、期限の後は提出のお願い（再）。直す所のある回答元には
    修正依頼。提出が済んで直す所のない回答元には作りません。

    文面は、台帳の letters フォルダーのファイルをメモ帳で開いて直せます（docs/文面.md）。
    """
    from kakunin_xlsx.office.letters import parse_day, write_letters

    desk = Desk(plan_folder, output, writes=True)
    at = desk.round_at(year_word, round_word)
    day = parse_day(day_word) if day_word else date.today()
    kinds = tuple(map(LetterKind, kind_words))
    with progress("ファイルの読み取り") as tell:
        made = write_letters(at, desk.masters_folder, day, only, kinds, tell)
    if as_json:
        show.as_json(to_data(made))
        return
    click.echo(show.titled(at))
    _render(made)


def _render(made: Letters) -> None:
    if made.letters:
        show.table(
            ("回答元", "種類", "遅れ日数", "直す所など", "添付するファイル", "結果"),
            (
                (
                    each.respondent,
                    each.kind,
                    each.late or "",
                    each.asked or "",
                    each.attachment.name if each.attachment else "なし",
                    each.change,
                )
                for each in made.letters
            ),
        )
    else:
        click.echo(f"{made.day:%Y-%m-%d}に送る文面はありません。")
    for sentence in made.told:
        click.echo(here(sentence))
    if made.letters:
        click.echo(f"作った場所：{show.short(made.letters[0].path.parent)}")
        click.echo("次の操作：文面をメールに貼り、添付するファイルを付けて送ります。")
