"""`kakunin init`: the folder of a new plan, from questions or options."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kakunin_xlsx.cli.options import ended, stopping
from kakunin_xlsx.plan import load_plan
from kakunin_xlsx.stop import WrongUsage

if TYPE_CHECKING:
    from kakunin_xlsx.office.begin import Question
    from kakunin_xlsx.plan import Plan

_BY_BOOK = (
    ("台帳をExcelに書き出します", "masters export 台帳.xlsx"),
    ("Excelで書き替えて保存し、取り込みます", "masters import 台帳.xlsx"),
)
_Texts = Mapping[str, str | None]  # what options say, by the key of the question they answer


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="フォルダー")
@click.option("--title", metavar="名前", help="計画の名前")
@click.option("--city", metavar="名前", help="市区町村の名前")
@click.option("--office", metavar="課", help="事務局の課")
@click.option("--contact", metavar="文", help="問合せ先（省略すると事務局の課）")
@click.option("--from-year", "first_year", metavar="R7", help="計画の初年度")
@click.option("--to-year", "last_year", metavar="R9", help="計画の最終年度")
@click.option(
    "--department", "departments", multiple=True, metavar="課", help="担当課（いくつでも）"
)
@click.option("--levels", metavar="2|3", help="計画の段の数（省略すると 3）")
@click.option("--goal-word", "goal", metavar="語", help="一番上の段の呼び方（基本目標）")
@click.option("--measure-word", "measure", metavar="語", help="中の段の呼び方（施策）")
@click.option(
    "--initiative-word", "initiative", metavar="語", help="一番下の段の呼び方（重点取組）"
)
@click.option("--council", metavar="会議", help="内部評価をする会議")
@click.option(
    "--committee", "committees", multiple=True, metavar="委員会", help="委員会評価をする委員会"
)
@click.option(
    "--from",
    "book",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="台帳.xlsx",
    help="記入した台帳から作ります（ほかの指定は要りません）。",
)
@stopping
def command(folder: Path, book: Path | None, **said: str | tuple[str, ...] | None) -> None:
    """新しい計画の台帳を、フォルダーに作ります（例：kakunin init masters/新しい計画）。

    指定しなかったことは、順にお尋ねします。作った台帳は、そのまま様式を作れる例が入っています。
    """
    from kakunin_xlsx.cli import show
    from kakunin_xlsx.office.begin import begin_from, begin_plan, require_room

    if ended(folder, writes=True):
        plan = load_plan(folder)
        click.echo(f"「{plan.title}」の台帳を作りました：{show.short(folder)}")
        return
    require_room(folder)
    texts = {key: _text(value) for key, value in said.items()}
    if book and any(text is not None for text in texts.values()):
        raise WrongUsage("--from には、ほかの指定を付けません。計画のことは台帳に書きます。")
    plan = begin_from(folder, book) if book else begin_plan(folder, _given(texts))
    click.echo(f"「{plan.title}」の台帳を作りました：{show.short(folder)}")
    if not book:
        click.echo("「（例）」で始まる文は例です。計画の文に書き替え、行を加えてください。")
    _next_steps(folder, plan, () if book else _BY_BOOK)


def _given(texts: _Texts) -> dict[str, Any]:
    """The answers: asked at a terminal, unless the options say all that is needed."""
    from kakunin_xlsx.office.begin import QUESTIONS

    missing = [each for each in QUESTIONS if each.needed and texts[each.key] is None]
    if missing and sys.stdin.isatty():
        return _asked(texts)
    if missing:
        told = "\n".join(f"・{each.option}　{each.words}" for each in missing)
        raise WrongUsage(f"ここではお尋ねできないので、次の指定を加えてください。\n{told}")
    return _from_options(texts)


def _text(value: str | tuple[str, ...] | None) -> str | None:
    if isinstance(value, tuple):
        return "\n".join(value) if value else None
    return value


def _from_options(texts: _Texts) -> dict[str, Any]:
    """The answers without anybody to ask. Raises WrongUsage with all that cannot be used."""
    from kakunin_xlsx.office.begin import QUESTIONS
    from kakunin_xlsx.plan.problems import CellProblem

    given: dict[str, Any] = {}
    wrong: list[str] = []
    for each in QUESTIONS:
        try:
            given[each.key] = each.read(texts[each.key] or each.usual(given), given)
        except CellProblem as problem:
            wrong.append(f"・{each.option}：{problem}")
    if wrong:
        raise WrongUsage("次の指定を直してください。\n" + "\n".join(wrong))
    return given


def _asked(texts: _Texts) -> dict[str, Any]:
    """The answers of the person at the terminal, to whatever the options do not say."""
    from kakunin_xlsx.office.begin import QUESTIONS

    click.echo(
        "新しい計画について、順にお尋ねします。［　］の中でよいときは、そのままEnterを押します。"
        "やめるときは Ctrl+C を押します。"
    )
    given: dict[str, Any] = {}
    for each in QUESTIONS:
        text = texts[each.key]
        if text is None and not each.asked(given):
            text = each.usual(given)
        given[each.key] = _answer(each, given, text)
    return given


def _answer(question: Question, given: Mapping[str, Any], text: str | None) -> object:
    """What was said, asked again with the reason until it can be used."""
    from kakunin_xlsx.plan.problems import CellProblem

    while True:
        if text is None:
            text = _typed(question, question.usual(given))
        try:
            return question.read(text, given)
        except CellProblem as problem:
            click.echo(f"　{question.words}：{problem}")
            text = None


def _typed(question: Question, usual: str) -> str:
    """One line, or lines up to an empty one; `usual` if nothing is typed."""
    words = f"{question.words}［{usual}］" if usual else question.words
    if not question.many:
        return _line(words) or usual
    click.echo(f"{words}：空の行で終わります。")
    return "\n".join(_lines()) or usual


def _lines() -> Iterator[str]:
    while line := _line("　"):
        yield line


def _line(words: str) -> str:
    typed: str = click.prompt(words, default="", show_default=False, prompt_suffix="：")
    return typed.strip()


def _next_steps(folder: Path, plan: Plan, first: Sequence[tuple[str, str]]) -> None:
    """How it goes on from here."""
    at = _plan_words(folder)
    steps = (
        *first,
        ("台帳を確かめます", "masters check"),
        ("各課に配る確認表を作ります", f"build --year {plan.first_year}"),
    )
    click.echo("次の操作：")
    for number, (words, called) in enumerate(steps, start=1):
        click.echo(f"　{number}　{words}：kakunin {called}{at}")


def _plan_words(folder: Path) -> str:
    """The option that names the new plan, where it would not be found without it."""
    from kakunin_xlsx.plan import MastersNotFound, find_masters

    try:
        found = find_masters(None, Path.cwd())
    except MastersNotFound:
        found = None
    if found and found.resolve() == folder.resolve():
        return ""
    return f' --plan "{folder}"' if " " in str(folder) else f" --plan {folder}"
