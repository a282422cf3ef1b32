"""What people do to a filled form in their office program: it comes back whole, or is named.

Each case says what they do, every finding (code, row, column), and which answers do not
come back at their row as they were typed.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter

from kakunin_xlsx.demo.sample import fill_form, sample_answers
from kakunin_xlsx.layout import KEY_ROW
from kakunin_xlsx.layout.sheet_names import GUIDE_SHEET, WITNESS_SHEET
from kakunin_xlsx.merge import Merged, merge
from tests.example import MASTERS, R7, form, layouts, shipped
from tests.hands import FORM, Book, read
from tests.tools.libreoffice import Instructions, Kind, LibreOffice, LibreOfficeError

T, G = "確認表", GUIDE_SHEET
HANDED_IN = "提出.xlsx"
YELLOW = 0xFFFF00

Came = dict[tuple[str, str], str]  # row id and column key → the value, or （why not）the value


@cache
def filled(whose: int = 0) -> bytes:
    """The form with the sample answers, as a department hands it in."""
    one = layouts()[whose]
    return fill_form(form(one), one, sample_answers(MASTERS, one))


def typed(whose: int = 0) -> Came:
    """What was typed into it."""
    return dict(sample_answers(MASTERS, layouts()[whose]))


def merged(back: Path) -> Merged:
    returned = read(back.read_bytes(), layouts(), back.name)
    return merge(shipped(), R7, "jisseki", [returned])


def came(result: Merged, whose: int = 0) -> Came:
    """Every answer of one respondent; several in one cell are joined."""
    found: dict[tuple[str, str], list[str]] = {}
    for answer in result.answers:
        if answer.respondent == layouts()[whose].identity.respondent:
            why = "" if answer.adopted else f"（{answer.reason}）"
            found.setdefault((answer.row, answer.key), []).append(why + answer.value)
    return {at: " ".join(sorted(texts)) for at, texts in found.items()}


def said(result: Merged, whose: int = 0) -> list[str]:
    """Every finding about one respondent, as `F12:4-1-2:reason`; of a file, its code."""
    respondent = layouts()[whose].respondent
    places = [
        (finding.code, finding.place.row, finding.place.key)
        for finding in result.findings
        if finding.place.respondent in (respondent, "")
    ]
    return sorted(":".join(filter(None, place)) for place in places)


# Places of the form.


@cache
def book() -> Book:
    return Book(filled())


def at(row: str, key: str) -> str:
    """J12."""
    return book().at(row, key)


def number(row: str) -> int:
    """12, the row of the sheet that a row of the table stands in."""
    return book().row_number(row)


def lines(first: str, last: str = "") -> str:
    """12:14, the rows of the table from one id to another."""
    return f"{number(first)}:{number(last or first)}"


def letter(key: str, right: int = 0) -> str:
    """J; `right` columns further."""
    return get_column_letter(
        column_index_from_string(at("1-1-1", key).rstrip("0123456789")) + right
    )


def column(key: str, right: int = 0) -> str:
    """J:J."""
    return f"{letter(key, right)}:{letter(key, right)}"


def cells(first: str, last: str, left: str, right: str = "") -> str:
    """J12:K14."""
    return f"{at(first, left)}:{at(last, right or left)}"


# Three rows below one another, 実績の数値 2, 1 and 3; one whose rating asks for 評価の理由・課題.
FIRST, SECOND, THIRD = "4-1-1", "4-1-2", "4-1-3"
EXPLAINED = "2-2-2"


# The form's parts: on the table's sheet titles, keys, three lines of headings, then the body.


def titles() -> str:
    return f"1:{number(KEY_ROW) - 1}"


def keys() -> str:
    return lines(KEY_ROW)


def headings() -> str:
    return f"{number(KEY_ROW) + 1}:{number(KEY_ROW) + 3}"


def end() -> int:
    return book().sheet.max_row


def from_line(first: int, left: str = "A") -> str:
    """A12:P61, all from a line of the sheet to the table's end."""
    return f"{left}{first}:{letter('target_change')}{end()}"


def body(left: str = "A") -> str:
    return from_line(number(KEY_ROW) + 4, left)


def headed() -> str:
    """The body and the line of headings above it, as filter buttons take them."""
    return from_line(number(KEY_ROW) + 3)


def whole_column(key: str, right: int = 0) -> str:
    """J8:J61, a column from its key to its end."""
    return f"{letter(key, right)}{number(KEY_ROW)}:{letter(key, right)}{end()}"


