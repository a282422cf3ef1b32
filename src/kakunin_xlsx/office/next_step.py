"""The one thing to do next about a round: status, merge, check and the menu say the same."""

from __future__ import annotations

from dataclasses import dataclass

from kakunin_xlsx.merge.tables import CONFLICTS
from kakunin_xlsx.plan import FiscalYear, Plan, Round


@dataclass(frozen=True)
class NextSteps:
    """The sentences for a round on a year (`options`: `--year R7 --round naibu`); each names a command.

    `whom` fills in the forms: 各課, or a council's secretary.
    """

    options: str
    whom: str = "各課"

    @classmethod
    def of(cls, plan: Plan, year: FiscalYear, round_: Round) -> NextSteps:
        """Those of one round."""
        whom = cls.whom if round_.of_departments else "会議の書記"
        return cls(plan.words_for(year, round_), whom)

    @property
    def build(self) -> str:
        """Nothing was built yet."""
        return f"{self.whom}に配る様式を作ります：kakunin build {self.options}"

    def hand_out(self, issued: str, returned: str) -> str:
        """Forms lie in the folder `issued`; they come back to `returned`."""
        back = f"「{returned}」に入れて、{self.merge}"
        return f"「{issued}」のファイルを{self.whom}に配り、戻ったファイルを{back}"

    @property
    def merge(self) -> str:
        """Files lie there that no merge has read."""
        return f"取りまとめます：kakunin merge {self.options}"

    @property
    def report(self) -> str:
        """Nothing is open."""
        return f"会議に出す資料を作ります：{self._report}"

    def mend(self, conflicts: bool, to_correct: bool, requested: bool = False) -> str:
        """Something is open: answers that differ, forms to correct, else files that are missing.

        `requested`: the 修正依頼 are made already.
        """
        again = f"もう一度{self.merge}"
        as_it_is = f"いまの分だけの資料は {self._report} で作れます"
        if conflicts:
            return f"4_取りまとめの「{CONFLICTS}」で採る回答を選び、{again}"
        if to_correct and requested:
            sent = f"修正依頼のファイルを{self.whom}に送り、戻ったものを「2_回収」に足して、"
            return f"{sent}{again}（{as_it_is}）"
        if to_correct:
            made = f"修正依頼を作って{self.whom}に送ります：kakunin check {self.options} --annotate"
            return f"{made}（{as_it_is}）"
        more = f"提出のお願いの文面は kakunin letters {self.options}、"
        more += f"修正依頼は kakunin check {self.options} --annotate、"
        return f"足りないファイルを「2_回収」に入れて、{again}（{more}{as_it_is}）"

    @property
    def _report(self) -> str:
        return f"kakunin report {self.options.partition(' --round')[0]}"
