"""OpenDocument spreadsheets (.ods): values, merged cells, comments, drawings and print headers.

Colours are not looked at; the book says so. Names are those of OpenDocument 1.3
part 3, without their namespaces.
"""

from __future__ import annotations

from contextlib import suppress

from kakunin_xlsx.returns.model import Book, Unreadable
from kakunin_xlsx.returns.ods.content import CONTENT, OdsContent, parse_part
from kakunin_xlsx.returns.ods.pages import Pages
from kakunin_xlsx.returns.ods.text import Looks
from kakunin_xlsx.returns.zips import Zip

UNSEEN = ".ods"


def read_ods(archive: Zip, most_cells: int) -> Book:
    """Every sheet that holds a table. Raises Unreadable."""
    looks = Looks()
    pages = Pages(looks)
    with suppress(Unreadable):  # what is printed at the edge is not worth the file
        parse_part(archive, "styles.xml", pages)
    content = OdsContent(archive, most_cells, pages.texts, looks)
    parse_part(archive, CONTENT, content)
    if not content.grids:
        raise Unreadable("シートが一つもありません")
    return Book(tuple(content.grids), unseen=UNSEEN)
