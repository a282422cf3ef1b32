"""One year of the demo: forms, returns, merges and papers. Here the tool plays the departments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kakunin_xlsx.demo.fill import fill_form
from kakunin_xlsx.demo.sample import Typed, has_answered, has_sample, sample_answers
from kakunin_xlsx.folders import OutputFolder, write_file
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge.join import layouts
from kakunin_xlsx.office.check import check_returns
from kakunin_xlsx.office.collect import Collected, collect_returns
from kakunin_xlsx.office.earlier import issued_with
from kakunin_xlsx.office.issue import Issued, issue_forms
from kakunin_xlsx.office.pdf import find_office
from kakunin_xlsx.office.publish import Wanted, publish
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.stop import Stop

_ANEW = ((FORM_ROW, "submitted_on"), (FORM_ROW, "approved"))  # given again with each submission
Say = Callable[[str], None]


@dataclass
class PlayedYear:
    """One year of `plan`, whose masters and samples lie in `masters`; `say` gets each step."""

    masters: Path
    plan: Plan
    year: FiscalYear
    output: OutputFolder
    say: Say

    @property
    def round(self) -> Round:
        """The round that asks for the results."""
        return self.plan.main_round

    @property
    def later(self) -> list[Round]:
        """Later rounds that the sample answers."""
        return [each for each in self.plan.rounds if has_sample(self.masters, self.year, each.code)]

    def build(self, round_: Round | None = None) -> tuple[Issued, ...]:
        """Issue the forms of a round."""
        issue = issue_forms(self.plan, self.year, round_ or self.round, self.output)
        if round_ is None:
            for sentence in issue.told:
                self.say(f"　　{sentence}")
        return issue.forms

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The forms of the first round as issued, in their order."""
        return self._layouts(self.round)

    def _layouts(self, round_: Round) -> tuple[Layout, ...]:
        past = issued_with(self.plan, self.year, round_, self.output)
        return layouts(self.plan, self.year, round_.code, past)

    def everyone_returns(self, round_: Round | None = None) -> None:
        """Whoever has a sample fills the form of a round and hands it in."""
        round_ = round_ or self.round
        issued = self.output.round(self.year, round_).issued
        for one in self._layouts(round_):
            if round_ != self.round or has_answered(self.masters, one):
                (form,) = issued.glob(f"【{one.respondent}】*.xlsx")
                self._return(round_, form, one, sample_answers(self.masters, one), form.name)

    def first_returns(self, issued: Sequence[Issued]) -> None:
        """All departments but the last; the first one leaves a required cell empty."""
        for number, (form, one) in enumerate(zip(issued[:-1], self.layouts, strict=False)):
            typed = dict(sample_answers(self.masters, one))
            if number == 0:
                del typed[self._gap]
            self._return(self.round, form.path, one, typed, form.path.name)

    def request(self) -> Path:
        """The 修正依頼 of the first department."""
        checked = check_returns(self.plan, self.year, self.round, self.output, annotate=True)
        requests = {each.respondent: each.path for each in checked.requests}
        first = requests.get(self.layouts[0].respondent)
        if first is None:
            raise Stop("見本の修正依頼が、予定どおりに作られませんでした。")
        return first

    def second_returns(self, issued: Sequence[Issued], request: Path) -> None:
        """The last department's form, and the first one's 修正依頼 with its gap filled."""
        last, first = self.layouts[-1], self.layouts[0]
        form = issued[-1].path
        self._return(self.round, form, last, sample_answers(self.masters, last), form.name)
        typed = sample_answers(self.masters, first)
        mended = {at: text for at, text in typed.items() if at == self._gap or at in _ANEW}
        self._return(self.round, request, first, mended, request.name)

    @property
    def _gap(self) -> tuple[str, str]:
        """The required cell that the first department leaves empty."""
        one = self.layouts[0]
        return next(_required(one, sample_answers(self.masters, one)))

    def _return(self, round_: Round, form: Path, one: Layout, typed: Typed, name: str) -> None:
        path = self.output.round(self.year, round_).returned / name
        write_file(path, fill_form(form.read_bytes(), one, typed))

    def merge(self, round_: Round | None = None) -> Collected:
        """取りまとめ of a round."""
        round_ = round_ or self.round
        return collect_returns(self.plan, self.masters, self.year, round_, self.output)

    def command(self, name: str, round_: Round | None = None) -> str:
        """The command that does it, as people type it."""
        return f"kakunin {name} {self.plan.words_for(self.year, round_ or self.round)}"

    def report(self, wanted: Wanted) -> Path:
        """The papers of the year: the one to open, or why there is no PDF."""
        made = publish(self.plan, self.masters, self.year, self.output, wanted=wanted)
        if made.without_pdf:
            self.say(f"　　{made.without_pdf}")
        return made.pdf or made.path


def every_paper() -> tuple[Wanted, str]:
    """All papers that can be made here, and the options that ask for them."""
    with_pdf = find_office() is not None
    return Wanted(pdf=with_pdf, text=True), f" --text{' --pdf' if with_pdf else ''}"


def _required(one: Layout, typed: Typed) -> Iterator[tuple[str, str]]:
    cells = ((row.id, column.key) for row, column in one.required_cells)
    return (at for at in cells if at in typed)
