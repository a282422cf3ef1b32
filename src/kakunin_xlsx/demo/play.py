"""The script of `kakunin demo`: a year with its usual gaps, from forms to the 確認表."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kakunin_xlsx.demo.fill import fill_form
from kakunin_xlsx.demo.sample import Typed, has_sample, sample_answers
from kakunin_xlsx.folders import OutputFolder, write_file
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import layouts
from kakunin_xlsx.office.before import load_frozen
from kakunin_xlsx.office.check import check_returns
from kakunin_xlsx.office.collect import Collected, collect_returns
from kakunin_xlsx.office.issue import Issued, issue_forms
from kakunin_xlsx.office.pdf import find_office
from kakunin_xlsx.office.publish import Wanted, publish
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.stop import Stop

_MARKER = "見本.txt"
_WORDS = (
    "このフォルダーは kakunin demo が作った見本です。回答はすべて【見本】で、実際の実績ではありません。\n"
    "もう一度 kakunin demo を実行すると作り直します。\n"
)
_ANEW = ((FORM_ROW, "submitted_on"), (FORM_ROW, "approved"))  # given again with each submission
Say = Callable[[str], None]


@dataclass
class Demo:
    """One year played in `root`; `say` gets each step in words."""

    masters: Path
    plan: Plan
    year: FiscalYear
    round: Round
    root: Path
    say: Say

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The forms of the round, in the order they are issued."""
        return layouts(self.plan, self.year, self.round.code)

    @property
    def output(self) -> OutputFolder:
        """The output folder of the demo."""
        return OutputFolder(self.root / "output")

    def play(self) -> None:
        """Build, return with gaps, merge, ask, mend, merge again, report. Raises Stop."""
        clear(self.root)
        self.say(f"{self.plan.title}　{self.year.caption}　（見本）")
        issued = self._build()
        self._first_returns(issued)
        self._merge("取りまとめ（1回目）")
        request = self._request()
        self._second_returns(issued, request)
        merged = self._merge("取りまとめ（2回目）")
        if merged.needs_work:
            raise Stop("見本の取りまとめが、予定どおりに終わりませんでした。")
        self._report("5　会議に出す確認表を作る")
        later = [each for each in self.plan.rounds if has_sample(self.masters, each.code)]
        for number, round_ in enumerate(later, start=6):
            self._later_round(number, round_)
        if later:
            self._report(f"{6 + len(later)}　一年の結果を確認表にまとめる")
        self.say(f"\nできました。{self.root} を開いてご覧ください。")

    def _later_round(self, number: int, round_: Round) -> None:
        """Build, fill and merge the forms of a council, or of those who answer it."""
        self.say(
            f"\n{number}　{round_.name}：kakunin build --year {self.year} --round {round_.code}"
        )
        issued = issue_forms(self.plan, self.year, round_, self.output).forms
        folder = self.output.round(self.year, round_)
        forms = {
            one.respondent: one
            for one in layouts(self.plan, self.year, round_.code, load_frozen(folder))
        }
        for form in issued:
            one = forms[form.respondents[0]]
            typed = sample_answers(self.masters, one)
            write_file(
                folder.returned / form.path.name, fill_form(form.path.read_bytes(), one, typed)
            )
            self.say(f"　{form.path.name}（記入する行 {form.rows}）")
        self._merge("　取りまとめ", round_)

    def _build(self) -> list[Issued]:
        self.say("\n1　配布する確認表を作る：kakunin build")
        issued = list(issue_forms(self.plan, self.year, self.round, self.output).forms)
        for form in issued:
            self.say(f"　{form.path}（記入する行 {form.rows}）")
        return issued

    def _first_returns(self, issued: list[Issued]) -> None:
        """All departments but the last; the first one leaves a required cell empty."""
        self.say("\n2　各課が記入して返す（見本の回答を、配布したファイルに記入します）")
        for number, (form, one) in enumerate(zip(issued[:-1], self.layouts, strict=False)):
            typed = dict(sample_answers(self.masters, one))
            if number == 0:
                del typed[self._gap]
            self._return(form.path, one, typed, form.path.name)
        self.say(f"　{self.layouts[-1].respondent}は、まだ提出していません。")
        self.say(f"　{self.layouts[0].respondent}は、必須の欄を1か所空けて提出しました。")

    def _request(self) -> Path:
        """The 修正依頼 of the first department."""
        self.say(f"\n3　直してほしい所を各課に返す：kakunin check --year {self.year} --annotate")
        checked = check_returns(self.plan, self.year, self.round, self.output, annotate=True)
        requests = {each.respondent: each.path for each in checked.requests}
        for path in requests.values():
            self.say(f"　{path}")
        first = requests.get(self.layouts[0].respondent)
        if first is None:
            raise Stop("見本の修正依頼が、予定どおりに作られませんでした。")
        return first

    def _second_returns(self, issued: list[Issued], request: Path) -> None:
        """The last department's form, and the first one's 修正依頼 with its gap filled."""
        self.say("\n4　足りない分が届く（修正依頼のファイルに記入して返します）")
        last = sample_answers(self.masters, self.layouts[-1])
        self._return(issued[-1].path, self.layouts[-1], last, issued[-1].path.name)
        typed = sample_answers(self.masters, self.layouts[0])
        mended = {at: text for at, text in typed.items() if at == self._gap or at in _ANEW}
        self._return(request, self.layouts[0], mended, request.name)

    @property
    def _gap(self) -> tuple[str, str]:
        """The required cell that the first department leaves empty."""
        one = self.layouts[0]
        return _first_required(one, sample_answers(self.masters, one))

    def _return(self, form: Path, one: Layout, typed: Typed, name: str) -> None:
        path = self.output.round(self.year, self.round).returned / name
        write_file(path, fill_form(form.read_bytes(), one, typed))
        self.say(f"　{path}")

    def _merge(self, title: str, round_: Round | None = None) -> Collected:
        round_ = round_ or self.round
        self.say(f"\n{title}：kakunin merge {self.plan.words_for(self.year, round_)}")
        merged = collect_returns(self.plan, self.masters, self.year, round_, self.output)
        for line in merged.summary():
            self.say(f"　{line}")
        return merged

    def _report(self, title: str) -> None:
        with_pdf = find_office() is not None
        words = f"kakunin report --year {self.year} --text{' --pdf' if with_pdf else ''}"
        self.say(f"\n{title}：{words}")
        wanted = Wanted(pdf=with_pdf, text=True)
        made = publish(self.plan, self.masters, self.year, self.output, wanted=wanted)
        for path in filter(None, (made.path, made.pdf, made.text, made.data)):
            self.say(f"　{path}")
        if made.without_pdf:
            self.say(f"　{made.without_pdf}")


def clear(root: Path) -> None:
    """Make room for a demo. Raises Stop if the folder holds anything else."""
    if root.exists() and any(root.iterdir()) and not (root / _MARKER).is_file():
        raise Stop(
            f"{root} は空ではありません。見本を作るフォルダーの名前を変えてください"
            "（例：kakunin demo 見本）。"
        )
    if (root / "output").exists():
        shutil.rmtree(root / "output")
    write_file(root / _MARKER, _WORDS.encode())


def _first_required(one: Layout, typed: Typed) -> tuple[str, str]:
    keys: Iterator[tuple[str, str]] = (
        (row.id, column.key) for row, column in one.required_cells if (row.id, column.key) in typed
    )
    return next(keys)