def whole_line(line: int) -> str:
    """A12:P12."""
    return f"A{line}:{letter('target_change')}{line}"


def whole_rows() -> str:
    return f"A{number(FIRST)}:{at(THIRD, 'target_change')}"


def without_a() -> str:
    return cells(FIRST, THIRD, "initiative", "target_change")


def answers_alone() -> str:
    return cells(FIRST, THIRD, "result", "target_change")


def above(rows: str) -> str:
    """The same cells and those above the first of them, which take the filter buttons."""
    left, right = rows.split(":")
    return f"{left.rstrip('0123456789')}{number(FIRST) - 1}:{right}"


def without_cover_keys(do: Instructions) -> Instructions:
    """The first sheet's hidden keys deleted, from below."""
    numbers = [line for line, mark in book().cover.marks if mark == KEY_ROW]
    do.unprotect(G)
    for line in reversed(numbers):
        do.delete(G, f"{line}:{line}")
    return do


# What becomes of answers.

Fate = Callable[[Came], Came]


def whole(answers: Came) -> Came:
    """Every answer is adopted at its row, as it was typed."""
    return answers


def gone(row: str = "", key: str = "") -> Fate:
    """Nothing comes of a row, of a column, or of one cell."""
    return lambda answers: {
        (id_, name): text
        for (id_, name), text in answers.items()
        if (row or id_, key or name) != (id_, name)
    }


def now(row: str, key: str, value: str) -> Fate:
    """One answer is another."""
    return lambda answers: answers | {(row, key): value}


def moved(sources: Mapping[str, str], why: str = "", whose: int = 0) -> Fate:
    """Rows with the answers of other rows, for each its source, of some department's form."""
    came = {
        (row, key): why + text
        for row, source in sources.items()
        for (from_, key), text in typed(whose).items()
        if from_ == source
    }
    return lambda answers: {at: text for at, text in answers.items() if at[0] not in sources} | came


def struck(key: str, row: str = SECOND) -> Fate:
    """An answer does not count, of the second row unless another is named."""
    return lambda answers: answers | {(row, key): f"（取消線）{answers[row, key]}"}


def twice(row: str) -> Fate:
    """The same answers a second time."""
    return lambda answers: {
        at: f"{text} （重複）{text}" if at[0] == row else text for at, text in answers.items()
    }


BY_FIGURE = {FIRST: THIRD, SECOND: FIRST, THIRD: SECOND}  # from the largest down


@dataclass(frozen=True)
class Case:
    hands: Callable[[Instructions], Instructions]
    said: str = ""
    fate: Fate = whole


def emptied(do: Instructions, key: str, row: str = SECOND) -> Instructions:
    """An answer taken out, of the second row unless another is named."""
    return do.text(T, at(row, key), "")


def computed(key: str, formula: str, code: str, shown: str) -> Case:
    """A formula in a cell, what is said of it, and what is read there."""
    do_it = lambda do: do.formula(T, at(SECOND, key), formula)  # noqa: E731
    return Case(do_it, f"{code}:{SECOND}:{key}", now(SECOND, key, shown))


