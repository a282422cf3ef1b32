"""文面: who is to be written to today, what is missing there, and the letters in 5_文面."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder, letter_name, write_files
from kakunin_xlsx.folders.files import Change, lay
from kakunin_xlsx.layout.understand import day as understood_day
from kakunin_xlsx.letters import Letter, LetterKind, find_template, template_problems
from kakunin_xlsx.office.addressees import Addressee, Occasion
from kakunin_xlsx.office.issue import chosen_respondents
from kakunin_xlsx.office.reading import read_round
from kakunin_xlsx.plan import FiscalYear, MastersBroken, Plan, Round
from kakunin_xlsx.returns.collect import Tell
from kakunin_xlsx.returns.folder import received
from kakunin_xlsx.stop import Stop, WrongUsage


@dataclass(frozen=True, slots=True)
class Written:
    """One letter: to whom, its subject, what is to be attached (None if nothing) and its file."""

    kind: LetterKind
    respondent: str
    title: str
    attachment: Path | None
    late: int | None  # days after 提出期限, where it has passed and nothing was handed in
    asked: int  # findings in a 修正依頼
    path: Path
    change: Change


@dataclass(frozen=True)
class Letters:
    """The letters of one day, and in sentences what the office should know."""

    day: date
    due: date | None
    letters: tuple[Written, ...]
    told: tuple[str, ...]


def parse_day(word: str) -> date:
    """A day that somebody typed, such as 2026-05-20 or 令和8年5月20日. Raises WrongUsage."""
    if iso := understood_day(word):
        return date.fromisoformat(iso)
    raise WrongUsage(
        f"日付「{word}」を読み取れません。2026-05-20、令和8年5月20日 のように書いてください。"
    )


def write_letters(
    plan: Plan,
    masters: Path,
    year: FiscalYear,
    round_: Round,
    output: OutputFolder,
    day: date,
    only: Sequence[str] = (),
    kinds: Sequence[LetterKind] = (),
    tell: Tell | None = None,
) -> Letters:
    """Write the letters that are due on `day` into 5_文面; all that can be of `kinds`, if given.

    The returns are read as they lie there now. Raises Stop where no form was built, WrongUsage
    for an unknown respondent, MastersBroken for a template that cannot be filled.
    """
    if problems := template_problems(masters, (each.name for each in plan.rounds)):
        raise MastersBroken(problems)
    names = {who.name for who in chosen_respondents(plan.at(year), round_, only)}
    occasion = Occasion(plan, year, round_, output.round(year, round_), day)
    if not any(occasion.folder.issued.glob("*.xlsx")):
        raise Stop(
            f"{round_.name}の配布する様式が、まだありません。先に作ってください："
            f"kakunin build {plan.words_for(year, round_)}"
        )
    people = [each for each in _addressees(occasion, output, tell) if each.who in names]
    drafts = [_draft(to, kind, masters) for to in people for kind in to.kinds(kinds)]
    output.claim(plan)
    files: dict[Path, bytes] = {}
    fixes = [each.to for each in drafts if each.kind is LetterKind.FIX]
    renewed = [to.who for to in fixes if _renew(to, files)]
    made = tuple(each.written(lay(each.path, each.data, each.kept, files)) for each in drafts)
    write_files(files)
    return Letters(day, occasion.due, made, tuple(_told(occasion, people, drafts, renewed)))


def _addressees(occasion: Occasion, output: OutputFolder, tell: Tell | None) -> Iterator[Addressee]:
    from kakunin_xlsx.feedback import corrections

    at = occasion
    entries = received(at.folder.returned)
    what = (at.plan, at.year, at.round, output, entries, tell)
    with read_round(*what, mending=True) as reading:
        merged = reading.merged()
    found = {each.layout.respondent: each for each in corrections(merged)}
    missing = {line.code for line in merged.missing}
    for form in merged.asked.values():
        handed_in = form.identity.respondent not in missing
        yield Addressee(at, form, handed_in, found.get(form.respondent))


@dataclass(frozen=True)
class _Draft:
    """One letter before it is written."""

    to: Addressee
    kind: LetterKind
    letter: Letter
    ours: bool  # the wording is the package's

    @property
    def path(self) -> Path:
        at = self.to.occasion
        return at.folder.letters / at.day.isoformat() / letter_name(self.to.who, self.kind)

    @property
    def data(self) -> bytes:
        """As Notepad opens it rightly: UTF-8 with BOM and CRLF."""
        sent = self.to.attachment(self.kind)
        head = f"件名：{self.letter.title}\n添付：{sent.name if sent else 'なし'}\n\n"
        return (head + self.letter.body).replace("\n", "\r\n").encode("utf-8-sig")

    @property
    def kept(self) -> Path:
        """Where an earlier one of the same day goes: somebody may have written a 文書番号 into it."""
        return self.path.parent / "旧版"

    def written(self, change: Change) -> Written:
        findings = self.to.correction.findings if self.to.correction else ()
        return Written(
            kind=self.kind,
            respondent=self.to.who,
            title=self.letter.title,
            attachment=self.to.attachment(self.kind),
            late=self.to.occasion.days_late if self.kind is LetterKind.AGAIN else None,
            asked=len(findings) if self.kind is LetterKind.FIX else 0,
            path=self.path,
            change=change,
        )


def _draft(to: Addressee, kind: LetterKind, masters: Path) -> _Draft:
    asked = to.occasion.round
    template = find_template(masters, kind, asked.name, council=not asked.of_departments)
    return _Draft(to, kind, template.filled(to.facts(kind)), template.ours)


def _renew(to: Addressee, files: dict[Path, bytes]) -> bool:
    """Make a 修正依頼 anew that was made of other returns: the letter counts what it contains."""
    from kakunin_xlsx.feedback import correction_request

    if not to.correction or not to.request or to.lacks_request:
        return False
    data = correction_request(to.correction, to.occasion.plan.style.font)
    return lay(to.request, data, to.request.parent / "旧版", files) is not Change.SAME


def _told(
    occasion: Occasion,
    people: Sequence[Addressee],
    drafts: Sequence[_Draft],
    renewed: Sequence[str],
) -> Iterator[str]:
    if renewed:
        yield (
            f"修正依頼のExcelを、いまの点検の結果で作り直しました（前のものは旧版に残しました）："
            f"{'、'.join(renewed)}"
        )
    if without := [each.who for each in people if not each.form]:
        yield f"配布する様式がないため、照会の文面を作っていません：{'、'.join(without)}"
    if any(each.to.lacks_request for each in drafts if each.kind is LetterKind.FIX):
        options = occasion.plan.words_for(occasion.year, occasion.round)
        yield (
            "修正依頼のExcelがまだありません。作ってから文面を作り直すと、添付がそのファイルに"
            f"なります：kakunin check {options} --annotate"
        )
    if occasion.due is None:
        yield "提出期限の定めがないため、期限前のお知らせと提出のお願い（再）は作りません。"
    if ours := dict.fromkeys(each.kind for each in drafts if each.ours):
        yield f"計画に文面がないため、初めから付いている文面を使いました：{'、'.join(ours)}"
