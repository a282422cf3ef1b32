"""`kakunin build`: the forms of a round."""

from __future__ import annotations

from pathlib import Path

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import Desk, at_desk, of_round, only_option
from kakunin_xlsx.cli.show import here
from kakunin_xlsx.codec import to_data


@click.command("build")
@of_round
@only_option("この回答元だけを作ります")
@click.option("--one-book", is_flag=True, help="1つのファイルに、回答元ごとのシートを作ります。")
@click.option(
    "--allow-missing",
    is_flag=True,
    help="前の照会に未回収や要修正が残っていても作ります。",
)
@at_desk
def command(
    year_word: str,
    round_word: str | None,
    only: tuple[str, ...],
    one_book: bool,
    allow_missing: bool,
    plan_folder: Path | None,
    output: Path,
    as_json: bool,
) -> None:
    """各課に配る様式（Excel）を「1_配布」に作ります。

    記入欄だけが開いていて、ほかは保護されています。内容の違う前のファイルは「旧版」に残します。
    """
    from kakunin_xlsx.office.build import issue_forms

    desk = Desk(plan_folder, output, writes=True)
    at = desk.round_at(year_word, round_word)
    made = issue_forms(at, only, one_book, allow_missing)
    desk.settle()
    if as_json:
        show.as_json(to_data(made.forms))
        return
    click.echo(show.titled(at))
    show.table(
        ("回答元", "記入する行", "再掲（記入不要）", "ファイル", "結果"),
        (
            ("、".join(form.respondents), form.rows, form.repeated, form.path.name, form.change)
            for form in made.forms
        ),
    )
    for sentence in made.told:
        click.echo(here(sentence))
    click.echo(f"作った場所：{show.short(at.folder.issued)}")
    whom = "各課に配り、戻った" if at.round.of_departments else "会議の書記が議事録から記入し、その"
    click.echo(f"次の操作：{whom}ファイルを {show.short(at.folder.returned)} に入れて、")
    click.echo(here(f"　kakunin merge {at.options}"))