MARKS: dict[str, Case] = {
    "saved again": Case(lambda do: do),
    "a comment at an answer": Case(
        lambda do: do.comment(T, at(SECOND, "result"), "要相談\n総務課と"),
        f"C21:{SECOND}:result",
    ),
    "a comment in place of an answer": Case(
        lambda do: emptied(do, "direction").comment(T, at(SECOND, "direction"), "去年と同じ"),
        f"F09:{SECOND}:direction",
        gone(SECOND, "direction"),
    ),
    "a comment where the rating asks for an answer": Case(
        lambda do: emptied(do, "reason", EXPLAINED).comment(
            T, at(EXPLAINED, "reason"), "去年と同じ"
        ),
        f"F09:{EXPLAINED}:reason",
        gone(EXPLAINED, "reason"),
    ),
    "a comment where the rating asks for none": Case(
        lambda do: emptied(do, "reason").comment(T, at(SECOND, "reason"), "去年と同じ"),
        f"C21:{SECOND}:reason",
        gone(SECOND, "reason"),
    ),
    "a colour in place of an answer": Case(
        lambda do: emptied(do, "direction").colour(T, at(SECOND, "direction"), YELLOW),
        f"F10:{SECOND}:direction",
        gone(SECOND, "direction"),
    ),
    "a colour where the rating asks for an answer": Case(
        lambda do: emptied(do, "reason", EXPLAINED).colour(T, at(EXPLAINED, "reason"), YELLOW),
        f"F10:{EXPLAINED}:reason",
        gone(EXPLAINED, "reason"),
    ),
    "a colour where none is needed": Case(
        lambda do: emptied(do, "next").colour(T, at(SECOND, "next"), YELLOW),
        f"C22:{SECOND}:next",
        gone(SECOND, "next"),
    ),
    "a colour at an answer": Case(lambda do: do.colour(T, at(SECOND, "next"), YELLOW)),
    "a required answer struck out": Case(
        lambda do: do.strike(T, at(SECOND, "direction")),
        f"F12:{SECOND}:direction",
        struck("direction"),
    ),
    "an answer struck out that the rating asks for": Case(
        lambda do: do.strike(T, at(EXPLAINED, "reason")),
        f"F12:{EXPLAINED}:reason",
        struck("reason", EXPLAINED),
    ),
    "another answer struck out": Case(
        lambda do: do.strike(T, at(SECOND, "figure")),
        f"C25:{SECOND}:figure",
        struck("figure"),
    ),
    "a part struck out": Case(
        lambda do: do.strike(T, at(SECOND, "result"), "を1回"), f"C24:{SECOND}:result"
    ),
    "hidden rows with answers": Case(lambda do: do.hide(T, lines(FIRST, SECOND)), "I04"),
    "a hidden column with answers": Case(lambda do: do.hide(T, column("rating")), "I04"),
    "hidden rows shown": Case(
        lambda do: do.show(T, f"1:{end()}").show(T, f"A:{letter('target_change')}")
    ),
    "a formula": computed("figure", "=12+5", "C07", "17"),
    "a formula that makes a text": computed("result", '="1回"&"行った。"', "C07", "1回行った。"),
    "a formula that fails": computed("figure", "=1/0", "F08", "#DIV/0!"),
    "a date where words were asked": Case(
        lambda do: do.type(T, at(SECOND, "figure"), "2026/1/2"),
        f"C26:{SECOND}:figure",
        now(SECOND, "figure", "2026-01-02"),
    ),
    "the sheet renamed": Case(lambda do: do.rename(T, "R7 '確認表' (最終)")),
    "the hidden sheet removed": Case(lambda do: do.remove(WITNESS_SHEET)),
    # 記入者 and 所属長確認 stand on the first sheet.
    "the other sheets removed": Case(
        lambda do: do.remove(G).remove(WITNESS_SHEET), "C05:*:approved C06:*:filler", gone(FORM)
    ),
}

