"""Where everything lies in the output folder, as staff see it in Explorer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kakunin_xlsx.codec import Unread, from_json, to_json
from kakunin_xlsx.folders.files import MARKER, write_file
from kakunin_xlsx.plan import Audience, FiscalYear, Plan, Round
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import bytes_of

_LONGEST_WHO, _LONGEST_WHAT = 120, 72  # bytes: a file's name takes 255, a path 240 letters
_DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{at}{n}" for at in ("COM", "LPT") for n in range(1, 10)),
}
_OLDER = "旧版"
_EDITION = re.compile(r"第([1-9][0-9]*)版(?:_(.+))?")


class RoundFolder:
    """`output/令和7年度/1_実績照会`: the folders of one round on one year."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.issued = path / "1_配布"  # forms to hand out
        self.superseded = self.issued / _OLDER  # forms that an issue with other content replaced
        self.returned = path / "2_回収"  # whatever came back: never moved, renamed or written to
        self.corrections = path / "3_修正依頼"
        self.merged = path / "4_取りまとめ"  # 回答一覧.csv and its companions
        # the office's tables that were made anew, where words stood beside them
        self.superseded_tables = self.merged / _OLDER
        self.letters = path / "5_文面"  # a folder for each day on which letters were made


@dataclass(frozen=True, slots=True)
class PaperFolder:
    """`output/令和7年度/確認表`: the papers on one year, named after 確認表の題名.

    Those that are not the councils' bear the name of their circle of readers.
    """

    path: Path
    title: str
    year: FiscalYear
    circle: str = ""

    def of(self, audience: Audience) -> PaperFolder:
        """The same for these readers."""
        return replace(self, circle="" if audience is Audience.COUNCIL else str(audience))

    def report(self) -> Path:
        """The consolidated workbook."""
        return self._paper(self.title, self.circle)

    def report_data(self) -> Path:
        """The answers for machines: the office's, but for a paper for the public."""
        return self._paper("回答データ", self.circle if self.circle == Audience.PUBLIC else "")

    def report_text(self) -> Path:
        """The text to be read aloud."""
        return self.report().with_name(f"{self.report().stem}_読み上げ用.txt")

    def report_pdf(self) -> Path:
        """The workbook as PDF."""
        return self.report().with_suffix(".pdf")

    def files(self, paper: Mapping[str, bytes]) -> dict[Path, bytes]:
        """What is written where, of `workbook`, `data`, `text` and `pdf`."""
        places = {
            "workbook": self.report(),
            "data": self.report_data(),
            "text": self.report_text(),
            "pdf": self.report_pdf(),
        }
        return {path: paper[what] for what, path in places.items() if what in paper}

    def _paper(self, what: str, circle: str) -> Path:
        return self.path / f"{'_'.join(filter(None, (what, self.year.name, circle)))}.xlsx"

    def edition(self, number: int) -> Path:
        """The folder of 第n版, or 第n版_公表, which is never written again."""
        return self.path / "_".join(filter(None, (f"第{number}版", self.circle)))

    def editions(self) -> tuple[int, ...]:
        """The numbers of the 版 that were issued for these readers, first to last."""
        found = (_EDITION.fullmatch(path.name) for path in self.path.glob("第*版*"))
        own = (match for match in found if match and (match[2] or "") == self.circle)
        return tuple(sorted(int(match[1]) for match in own))

    @property
    def controls(self) -> Path:
        """How each paper was made."""
        return self.path / "控え"

    def conditions(self, paper: str) -> Path:
        """How a paper (the name of its workbook without ending, or 第n版) was made."""
        return self.controls / f"{paper}.json"

    def past_answers(self, paper: str) -> Path:
        """The answers of earlier years that the paper shows, beside its conditions."""
        return self.controls / f"{paper}_過去の回答.csv"


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """The output folder of one plan."""

    root: Path

    def round(self, year: FiscalYear, round_: Round) -> RoundFolder:
        """The folder of one round on `year`."""
        return RoundFolder(self.root / year.name / round_.folder)

    def papers(self, plan: Plan, year: FiscalYear) -> PaperFolder:
        """Where the papers on `year` lie."""
        named = _safe(plan.table_name, _LONGEST_WHAT), _safe(plan.form_name, _LONGEST_WHAT)
        return PaperFolder(self.root / year.name / named[0], named[1], year)

    @property
    def archive(self) -> Path:
        """保存: one zip a year, and the 保存台帳."""
        return self.root / "保存"

    def claim(self, plan: Plan) -> None:
        """Mark the folder with its plan. Raises Stop if it belongs to another one."""
        self.require(plan)
        marker = {"計画": plan.id, "名称": plan.title}
        write_file(self.root / MARKER, to_json(marker))

    def require(self, plan: Plan) -> None:
        """Raises Stop if the folder belongs to another plan; an unmarked one is free."""
        marker = self.root / MARKER
        if not marker.exists():
            return
        try:
            owner = from_json(dict[str, str], bytes_of(marker))
            identity, title = owner["計画"], owner["名称"]
        except (Unread, KeyError) as broken:
            raise Stop(
                f"{marker} を読めません。別の出力先を --output で指定してください。"
            ) from broken
        if identity != plan.id:
            raise Stop(
                f"{self.root} は「{title}」の出力先です。"
                f"「{plan.title}」には別の出力先を --output で指定してください。"
            )


def form_name(plan: Plan, who: str, year: FiscalYear, round_: Round) -> str:
    """`【指導室】取組状況確認表_令和7年度実績.xlsx`; in other rounds than the first with its name."""
    return f"【{_safe(who)}】{_what(plan, year, round_)}.xlsx"


def correction_name(plan: Plan, who: str, year: FiscalYear, round_: Round, turn: int) -> str:
    """`【指導室】修正依頼_取組状況確認表_令和7年度実績_第2回.xlsx`: where the answers come again."""
    return f"【{_safe(who)}】修正依頼_{_what(plan, year, round_)}_第{turn}回.xlsx"


def letter_name(who: str, kind: str) -> str:
    """`【指導室】提出のお願い（再）.txt`."""
    return f"【{_safe(who)}】{kind}.txt"


def one_book_name(plan: Plan, year: FiscalYear, round_: Round) -> str:
    """The workbook that holds every respondent's sheet."""
    return f"一括_{_what(plan, year, round_)}.xlsx"


def _what(plan: Plan, year: FiscalYear, round_: Round) -> str:
    what = plan.form_name if round_ == plan.main_round else round_.name
    return f"{_safe(what, _LONGEST_WHAT)}_{year.name}実績"


def _safe(name: str, most: int = _LONGEST_WHO) -> str:
    """A name that every file system takes, cut to a length that paths can bear."""
    plain = "".join("・" if char in '\\/:*?"<>|' or char < " " else char for char in name)
    short = plain.encode()[:most].decode(errors="ignore").strip(". ")
    first, dot, rest = short.partition(".")  # 「nul.計画」 is the device as well
    device = not short or first.rstrip().upper() in _DEVICES
    return f"{first}・{dot}{rest}" if device else short
