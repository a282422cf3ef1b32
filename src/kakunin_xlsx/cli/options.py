"""Options that several commands share, and what they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

import click
from click.shell_completion import CompletionItem

from kakunin_xlsx.cli.show import here
from kakunin_xlsx.cli.streams import complain, in_words
from kakunin_xlsx.folders.files import finish
from kakunin_xlsx.folders.lock import InUse, locked
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.nearest import perhaps
from kakunin_xlsx.plan import (
    FiscalYear,
    MastersBroken,
    MastersNotFound,
    Plan,
    Problem,
    Round,
    find_masters,
    load_plan,
    only_shipped,
)
from kakunin_xlsx.stop import Stop, WrongUsage

if TYPE_CHECKING:
    from kakunin_xlsx.office.years import RoundAt, YearAt

_Words = ParamSpec("_Words")
_Given = TypeVar("_Given")
SHOWN_PROBLEMS = 8  # each takes up to three lines of a terminal
_FOLDER = click.Path(path_type=Path, file_okay=False)

plan_option = click.option(
    "--plan",
    "plan_folder",
    type=_FOLDER,
    metavar="フォルダー",
    help="計画のフォルダー（省略すると ./masters の中の計画、なければ付属の計画）",
)
output_option = click.option(
    "--output",
    type=_FOLDER,
    default=Path("output"),
    show_default="./output",
    metavar="フォルダー",
    help="出力先のフォルダー",
)


def _years(ctx: click.Context, _: click.Parameter, _begun: str) -> list[str]:
    """Years that a shell offers."""
    plan = _plan_at_hand(ctx)
    return [year.code for year in plan.years] if plan else []


def _rounds(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """照会 that a shell offers."""
    plan = _plan_at_hand(ctx)
    rounds = plan.rounds_in_order if plan else ()
    return [
        CompletionItem(each.code, help=each.name) for each in rounds if each.code.startswith(begun)
    ]


def _plan_at_hand(ctx: click.Context) -> Plan | None:
    """The plan of the command line as far as it is typed; a shell is told nothing of problems."""
    with suppress(MastersNotFound, MastersBroken, OSError):
        return Desk(ctx.params.get("plan_folder")).plan
    return None


year_option = click.option(
    "--year",
    "year_word",
    required=True,
    metavar="R7",
    shell_complete=_years,
    help="対象年度（例：R7、令和7年度、2025）",
)
round_option = click.option(
    "--round",
    "round_word",
    metavar="照会",
    shell_complete=_rounds,
    help="照会のコードか名前（省略すると最初の照会。例：jisseki）",
)


def only_option(help_: str) -> Callable[[Callable[_Words, _Given]], Callable[_Words, _Given]]:
    """--only, as often as wanted; `help_` says what is done for those it names."""
    help_ = f"{help_}（何度でも指定できます）。"
    return click.option("--only", multiple=True, metavar="回答元", help=help_)


json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="結果を、ほかのプログラムで使うための形（JSON）で表示します。",
)


def _refuse(stop: Stop) -> NoReturn:
    """Say on stderr why it stops, and exit."""
    complain(here(str(stop)))
    raise SystemExit(stop.exit_code) from stop


def stopping(function: Callable[_Words, _Given]) -> Callable[_Words, _Given]:
    """Turn Stop and broken masters into a sentence on stderr and an exit code."""

    @wraps(function)
    def guarded(*args: _Words.args, **kwargs: _Words.kwargs) -> _Given:
        try:
            return function(*args, **kwargs)
        except Stop as stop:
            _refuse(stop)
        except BrokenPipeError:
            raise  # whoever reads has closed: click says nothing then
        except OSError as refused:
            _refuse(in_words(refused))
        except MemoryError:
            _refuse(
                Stop(
                    "メモリーが足りないか、ファイルを読み取る部品を動かせないため、続けられません。"
                    "ほかのソフトを閉じて空きを作り、もう一度実行してください。続くときは、ウイルス対策ソフトなどが"
                    "止めていないかを、情報担当の課に確かめてください。"
                )
            )
        except MastersNotFound as missing:
            _refuse(WrongUsage(str(missing)))
        except MastersBroken as broken:
            rest = len(broken.problems) - SHOWN_PROBLEMS
            more = f"\nほか{rest}件は、kakunin masters check がファイルに書き出します。"
            _refuse(Stop(f"{told_first(broken.problems)}{more if rest > 0 else ''}"))

    return guarded


def told_first(problems: Sequence[Problem]) -> str:
    """How many problems there are, and as many of them as a screen takes."""
    shown = "\n".join(f"・{problem}" for problem in problems[:SHOWN_PROBLEMS])
    return f"計画の台帳（masters）に、直す必要のある箇所が{len(problems)}件あります。\n{shown}"


def ended(folder: Path, writes: bool) -> bool:
    """End what a killed run began in a folder, and say so; True if there was something.

    Who writes there is alone in it until the command ends.
    """
    context = click.get_current_context(silent=True)
    if context is None or context.resilient_parsing:
        return False
    if writes:
        context.with_resource(locked(folder))
    try:
        done = finish(folder)
    except InUse:
        return False  # it is just being written; who only reads does not wait for longer
    if done:
        names = "、".join(path.name for path in done)
        click.echo(
            f"前の操作が書き込みの途中で止まっていたため、残りの{len(done)}件を書き込みました：{names}",
            err=True,
        )
    for kept in filter(None, done.values()):
        click.echo(f"その間に別に保存されていたものは、{kept} に残しました。", err=True)
    return bool(done)


@dataclass(frozen=True)
class Desk:
    """What a command works on: a plan and its output folder.

    Nobody else may write into the output folder while a command that `writes` does, or into the
    masters while one `revises` them. Raises Stop with who does.
    """

    plan_folder: Path | None
    output_folder: Path = Path("output")
    writes: bool = False
    revises: bool = False

    @cached_property
    def masters_folder(self) -> Path:
        """The masters that were named or found; who revises them has them where one works."""
        found = find_masters(self.plan_folder, Path.cwd())
        if self.revises and self._is_only_shipped(found):
            found = self._laid(found)
        ended(found, self.revises)
        return found

    def _is_only_shipped(self, found: Path) -> bool:
        return only_shipped(found, self.plan_folder is not None, Path.cwd())

    def _laid(self, found: Path) -> Path:
        from kakunin_xlsx.cli import show
        from kakunin_xlsx.office.init import lay_masters

        there = lay_masters(found, Path.cwd())
        where = f"付属の計画の台帳を {show.short(there)} に写しました。"
        click.echo(f"{where}これからは、この台帳を使います。", err=True)
        return there

    def settle(self) -> None:
        """Lay the plan beside the output that was made with it; where that cannot be, say so."""
        if self.plan_folder is not None:
            return
        found = find_masters(None, Path.cwd())  # another command may have laid it meanwhile
        if self._is_only_shipped(found):
            try:
                self._laid(found)
            except Stop as stop:
                click.echo(f"付属の計画の台帳を、ここに写せませんでした。\n{stop}", err=True)

    @cached_property
    def plan(self) -> Plan:
        """The plan, loaded and checked."""
        return load_plan(self.masters_folder)

    @cached_property
    def output(self) -> OutputFolder:
        """The output folder; Stop if it belongs to another plan."""
        output = OutputFolder(self.output_folder)
        output.require(self.plan)
        self._end(output)
        return output

    @property
    def unclaimed_output(self) -> OutputFolder:
        """The output folder, whoever it belongs to."""
        output = OutputFolder(self.output_folder)
        self._end(output)
        return output

    def _end(self, output: OutputFolder) -> None:
        """Who may only read looks at what lies there; half-changed masters serve nobody."""
        try:
            ended(output.root, self.writes)
        except Stop:
            if self.writes:
                raise
            click.echo(
                f"{output.root} では、前の操作が書き込みの途中で止まっています。"
                "ここに書き込める人が kakunin を実行すると、残りが書き込まれます。",
                err=True,
            )

    def year_at(self, word: str) -> YearAt:
        """The year that was asked for, in the output folder."""
        from kakunin_xlsx.office.years import YearAt

        year = self.year(word)
        return YearAt(self.plan, year, self.output)

    def round_at(self, year_word: str, round_word: str | None) -> RoundAt:
        """The round that was asked for on that year."""
        from kakunin_xlsx.office.years import RoundAt

        year, round_ = self.year(year_word), self.round(round_word)
        return RoundAt(self.plan, year, self.output, round_)

    def year(self, word: str) -> FiscalYear:
        """The year that was asked for, if the plan has it."""
        try:
            year = FiscalYear.parse(word)
        except ValueError as unread:
            near = perhaps(word, (each.code for each in self.plan.years))
            raise WrongUsage(f"{unread}{near}") from unread
        if year not in self.plan.years:
            raise WrongUsage(
                f"{year.full_name}は「{self.plan.title}」の年度ではありません。"
                f"{self.plan.first_year.name}から{self.plan.last_year.name}までを指定してください。"
            )
        return year

    def round(self, word: str | None) -> Round:
        """The round that was asked for by code or name, or the plan's first one."""
        if word is None:
            return self.plan.main_round
        for round_ in self.plan.rounds:
            if word in (round_.code, round_.name):
                return round_
        known = "、".join(f"{each.code}（{each.name}）" for each in self.plan.rounds)
        near = perhaps(word, (name for each in self.plan.rounds for name in (each.code, each.name)))
        raise WrongUsage(
            f"照会「{word}」はこの計画にありません。{near}次から選んでください：{known}"
        )


def of_round(function: Callable[_Words, _Given]) -> Callable[_Words, _Given]:
    """What every command about one round is told first: --year and --round."""
    return year_option(round_option(function))


def at_desk(function: Callable[_Words, _Given]) -> Callable[_Words, _Given]:
    """What every command is told last, --plan, --output and --json; what stops it is said."""
    return plan_option(output_option(json_option(stopping(function))))