# Protection has to be taken off for these: I05 each time.
MOVES: dict[str, Case] = {
    "nothing more": Case(lambda do: do),
    "rows inserted": Case(lambda do: do.insert(T, lines(SECOND)).insert(T, "1:3")),
    "columns inserted": Case(lambda do: do.insert(T, column("rating")).insert(T, "A:B")),
    "a row deleted": Case(lambda do: do.delete(T, lines(SECOND)), f"F05:{SECOND}", gone(SECOND)),
    "titles and headings deleted": Case(lambda do: do.delete(T, headings()).delete(T, titles())),
    "the keys of the table deleted": Case(lambda do: do.delete(T, keys()), "C15"),
    "the keys of the first sheet deleted": Case(without_cover_keys, "C15 I05"),
    "every key deleted": Case(lambda do: without_cover_keys(do.delete(T, keys())), "C15 C15 I05"),
    "a printed column deleted": Case(lambda do: do.delete(T, column("department"))),
    "an answer column deleted": Case(
        lambda do: do.delete(T, column("next")), "F06:next", gone(key="next")
    ),
    "a required column deleted": Case(
        lambda do: do.delete(T, column("reason")), "F06:reason", gone(key="reason")
    ),
    "column A deleted": Case(lambda do: do.delete(T, "A:A"), "C33:1-1-1"),
    "column A emptied": Case(lambda do: do.delete(T, "A:A").insert(T, "A:A"), "C33:1-1-1"),
    "column A of the first sheet deleted": Case(lambda do: do.unprotect(G).delete(G, "A:A"), "I05"),
    "the keys of the first sheet and its column A deleted": Case(
        lambda do: without_cover_keys(do).delete(G, "A:A"), "C15 I05"
    ),
    "column A and all other signs deleted": Case(
        lambda do: (
            without_cover_keys(do.delete(T, keys()))
            .delete(T, "A:A")
            .delete(G, "A:A")
            .remove(WITNESS_SHEET)
        ),
        "C15 C15 C33:1-1-1 I05",
    ),
    "a column moved to the front": Case(
        lambda do: (
            do.insert(T, "B:B")
            .move(T, whole_column("next", 1), f"B{number(KEY_ROW)}")
            .delete(T, column("next", 1))
        )
    ),
    "a column moved to the end": Case(
        lambda do: do.move(
            T, whole_column("rating"), f"{letter('target_change', 1)}{number(KEY_ROW)}"
        )
    ),
    "a row moved": Case(
        lambda do: (
            do.insert(T, lines("1-1-1"))
            .move(T, whole_line(number(SECOND) + 1), f"A{number('1-1-1')}")
            .delete(T, lines(THIRD))  # where it stood, with one line more above it
        )
    ),
    "a row copied": Case(
        lambda do: do.insert(T, f"{number(THIRD) + 1}:{number(THIRD) + 1}").copy(
            T, whole_line(number(THIRD)), f"A{number(THIRD) + 1}"
        ),
        f"C11:{THIRD}",
        twice(THIRD),
    ),
    "filter buttons": Case(lambda do: do.filter(T, headed()), "C32"),
    "filtered": Case(
        lambda do: do.filter(T, headed(), letter("rating"), "A 目標どおり実施"), "C32 I04"
    ),
    "whole rows sorted": Case(lambda do: do.sort(T, whole_rows(), letter("figure"), down=True)),
    "whole rows sorted and filtered": Case(
        lambda do: do.filter(T, above(whole_rows())).sort(
            T, whole_rows(), letter("figure"), down=True
        ),
        "C32",
    ),
    "bands unmerged and the whole table sorted": Case(
        lambda do: do.unmerge(T, body()).sort(T, body(), letter("rating"), down=True)
    ),
    "sorted without column A": Case(
        lambda do: do.sort(T, without_a(), letter("figure"), down=True),
        " ".join(f"F04:{row}:initiative" for row in BY_FIGURE),
        moved(BY_FIGURE, "（行の取違え）"),
    ),
    # No text can tell these: the answers stand at other rows, protection and filter say so.
    "answers alone sorted": Case(
        lambda do: do.sort(T, answers_alone(), letter("figure"), down=True), "", moved(BY_FIGURE)
    ),
    "answers alone sorted and filtered": Case(
        lambda do: do.filter(T, above(answers_alone())).sort(
            T, answers_alone(), letter("figure"), down=True
        ),
        "C32",
        moved(BY_FIGURE),
    ),
    "answers merged": Case(
        lambda do: do.merge(T, cells(FIRST, SECOND, "next")), f"C23:{FIRST}:next"
    ),
    "answers merged over an empty one": Case(
        lambda do: emptied(do, "next").merge(T, cells(FIRST, SECOND, "next")),
        f"C23:{FIRST}:next",
        gone(SECOND, "next"),
    ),
    "answers merged over an empty required one": Case(
        lambda do: emptied(do, "direction").merge(T, cells(FIRST, SECOND, "direction")),
        f"F11:{SECOND}:direction",
        gone(SECOND, "direction"),
    ),
    "a comment at a printed text": Case(
        lambda do: do.comment(T, at(SECOND, "effort"), "ここは古い"), "C21"
    ),
    "a painted row": Case(lambda do: do.colour(T, whole_rows(), YELLOW)),
    "a printed text struck out": Case(
        lambda do: do.strike(T, at(SECOND, "target:R7")), f"C08:{SECOND}:target:R7"
    ),
    "a printed text rewritten": Case(
        lambda do: do.text(T, at(SECOND, "effort"), "別の取組"), f"C08:{SECOND}:effort"
    ),
    "a note beside the table": Case(lambda do: do.text(T, "S20", "別紙のとおり"), "C14"),
    "a 再掲 row answered": Case(
        lambda do: do.text(T, at("5-2-1", "result"), "こちらも行った。"),
        "C12:5-2-1:result",
        now("5-2-1", "result", "（再掲）こちらも行った。"),
    ),
    "the sign of a row in column A emptied": Case(
        lambda do: do.text(T, f"A{number(SECOND)}", ""), f"C33:{SECOND}"
    ),
    "a formula whose cell is gone": Case(
        lambda do: do.formula(T, at(SECOND, "figure"), "=T40").delete(T, "T:T"),
        f"F08:{SECOND}:figure",
        now(SECOND, "figure", "#REF!"),
    ),
}


def worked_on(case: Case, folder: Path, libreoffice: LibreOffice) -> Path:
    given, back = folder / "配布.xlsx", folder / HANDED_IN
    given.write_bytes(filled())
    libreoffice.run(case.hands(Instructions(given)).save_as(back))
    return back


