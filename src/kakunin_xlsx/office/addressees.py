"""To whom a letter of which kind goes on a day, and what it says there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.findings import Finding
from kakunin_xlsx.folders import (
    RoundFolder,
    correction_name,
    form_name,
    letter_name,
    one_book_name,
)
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.letters import LetterKind
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.plan.years import day_in_words, era_day

if TYPE_CHECKING:
    from kakunin_xlsx.feedback import Correction

_UNSET = "定めなし"


@dataclass(frozen=True)
class Occasion:
    """One round on one year as it is written about on `day`."""

    plan: Plan
    year: FiscalYear
    round: Round
    folder: RoundFolder
    day: date

    @property
    def due(self) -> date | None:
        """提出期限."""
        return self.round.due_date(self.year)

    @property
    def days_late(self) -> int | None:
        """Days after 提出期限; negative before it, None where there is none."""
        return (self.day - self.due).days if self.due else None

    def form_of(self, who: str) -> Path | None:
        """The file in which `who` was asked."""
        names = (
            form_name(self.plan, who, self.year, self.round),
            one_book_name(self.plan, self.year, self.round),
        )
        paths = (self.folder.issued / name for name in names)
        return next((path for path in paths if path.is_file()), None)

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """What every letter of the round says."""
        plan, due = self.plan, self.due
        return {
            "計画名": plan.title,
            "年度": self.year.name,
            "実施年度": self.year.next.name,
            "照会名": self.round.name,
            "日付": era_day(self.day),
            "発信者": f"{plan.city}{plan.office}",
            "提出期限": day_in_words(due) if due else _UNSET,
            "提出先": self.round.submit_to,
            "問合せ先": self.round.contact,
            "期限まで": _until(self.days_late),
            "遅れ日数": str(self.days_late or ""),
        }


def _until(late: int | None) -> str:
    if late is None or late > 0:
        return ""
    return f"あと{-late}日" if late else "本日"


@dataclass(frozen=True)
class Addressee:
    """How one respondent stands: nothing handed in, or what came back is to be mended, or neither."""

    occasion: Occasion
    layout: Layout
    handed_in: bool
    correction: Correction | None

    @property
    def who(self) -> str:
        """The respondent's name."""
        return self.layout.respondent

    @cached_property
    def form(self) -> Path | None:
        """The file in which it was asked; None if none was built."""
        return self.occasion.form_of(self.who)

    @property
    def _can(self) -> Iterator[LetterKind]:
        """Every kind of letter that would make sense today."""
        late = self.occasion.days_late
        if self.correction:
            yield LetterKind.FIX
        if not self.form:
            return
        yield LetterKind.ASK
        if late is not None and not self.handed_in and self.layout.required_cells:
            yield LetterKind.AGAIN if late > 0 else LetterKind.NOTICE

    def kinds(self, named: Sequence[LetterKind]) -> list[LetterKind]:
        """The named kinds that make sense; if none is named, the one that is due."""
        can = list(self._can)
        if named:
            return [kind for kind in can if kind in named]
        settled = self.handed_in or self._written_before
        return [kind for kind in can if kind is not LetterKind.ASK or not settled][:1]

    @property
    def _written_before(self) -> bool:
        """True if a letter of an earlier day lies there; today's may be made again."""
        names, today = [letter_name(self.who, kind) for kind in LetterKind], self.occasion.day
        days = [each for each in self.occasion.folder.letters.glob("*") if each.is_dir()]
        return any(
            (day / name).is_file() for day in days if day.name < today.isoformat() for name in names
        )

    def attachment(self, kind: LetterKind) -> Path | None:
        """What to send along: the form; with a 修正依頼 its workbook, once that is made."""
        if kind is not LetterKind.FIX or not self.correction:
            return self.form
        if not self.lacks_request:
            return self.request
        return self.form if self.correction.turn == 1 else None  # what was handed in is mended

    @property
    def request(self) -> Path | None:
        """Where the workbook of the 修正依頼 lies, or will lie."""
        if not self.correction:
            return None
        occasion = self.occasion
        name = correction_name(
            occasion.plan, self.who, occasion.year, occasion.round, self.correction.turn
        )
        return occasion.folder.corrections / name

    @property
    def lacks_request(self) -> bool:
        """True if the workbook of the 修正依頼 is not made yet."""
        return self.request is not None and not self.request.is_file()

    def facts(self, kind: LetterKind) -> Mapping[str, str]:
        """What a letter of a kind says."""
        sent = self.attachment(kind)
        return {
            **self.occasion.facts,
            "宛先": self.who,
            "添付": sent.name if sent else "なし",
            "記入する行": str(sum(row.open for row in self.layout.rows)),
            "必須欄": str(len(self.layout.required_cells)),
            **(self._to_mend(self.correction) if self.correction else {}),
        }

    def _to_mend(self, correction: Correction) -> Mapping[str, str]:
        return {
            "直す所": correction.counts,
            "直し方": _how(correction, self.lacks_request),
            "確認事項": "\n".join(_listed(correction.findings)),
        }


def _how(correction: Correction, lacks_request: bool) -> str:
    if correction.layout.spare:  # a council's form
        return (
            "添付のファイルの色の付いた所を議事録などと見比べて直し、「提出日」を記入してください。"
        )
    if not lacks_request:
        return (
            "添付のファイルに、前に記入された内容が入っています。色の付いた所を直し、"
            "「提出日」と「所属長確認」を記入して、そのファイルを提出してください。"
        )
    if correction.turn == 1:
        return "添付のファイルに記入して、提出してください。"
    return (
        "提出されたファイルを直し、「提出区分」を「差替え」、「提出回」を「"
        f"{correction.turn}」、「提出日」を直した日にして、提出してください。"
    )


def _listed(findings: Iterable[Finding]) -> Iterator[str]:
    """Every finding with its cell in the file that was handed in, and what is asked."""
    for number, finding in enumerate(findings, start=1):
        at = finding.place
        cell = "!".join(filter(None, (at.sheet, at.cell)))
        where = "　".join(filter(None, (at.initiative or at.row.strip("*"), at.item)))
        place = "　".join(filter(None, (at.file, cell)))
        yield _one_line(f"（{number}）【{finding.severity}】{where}［{place}］")
        yield _one_line(f"　　　{finding.words}")
        yield _one_line(f"　　　→ {finding.ask}")


def _one_line(text: str) -> str:
    """Without what a mail would obey or break: line ends and control characters."""
    return "".join(char if char.isprintable() or char == "　" else " " for char in text)
