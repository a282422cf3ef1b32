"""`kakunin build`: the forms of a round."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import Desk, at_desk, of_round, only_option
from kakunin_xlsx.cli.show import here

if TYPE_CHECKING:
    from kakunin_xlsx.office.issue import Issue


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
    from kakunin_xlsx.office.issue import issue_forms

    desk = Desk(plan_folder, output, writes=True)
    year, round_ = desk.year(year_word), desk.round(round_word)
    made = issue_forms(desk.plan, year, round_, desk.output, only, one_book, allow_missing)
    desk.settle()
    if as_json:
        _as_json(made)
        return
    click.echo(f"{desk.plan.title}　{round_.name}　{round_.caption(year)}")
    _render(made)
    folder = desk.output.round(year, round_)
    click.echo(f"作った場所：{show.short(folder.issued)}")
    whom = "各課に配り、戻った" if round_.of_departments else "会議の書記が議事録から記入し、その"
    click.echo(f"次の操作：{whom}ファイルを {show.short(folder.returned)} に入れて、")
    click.echo(here(f"　kakunin merge {desk.plan.words_for(year, round_)}"))


def _render(made: Issue) -> None:
    show.table(
        ("回答元", "記入する行", "再掲（記入不要）", "ファイル", "結果"),
        (
            ("、".join(form.respondents), form.rows, form.repeated, form.path.name, form.change)
            for form in made.forms
        ),
    )
    for sentence in made.told:
        click.echo(here(sentence))


def _as_json(made: Issue) -> None:
    show.as_json(
        [
            {
                "回答元": form.respondents,
                "記入行": form.rows,
                "再掲": form.repeated,
                "ファイル": form.path,
                "結果": form.change,
            }
            for form in made.forms
        ]
    )
