"""What people put on a sheet and into no cell: drawings, older drawings, print headers."""

from __future__ import annotations

from collections.abc import Mapping

from tests.faults.books import parts_of, with_sheet
from tests.faults.plain import MAIN, OFFICE, RESULT, SHEET_LINKS, Build, added, behind_data, place
from tests.faults.plain import relations as links_to
from tests.faults.zips import zipped

_XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
DRAWN, _OLD = "xl/drawings/drawing1.xml", "xl/drawings/vmlDrawing1.vml"
TWO, ONE, ABSOLUTE = "twoCellAnchor", "oneCellAnchor", "absoluteAnchor"
BOX, CALLOUT, ELLIPSE = "rect", "wedgeRoundRectCallout", "ellipse"


def said(text: str) -> str:
    """The words of a shape, a paragraph for each line."""
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f"<xdr:txBody><a:bodyPr/>{lines}</xdr:txBody>"


def shape(text: str = "", form: str = BOX, box: bool = False) -> str:
    return (
        f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="x"/><xdr:cNvSpPr txBox="{box:d}"/>'
        f'</xdr:nvSpPr><xdr:spPr><a:prstGeom prst="{form}"/></xdr:spPr>{said(text)}</xdr:sp>'
    )


def group(*things: str) -> str:
    return f"<xdr:grpSp><xdr:grpSpPr/>{''.join(things)}</xdr:grpSp>"


LINE = '<xdr:cxnSp><xdr:spPr><a:prstGeom prst="line"/></xdr:spPr></xdr:cxnSp>'
PICTURE = '<xdr:pic><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic>'


def frame(kind: str) -> str:
    """A chart or diagram, whose words stand in a part of their own."""
    return (
        f'<xdr:graphicFrame><a:graphic><a:graphicData><c:{kind} xmlns:c="c" r:id="rId1"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame>"
    )


def choice(new: str, old: str) -> str:
    """A thing for today's programs, and once more for older ones."""
    return (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="a14">{new}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    )


def at(row: int, col: int, thing: str, anchor: str = TWO) -> str:
    """Something at a cell (from 1)."""
    begin = f"<xdr:from><xdr:col>{col - 1}</xdr:col><xdr:row>{row - 1}</xdr:row></xdr:from>"
    end = f"<xdr:to><xdr:col>{col + 1}</xdr:col><xdr:row>{row + 1}</xdr:row></xdr:to>"
    where = {
        TWO: begin + end,
        ONE: f'{begin}<xdr:ext cx="99" cy="99"/>',
        ABSOLUTE: f'<xdr:pos x="{col * 700_000 - 9_000}" y="{row * 254_000 - 9_000}"/>',
    }
    return f"<xdr:{anchor}>{where[anchor]}{thing}<xdr:clientData/></xdr:{anchor}>"


def drawing(*anchors: str) -> str:
    inside = "".join(anchors)
    return f'<xdr:wsDr xmlns:xdr="{_XDR}" xmlns:a="{_A}" xmlns:r="{OFFICE}">{inside}</xdr:wsDr>'


def on_form(*anchors: str, more: Mapping[str, str | bytes] | None = None) -> Build:
    """The form with a drawing; `more` are further parts."""
    links = links_to(("drawing", "../drawings/drawing1.xml"))
    return added({SHEET_LINKS: links, DRAWN: drawing(*anchors), **(more or {})})


def framed(kind: str, relation: str, words: str) -> Build:
    """A chart or diagram with words in its own part."""
    part = f'<x xmlns:a="{_A}"><a:p><a:r><a:t>{words}</a:t></a:r></a:p></x>'
    links = links_to((relation, "../more/part1.xml"))
    more: dict[str, str | bytes] = {
        "xl/drawings/_rels/drawing1.xml.rels": links,
        "xl/more/part1.xml": part,
    }
    return on_form(at(30, 2, frame(kind)), more=more)


def on_wide_columns() -> bytes:
    """Anchored to no cell, on a sheet whose sizes say which one it is."""
    found = parts_of(on_form(at(3, 2, shape("位置だけ"), ABSOLUTE))())
    sizes = '<sheetFormatPr defaultRowHeight="20"/><cols><col min="1" max="9" width="9.7857"/>'
    name = "xl/worksheets/sheet1.xml"
    sheet = found[name].replace(b"<sheetData>", f"{sizes}</cols><sheetData>".encode())
    return zipped({**found, name: sheet})


def old(*shapes: str) -> Build:
    """The form with an older drawing."""
    part = f'<xml xmlns:v="urn:v" xmlns:x="urn:x">{"".join(shapes)}</xml>'
    return added({SHEET_LINKS: links_to(("vmlDrawing", "../drawings/vmlDrawing1.vml")), _OLD: part})


def old_shape(kind: str, text: str = "") -> str:
    """Anchored at C31."""
    words = f"<v:textbox><div>{text}</div></v:textbox>" if text else ""
    data = f'<x:ClientData ObjectType="{kind}"><x:Anchor>2, 9, 30, 2, 4, 0, 33, 0</x:Anchor>'
    return f"<v:shape>{words}{data}</x:ClientData></v:shape>"


HEADER_PICTURE = '<v:shape id="CH"><v:imagedata/></v:shape>'


def printed(name: str, code: str) -> Build:
    """A print header or footer."""
    return behind_data(f"<headerFooter><{name}>{code}</{name}></headerFooter>")


def threaded(*texts: str) -> bytes:
    """A modern comment with its replies, and beside it what older programs show."""
    where = place(*RESULT)
    said = "".join(
        f'<threadedComment ref="{where}"><text>{t}</text></threadedComment>' for t in texts
    )
    old = f'<comments xmlns="{MAIN}"><commentList><comment ref="{where}"><text><t>[スレッド]</t></text>'
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    links = (
        f'<Relationships><Relationship Id="rId1" Type="{OFFICE}/comments" Target="/xl/comments1.xml"/>'
        f'<Relationship Id="rId2" Type="{kind}" Target="/xl/threaded1.xml"/></Relationships>'
    )
    return added(
        {
            SHEET_LINKS: links,
            "xl/comments1.xml": f"{old}</comment></commentList></comments>",
            "xl/threaded1.xml": f"<ThreadedComments>{said}</ThreadedComments>",
        }
    )()


def on_another_sheet(anchor: str) -> bytes:
    """An added sheet without a filled cell, with a drawing."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    found = parts_of(with_sheet("worksheet", "worksheets/sheet9.xml", sheet))
    links = links_to(("drawing", "../drawings/drawing1.xml"))
    more = {"xl/worksheets/_rels/sheet9.xml.rels": links, DRAWN: drawing(anchor).encode()}
    return zipped({**found, **more})


def on_chart_sheet() -> bytes:
    """A sheet that is a chart, with a text box on it."""
    found = parts_of(with_sheet("chartsheet", "chartsheets/sheet1.xml", "<chartsheet/>"))
    links = links_to(("drawing", "../drawings/drawing1.xml"))
    part = drawing(at(1, 1, shape("図の説明"), ABSOLUTE)).encode()
    more = {"xl/chartsheets/_rels/sheet1.xml.rels": links, DRAWN: part}
    return zipped({**found, **more})


def many() -> bytes:
    """More shapes than anybody draws."""
    return on_form(*(at(row, 2, shape(str(row))) for row in range(1, 10_003)))()


def cut_off() -> bytes:
    """A drawing that ends in its second shape."""
    found = parts_of(on_form(at(30, 2, shape("一")), at(31, 2, shape("二")))())
    whole = found[DRAWN]
    return zipped({**found, DRAWN: whole[: whole.rindex(b"<a:t>")]})
