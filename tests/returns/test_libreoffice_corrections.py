"""A 修正依頼 opened, saved and answered in LibreOffice: our comments are never answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kakunin_xlsx.feedback import correction_request, corrections
from kakunin_xlsx.layout import notice
from kakunin_xlsx.merge.join import merge
from kakunin_xlsx.merge.model import Merged
from tests.example import R7, layouts, shipped
from tests.hands import FORM, Book, read
from tests.returns.test_libreoffice_hands import came, filled, merged, said
from tests.tools.libreoffice import Instructions, Kind, LibreOffice

T = "確認表"
ROW, OTHER = "4-1-2", "4-1-3"
TO_MEND = [
    f"C01:{OTHER}:figure",
    "C05:*:approved",
    f"C27:{OTHER}:reason",
    f"F01:{ROW}:result",
    f"F02:{ROW}:rating",
]
# As the 修正依頼 fills or empties them; the rest of the form holds what was handed in.
ANEW = {"submission", "turn", "submitted_on", "approved"}
WAYS: tuple[tuple[Kind, ...], ...] = (
    ("xlsx",),
    ("ods",),
    ("xls",),
    ("ods", "xlsx"),
    ("xls", "xlsx"),
)


def handed_in() -> Merged:
    """A form with something to mend, to look at, and beside the table."""
    book = Book(filled())
    book.fill(ROW, "result", None).fill(ROW, "rating", "まあまあ").fill(OTHER, "figure", "数回")
    book.fill(OTHER, "reason", "同上").fill(ROW, "next", "=1+1").put("S20", "余白のメモ")
    return merge(shipped(), R7, "jisseki", [read(book.data(), layouts())])


@cache
def requested() -> bytes:
    (correction,) = corrections(handed_in())
    return correction_request(correction, shipped().style.font)


def values(result: Merged) -> dict[tuple[str, str], str]:
    return {at: text for at, text in came(result).items() if at[1] not in ANEW}


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_its_values_are_those_that_were_handed_in(
    way: tuple[Kind, ...], tmp_path: Path, libreoffice: LibreOffice
) -> None:
    given = back = tmp_path / "修正依頼.xlsx"
    given.write_bytes(requested())
    for kind in way:
        back = libreoffice.convert(back, kind, tmp_path / kind)
    assert came(merged(back)) == came(merged(given))
    assert values(merged(back)) == values(handed_in())
    if way[-1] == "xlsx":
        assert said(merged(back)) == said(merged(given)) == TO_MEND


def test_what_people_add_to_our_comment_is_theirs(tmp_path: Path, libreoffice: LibreOffice) -> None:
    given, back = tmp_path / "修正依頼.xlsx", tmp_path / "戻り.xlsx"
    given.write_bytes(requested())
    book = Book(requested())
    steps = Instructions(given)
    steps.type(T, book.at(ROW, "result"), "作成は終えたため。").type(T, book.at(ROW, "rating"), "B")
    ours = notice("・空欄です。\n　記入してください。")
    steps.comment(T, book.at(ROW, "result"), f"{ours}\n直しました。")
    libreoffice.run(steps.save_as(back))
    result = merged(back)
    (comment,) = [finding for finding in result.findings if finding.code == "C21"]
    assert comment.place.value == "直しました。"
    wanted = values(handed_in()) | {(ROW, "result"): "作成は終えたため。", (ROW, "rating"): "B"}
    assert values(result) == wanted
    turn = {key: text for (row, key), text in came(result).items() if row == FORM and key in ANEW}
    assert turn == {"submission": "差替え", "turn": "2"}
