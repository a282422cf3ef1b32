"""A return that says, in every corner Excel has, whose computer it comes from."""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl.comments import Comment

from tests.people.base import NEXT, ROW, book

FILLER = "ひみつ記入者"
FORMULA = "=cmd|'/C himitsu'!A1"  # typed as text: what a CSV opened in Excel would run
# By where it stands. None of them may leave the returned file.
TRACES = {
    "作成者": "ひみつ作成者",
    "最終更新者": "ひみつ更新者",
    "会社名": "ひみつ会社",
    "管理者": "ひみつ管理者",
    "プリンター": "HIMITSU-PRINTER",
    "ほかのブックへのリンク": "himitsu-server",
    "ウェブへのリンク": "himitsu.example",
    "コメントの作成者": "ひみつコメント者",
    "独自のプロパティ": "ひみつ独自",
}
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_EXTERNAL = (
    f'<externalLink xmlns="{_MAIN}"><externalBook xmlns:r="{_REL}" r:id="rId1"/></externalLink>'
)


def marked() -> bytes:
    """指導室's form with `TRACES`, a filler's name, a formula typed as text, and one fault."""
    one = book()
    one.fill("*", "filler", FILLER).fill(ROW, "next", FORMULA).fill(NEXT, "rating", "まあまあ")
    about = one.book.properties
    about.creator, about.lastModifiedBy = TRACES["作成者"], TRACES["最終更新者"]
    place = one.sheet[one.at(ROW, "reason")]
    place.comment = Comment("要相談", TRACES["コメントの作成者"])
    place.hyperlink = f"http://{TRACES['ウェブへのリンク']}/"
    return _with_parts(one.data())


def _with_parts(data: bytes) -> bytes:
    """What openpyxl cannot write: printer, link to another workbook, company, own property."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()}
        edit = _Parts(parts)
        edit.put(
            "docProps/app.xml",
            r"</Properties>",
            f"<Manager>{TRACES['管理者']}</Manager><Company>{TRACES['会社名']}</Company></Properties>",
        )
        edit.put("docProps/custom.xml", r">komae[^<]*<", f">{TRACES['独自のプロパティ']}<")
        edit.link("xl/workbook.xml", "externalLink", "externalLinks/externalLink1.xml")
        edit.link("xl/worksheets/sheet1.xml", "printerSettings", "../printerSettings/p1.bin")
        parts["xl/externalLinks/externalLink1.xml"] = _EXTERNAL.encode()
        parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" TargetMode="External" '
            f'Type="{_REL}/externalLinkPath" Target="file:///\\\\{TRACES["ほかのブックへのリンク"]}'
            '\\a.xlsx"/></Relationships>'
        ).encode()
        parts["xl/printerSettings/p1.bin"] = TRACES["プリンター"].encode("utf-16-le")
        for name, part in parts.items():
            new.writestr(name, part)
    return made.getvalue()


class _Parts:
    """Parts of a workbook, edited as text."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts

    def put(self, name: str, pattern: str, text: str) -> None:
        before = self._parts[name].decode()
        after = re.sub(pattern, lambda _: text, before, count=1)
        assert after != before, name
        self._parts[name] = after.encode()

    def link(self, part: str, kind: str, target: str) -> None:
        """A relationship of `part` that leads to `target`."""
        folder, _, name = part.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels"
        empty = f'<Relationships xmlns="{_PACKAGE}"></Relationships>'
        self._parts.setdefault(rels, empty.encode())
        added = f'<Relationship Id="rIdX" Type="{_REL}/{kind}" Target="{target}"/></Relationships>'
        self.put(rels, r"</Relationships>", added)
