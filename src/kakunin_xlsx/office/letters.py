"""文面: who is to be written to today, what is missing there, and the letters in 5_文面."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.codec import key
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.folders.files import Change, lay, write_files
from kakunin_xlsx.folders.tree import correction_name, form_name, letter_name, one_book_name
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.layout.understand import day as understood_day
from kakunin_xlsx.letters import LetterKind, Template, find_template, template_problems
from kakunin_xlsx.office.build import chosen_respondents
from kakunin_xlsx.office.reading import read_round
from kakunin_xlsx.office.years import RoundAt
from kakunin_xlsx.plan import MastersBroken
from kakunin_xlsx.plan.years import day_in_words, era_day
from kakunin_xlsx.returns.collect import Tell
from kakunin_xlsx.returns.folder import received
from kakunin_xlsx.stop import Stop, WrongUsage

if TYPE_CHECKING:
    from kakunin_xlsx.feedback import Correction

_UNSET = "定めなし"


@dataclass(frozen=True, slots=True)
class Written:
    """One letter: to whom, its subject, what is to be attached (None if nothing) and its file."""

    kind: LetterKind = key("種類")
    respondent: str = key("回答元")
    title: str = key("件名")
    attachment: Path | None = key("添付")
    late: int | None = key("遅れ日数")  # where 提出期限 has passed and nothing was handed in
    asked: int = key("確認事項")  # findings in a 修正依頼
    path: Path = key("ファイル")
    change: Change = key("結果")


@dataclass(frozen=True)
class Letters:
    """The letters of one day, and in sentences what the office should know."""

    day: date = key("日付")
    due: date | None = key("提出期限")
    letters: tuple[Written, ...] = key("文面")
    told: tuple[str, ...] = key("お知らせ")


def parse_day(word: str) -> date:
    """A day that somebody typed, such as 2026-05-20 or 令和8年5月20日. Raises WrongUsage."""
    if iso := understood_day(word):
        return date.fromisoformat(iso)
    raise WrongUsage(
        f"日付「{word}」を読み取れません。2026-05-20、令和8年5月20日 のように書いてください。"
    )


def write_letters(
    at: RoundAt,
    masters: Path,
    day: date,
    only: Sequence[str] = (),
    kinds: Sequence[LetterKind] = (),
    tell: Tell | None = None,
) -> Letters:
    """Write the letters that are due on `day` into 5_文面; all that can be of `kinds`, if given.

    The returns are read as they lie there now. Raises Stop where no form was built, WrongUsage
    for an unknown respondent, MastersBroken for a template that cannot be filled.
    """
    plan, round_ = at.plan, at.round
    if problems := template_problems(masters, (each.name for each in plan.rounds)):
        raise MastersBroken(problems)
    names = {who.name for who in chosen_respondents(plan.at(at.year), round_, only)}
    if not any(at.folder.issued.glob("*.xlsx")):
        raise Stop(
            f"{round_.name}の配布する様式が、まだありません。先に作ってください："
            f"kakunin build {at.options}"
        )
    occasion = Occasion(plan, at.year, at.output, round_, day)
    people = [each for each in _addressees(occasion, tell) if each.who in names]
    drafts = [(to, kind) for to in people for kind in to.kinds(kinds)]
    council = not round_.of_departments
    found = dict.fromkeys(kind for _, kind in drafts)
    templates = {kind: find_template(masters, kind, round_.name, council=council) for kind in found}
    at.output.claim(plan)
    files: dict[Path, bytes] = {}
    fixes = [to for to, kind in drafts if kind is LetterKind.FIX]
    renewed = [to.who for to in fixes if _renew(to, files)]
    made = tuple(_written(to, kind, templates[kind], files) for to, kind in drafts)
    told = tuple(_told(occasion, people, fixes, renewed, templates))
    write_files(files)
    return Letters(day, occasion.due, made, told)


def _addressees(at: Occasion, tell: Tell | None) -> Iterator[Addressee]:
    from kakunin_xlsx.feedback import corrections

    with read_round(at, received(at.folder.returned), tell, mending=True) as reading:
        merged = reading.merged()
    found = {each.layout.respondent: each for each in corrections(merged)}
    missing = {line.code for line in merged.missing}
    for form in merged.asked.values():
        handed_in = form.identity.respondent not in missing
        yield Addressee(at, form, handed_in, found.get(form.respondent))


def _renew(to: Addressee, files: dict[Path, bytes]) -> bool:
    """Make a 修正依頼 anew that was made of other returns: the letter counts what it contains."""
    from kakunin_xlsx.feedback import correction_request

    if not to.correction or not to.request or to.lacks_request:
        return False
    data = correction_request(to.correction, to.occasion.plan.style.font)
    return lay(to.request, data, to.request.parent / "旧版", files) is not Change.SAME


def _written(
    to: Addressee, kind: LetterKind, template: Template, files: dict[Path, bytes]
) -> Written:
    """Add one letter to `files`, as Notepad opens it rightly: UTF-8 with BOM and CRLF.

    An earlier one of the same day is kept: somebody may have written a 文書番号 into it.
    """
    at, letter, sent = to.occasion, template.filled(to.facts(kind)), to.attachment(kind)
    text = f"件名：{letter.title}\n添付：{sent.name if sent else 'なし'}\n\n{letter.body}"
    path = at.folder.letters / at.day.isoformat() / letter_name(to.who, kind)
    data = text.replace("\n", "\r\n").encode("utf-8-sig")
    return Written(
        kind=kind,
        respondent=to.who,
        title=letter.title,
        attachment=sent,
        late=at.days_late if kind is LetterKind.AGAIN else None,
        asked=len(to.correction.findings) if to.correction and kind is LetterKind.FIX else 0,
        path=path,
        change=lay(path, data, path.parent / "旧版", files),
    )


def _told(
    occasion: Occasion,
    people: Sequence[Addressee],
    fixes: Sequence[Addressee],
    renewed: Sequence[str],
    templates: Mapping[LetterKind, Template],
) -> Iterator[str]:
    if renewed:
        yield (
            f"修正依頼のExcelを、いまの点検の結果で作り直しました（前のものは旧版に残しました）："
            f"{'、'.join(renewed)}"
        )
    if without := [each.who for each in people if not each.form]:
        yield f"配布する様式がないため、照会の文面を作っていません：{'、'.join(without)}"
    if any(each.lacks_request for each in fixes):
        yield (
            "修正依頼のExcelがまだありません。作ってから文面を作り直すと、添付がそのファイルに"
            f"なります：kakunin check {occasion.options} --annotate"
        )
    if occasion.due is None:
        yield "提出期限の定めがないため、期限前のお知らせと提出のお願い（再）は作りません。"
    if ours := [kind for kind, template in templates.items() if template.ours]:
        yield f"計画に文面がないため、初めから付いている文面を使いました：{'、'.join(ours)}"


# To whom a letter of which kind goes, and what it says there.


@dataclass(frozen=True)
class Occasion(RoundAt):
    """One round on one year as it is written about on `day`."""

    day: date

    @property
    def due(self) -> date | None:
        """提出期限."""
        return self.round.due_date(self.year)

    @property
    def days_late(self) -> int | None:
        """Days after 提出期限; negative before it, None where there is none."""
        return (self.day - self.due).days if self.due else None

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
        at = self.occasion
        own = form_name(at.plan, self.who, at.year, at.round)
        paths = (at.folder.issued / n for n in (own, one_book_name(at.plan, at.year, at.round)))
        return next((path for path in paths if path.is_file()), None)

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
        at = self.occasion
        name = correction_name(at.plan, self.who, at.year, at.round, self.correction.turn)
        return at.folder.corrections / name

    @property
    def lacks_request(self) -> bool:
        """True if the workbook of the 修正依頼 is not made yet."""
        return self.request is not None and not self.request.is_file()

    def facts(self, kind: LetterKind) -> Mapping[str, str]:
        """What a letter of a kind says."""
        sent = self.attachment(kind)
        facts = {
            **self.occasion.facts,
            "宛先": self.who,
            "添付": sent.name if sent else "なし",
            "記入する行": str(sum(row.open for row in self.layout.rows)),
            "必須欄": str(len(self.layout.required_cells)),
        }
        if self.correction:
            facts["直す所"] = self.correction.counts
            facts["直し方"] = _how(self.correction, self.lacks_request)
            facts["確認事項"] = "\n".join(_listed(self.correction.findings))
        return facts


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
