"""Files that ask for more than they are worth: rows, cells, letters by the million."""

from __future__ import annotations

import zlib

from tests.faults.books import with_part
from tests.faults.good import SPOILT, values
from tests.faults.old import xls
from tests.faults.plain import LINKS, SHEET, STRINGS, STYLES, Build, more_rows, parts
from tests.faults.zips import Member, archive, zipped

_BLOCK = 1_000_000  # bytes, about


def grown(
    part: str, unit: str, megabytes: int, before: str, opened: str = "", closed: str = ""
) -> Build:
    """A workbook with `unit` over and over in a part, before its last `before`; sizes are true."""

    def build() -> bytes:
        text = parts()[part].decode()
        at = text.rindex(before)
        head, tail = (text[:at] + opened).encode(), (closed + text[at:]).encode()
        block = unit.encode() * max(1, _BLOCK // len(unit.encode()))
        return _grown(part, head, block, megabytes, tail)

    return build


def _grown(part: str, head: bytes, block: bytes, times: int, tail: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    stream = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    stream += (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * times
    stream += packer.compress(tail) + packer.flush()
    crc = zlib.crc32(head)
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    size = len(head) + len(block) * times + len(tail)
    made = Member(part, packed=stream, size=size, crc=zlib.crc32(tail, crc))
    others = [Member(name, data) for name, data in parts().items() if name != part]
    return archive([*others, made])


def rows(unit: str, megabytes: int) -> Build:
    """Rows below the table."""
    return grown(SHEET, unit, megabytes, "</sheetData>")


EMPTY_ROWS = rows('<row><c s="1"/></row>', 22)  # a million of them
EMPTY_CELLS = rows("<row><c><v>1</v></c>" + 16_000 * '<c s="1"/>' + "</row>", 140)


def filled_cells(count: int) -> Build:
    """So many numbers below the table."""
    return more_rows("<row><c><v>1</v></c></row>" * count)


def marked(count: int) -> Build:
    """So many rows of the form below the table."""
    mark = SPOILT.identity.mark("3-4-1", "00000000")
    return more_rows(f'<row><c t="str"><v>{mark}</v></c></row>' * count)


def coloured(count: int) -> bytes:
    """So many rows with a number and a thousand red cells."""
    row = "<row><c><v>1</v></c>" + 999 * '<c s="2"/>' + "</row>"
    red = '<fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill>'
    sheet = parts()[SHEET].decode().replace("</sheetData>", f"{row * count}</sheetData>")
    styles = parts()[STYLES].decode().replace("</fills>", f"{red}</fills>")
    styles = styles.replace("</cellXfs>", '<xf fillId="2"/></cellXfs>')
    return zipped({**parts(), SHEET: sheet.encode(), STYLES: styles.encode()})


def strings(megabytes: int) -> Build:
    """Texts behind those of the table."""
    return grown(STRINGS, "<si><t>a</t></si>", megabytes, "</sst>")


def runs(megabytes: int) -> Build:
    """One text in as many pieces."""
    return grown(STRINGS, "<r><t>ab</t></r>", megabytes, "</si></sst>")


def styles(megabytes: int) -> Build:
    """Cell styles."""
    return grown(STYLES, "<xf/>", megabytes, "</cellXfs>")


def links(megabytes: int) -> Build:
    """Relationships."""
    unit = '<Relationship Id="a" Type="x" Target="y"/>'
    return grown(LINKS, unit, megabytes, "</Relationships>")


def nested(megabytes: int) -> Build:
    """Elements in elements."""
    return grown(SHEET, "<a>", megabytes, "</sheetData>")


def one_text(megabytes: int) -> Build:
    """One cell with so much text."""
    cell = '<row><c t="str"><v>', "</v></c></row>"
    return grown(SHEET, "x", megabytes, "</sheetData>", *cell)


def one_tag(megabytes: int) -> Build:
    """One tag that does not end for so long."""
    return grown(SHEET, "x", megabytes, "</sheetData>", '<row spans="', '"/>')


def one_remark(megabytes: int) -> Build:
    """One remark that does not end for so long."""
    return grown(SHEET, "x", megabytes, "</sheetData>", "<!--", "-->")


def commented(count: int) -> Build:
    """So many comments."""
    each = '<comment ref="A1" authorId="0"><text><t>x</t></text></comment>' * count
    return with_part("comments", "xl/comments1.xml", f"<comments>{each}</comments>")


def far_xls() -> bytes:
    """An .xls with a word in its last corner: a reader that keeps blanks needs 16 million."""
    return xls([*values(), (65_536, 256, "遠く")])


def farther_xls() -> bytes:
    """A word where no .xls has a column: 1,000 million blanks; the reader ends its own process."""
    return xls([*values(), (65_536, 16_384, "遠く")])
