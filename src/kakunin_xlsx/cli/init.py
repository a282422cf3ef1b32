"""`kakunin init`: a 台帳.xlsx for a new plan, and the plan's folder from the filled one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from kakunin_xlsx.cli import show
from kakunin_xlsx.cli.options import ended, stopping
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.plan.new_plan import RATINGS

_BOOK = Path("台帳.xlsx")
_Command = TypeVar("_Command", bound=Callable[..., Any])


class AnyWidth(click.Choice[str]):
    """One of a few words, typed in whatever width."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word in half width."""
        return super().convert(unicodedata.normalize("NFKC", value).strip(), param, ctx)


def _called(level: str, usual: str, what: str) -> Callable[[_Command], _Command]:
    """The option that says what the plan calls a level, or a department."""
    about, name = f"{what}の呼び方", f"--{level}-word"
    return click.option(name, default=usual, show_default=True, metavar="語", help=about)


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="フォルダー")
@click.argument(
    "path",
    required=False,
    type=click.Path(path_type=Path, dir_okay=False),
    default=_BOOK,
    metavar=f"[{_BOOK}]",
)
@click.option(
    "--from",
    "book",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=f"{_BOOK}",
    help="記入した台帳から、計画のフォルダーを作ります（ほかの指定は要りません）。"
    "事業名・担当課・年度の列のある、自前の一覧（Excel、CSV）からも作れます。",
)
@click.option("--title", metavar="名前", help="計画の名前（例：○○市第1次○○計画）")
@click.option("--city", metavar="名前", help="市区町村の名前（例：○○市）")
@click.option("--office", metavar="課", help="事務局の課（例：○○課）")
@click.option("--contact", metavar="文", help="問合せ先（省略すると事務局の課）")
@click.option("--from-year", metavar="R7", help="計画の初年度（省略すると今の年度）")
@click.option("--to-year", metavar="R9", help="計画の最終年度（省略すると初年度の2年後）")
@click.option("--department", multiple=True, metavar="課", help="担当課（いくつでも）")
@click.option(
    "--levels",
    type=AnyWidth(("2", "3", "4")),
    default="3",
    show_default=True,
    metavar="2|3|4",
    help="計画の段の数",
)
@_called("goal", "基本目標", "一番上の段")
@_called("direction", "施策の方向", "四段の計画で、二番目の段")
@_called("measure", "施策", "中の段")
@_called("initiative", "重点取組", "一番下の段")
@_called("department", "担当課", "課")
@click.option(
    "--form-title",
    metavar="題名",
    help="様式と資料の題名（省略すると「計画の名前 取組状況確認表」）",
)
@click.option(
    "--rating",
    type=AnyWidth(RATINGS),
    default=RATINGS[0],
    show_default=True,
    metavar="尺度",
    help=f"課の評価の尺度（{'、'.join(RATINGS)}）",
)
@click.option("--council", metavar="会議", help="内部評価をする会議")
@click.option(
    "--committee", multiple=True, metavar="委員会", help="委員会評価をする委員会（いくつでも）"
)
@click.pass_context
@stopping
def command(
    ctx: click.Context,
    /,
    folder: Path,
    path: Path,
    book: Path | None,
    **said: str | tuple[str, ...],
) -> None:
    """新しい計画の台帳を作ります（例：kakunin init masters/新しい計画）。

    初めに、記入する台帳（Excel）を書き出します。照会と回答欄は書いてあり、「（例）」で始まる文を
    計画の文に書き替えます。記入したら、--from でその台帳を指定して、計画のフォルダーを作ります。
    """
    from kakunin_xlsx.office.init import plan_from_book, write_blank_book

    if ended(folder, writes=book is not None):
        plan = load_plan(folder)
        click.echo(f"「{plan.title}」の台帳を作りました：{show.short(folder)}")
        return
    if book is None:
        write_blank_book(folder, path, said)
        click.echo(f"記入する台帳を作りました：{show.short(path)}")
        click.echo("「計画の設定」から順に記入し、「（例）」で始まる文は計画の文に書き替えます。")
        click.echo("次の操作：")
        click.echo(f"　1　{path.name} をExcelで開き、記入して保存します")
        click.echo(
            f"　2　計画のフォルダーを作ります：kakunin init {show.quoted(folder)}"
            f" --from {show.quoted(path)}"
        )
        return
    given = any(
        ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in (*said, "path")
    )
    plan, notices = plan_from_book(folder, book, said, given)
    show.notices(notices)
    click.echo(f"「{plan.title}」の台帳を作りました：{show.short(folder)}")
    at = _plan_words(folder)
    click.echo("次の操作：")
    click.echo(f"　1　台帳を確かめます：kakunin masters check{at}")
    click.echo(f"　2　各課に配る様式を作ります：kakunin build --year {plan.first_year}{at}")


def _plan_words(folder: Path) -> str:
    """The option that names the new plan, where it would not be found without it."""
    from kakunin_xlsx.plan import MastersNotFound, find_masters

    try:
        found = find_masters(None, Path.cwd())
    except MastersNotFound:
        found = None
    if found and found.resolve() == folder.resolve():
        return ""
    return f" --plan {show.quoted(folder)}"