def check(case: Case, back: Path) -> None:
    result = merged(back)
    assert said(result) == sorted(case.said.split())
    assert came(result) == case.fate(typed())
    assert len(result.proposals) == case.said.count("C08")


@pytest.mark.parametrize("name", MARKS)
def test_what_locked_forms_allow(name: str, tmp_path: Path, libreoffice: LibreOffice) -> None:
    check(MARKS[name], worked_on(MARKS[name], tmp_path, libreoffice))


@pytest.mark.parametrize("name", MOVES)
def test_what_takes_the_protection_off(name: str, tmp_path: Path, libreoffice: LibreOffice) -> None:
    case = MOVES[name]
    whole = Case(lambda do: case.hands(do.unprotect(T)), f"{case.said} I05", case.fate)
    check(whole, worked_on(whole, tmp_path, libreoffice))


ALL_MARKS = Case(
    lambda do: (
        do.strike(T, at(FIRST, "next"))
        .strike(T, at(FIRST, "result"), "【見本】")
        .comment(T, at(SECOND, "result"), "要相談")
        .text(T, at(SECOND, "direction"), "")
        .comment(T, at(SECOND, "direction"), "去年と同じ")
        .formula(T, at(SECOND, "figure"), "=12+5")
        .formula(T, at(THIRD, "figure"), "=1/0")
        .colour(T, at(THIRD, "target_change"), YELLOW)
        .hide(T, lines("1-1-1"))
        .unprotect(T)
        .merge(T, cells("2-2-1", "2-2-2", "next"))
        .filter(T, headed())
    ),
    f"C07:{SECOND}:figure C21:{SECOND}:result C22:{THIRD}:target_change C23:2-2-1:next "
    f"C24:{FIRST}:result C25:{FIRST}:next C32 F08:{THIRD}:figure F09:{SECOND}:direction I04 I05",
    lambda answers: gone(SECOND, "direction")(
        answers
        | {
            (FIRST, "next"): f"（取消線）{answers[FIRST, 'next']}",
            (SECOND, "figure"): "17",
            (THIRD, "figure"): "#DIV/0!",
        }
    ),
)


UNSEEN: dict[Kind, tuple[str, ...]] = {"ods": ("C22",), "xls": ("C22",)}


@pytest.mark.parametrize("kind", UNSEEN)
def test_marks_are_seen_in_another_format_and_after_it(
    kind: Kind, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    """All but colours and what else the finding says that it does not see."""
    marked = worked_on(ALL_MARKS, tmp_path, libreoffice)
    check(ALL_MARKS, marked)
    other = libreoffice.convert(marked, kind, tmp_path)
    seen = [each for each in ALL_MARKS.said.split() if not each.startswith(UNSEEN[kind])]
    check(replace(ALL_MARKS, said=" ".join([*seen, "C20"])), other)
    check(ALL_MARKS, libreoffice.convert(other, "xlsx", tmp_path / "again"))


REFUSED: dict[str, Callable[[Instructions], Instructions]] = {
    "is protected": lambda do: do.delete(T, lines(FIRST)),
    "is locked": lambda do: do.comment(T, at(FIRST, "effort"), "ここは古い"),
    "holds merged cells": lambda do: do.unprotect(T).sort(T, body(), letter("rating")),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_step_that_does_nothing_is_an_error(
    why: str, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    with pytest.raises(LibreOfficeError, match=why):
        worked_on(Case(REFUSED[why]), tmp_path, libreoffice)


def test_nothing_is_lost_in_a_jumble(tmp_path: Path, libreoffice: LibreOffice) -> None:
    """Bands and rows sorted together, column A left behind: every answer is held somewhere."""
    jumble = Case(
        lambda do: (
            do.unprotect(T).unmerge(T, body()).sort(T, body("B"), letter("rating"), down=True)
        )
    )
    result = merged(worked_on(jumble, tmp_path, libreoffice))
    held = [
        *(answer.value for answer in result.answers),
        *(proposal.typed for proposal in result.proposals),
        *(finding.place.value for finding in result.findings if finding.code == "C14"),
    ]
    assert not Counter(typed().values()) - Counter(held)


def test_the_witness_sheet_is_only_hidden_then(tmp_path: Path, libreoffice: LibreOffice) -> None:
    back = worked_on(MARKS["saved again"], tmp_path, libreoffice).read_bytes()
    states = [
        openpyxl.load_workbook(io.BytesIO(data))[WITNESS_SHEET].sheet_state
        for data in (filled(), back)
    ]
    assert states == ["veryHidden", "hidden"]
