"""Every cell that the paper shows, as a table that 第n版 keeps and later reports compare with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from types import MappingProxyType

from kakunin_xlsx.layout import Column, Row
from kakunin_xlsx.record import Answer, csv_bytes
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.textfiles import FileBroken, csv_lines, text_of

HEADER = ["照会", "回答元コード", "回答元", "行ID", "項目キー", "項目", "値", "根拠"]

_NONE: Mapping[str, str] = MappingProxyType({})
_RETURNED = "提出された回答によります。"
_GONE, _MASTERS = "回答が取り消されたか、確認中です。", "台帳の文章が変わりました。"


class SnapshotBroken(ValueError):
    """The text is not the table of an issued 版."""


@dataclass(frozen=True, slots=True)
class SnapshotCell:
    """One cell of the paper: of whom and where, what it shows and, of an answer, by what."""

    round: str
    respondent: str
    name: str
    row: str
    key: str
    item: str
    text: str
    ground: str = ""

    @property
    def at(self) -> tuple[str, str, str, str]:
        """What identifies the cell from one 版 to the next."""
        return (self.round, self.respondent, self.row, self.key)


@dataclass(frozen=True, slots=True)
class SnapshotChange:
    """A cell that differs from the last issued 版."""

    round: str
    row: str
    item: str
    before: str
    after: str
    ground: str


def snapshot(view: YearView) -> tuple[SnapshotCell, ...]:
    """The plan's texts and every answer that counts, round by round, in the paper's order."""
    texts = (_text(view, row, column) for row, column in _master_cells(view))
    answers = (cell for each in (view, *view.later) for cell in _answers(each))
    return (*texts, *answers)


def _master_cells(view: YearView) -> Iterator[tuple[Row, Column]]:
    for row in view.layout.rows:
        for column in view.layout.locked_columns:
            yield row, column


def _text(view: YearView, row: Row, column: Column) -> SnapshotCell:
    text = row.texts[column.key].shown if column.key in row.texts else ""
    rest = [part.get(column.key, "") for part in row.continued]
    item = f"{column.group}{column.heading}"
    return SnapshotCell(
        view.round.code, "", row.department, row.id, column.key, item, "".join([text, *rest])
    )


def _answers(view: YearView) -> Iterator[SnapshotCell]:
    """In the table's order; what stands in no row of it comes last."""
    rows = {row.id: at for at, row in enumerate(view.layout.rows)}
    keys = {column.key: column for column in view.layout.open_columns}
    own = view.record.of(view.year.code, view.round.code).answers
    adopted = [each for each in own if each.adopted and each.key in keys]
    for each in sorted(adopted, key=lambda answer: rows.get(answer.row, len(rows))):
        column = keys[each.key]
        text = view.text(each.row, column, each.respondent)
        whose = (view.round.code, each.respondent, each.respondent_name)
        yield SnapshotCell(*whose, each.row, each.key, each.heading, text, _ground(each))


def _ground(answer: Answer) -> str:
    """Who decided and why; else it came with a form."""
    return answer.decided or _RETURNED


def to_csv(cells: Iterable[SnapshotCell]) -> bytes:
    """As UTF-8 with BOM and CRLF."""
    return csv_bytes(HEADER, map(astuple, cells))


def from_csv(data: bytes) -> tuple[SnapshotCell, ...]:
    """Read `to_csv` back. Raises SnapshotBroken."""
    try:
        header, *rows = [cells for _, cells in csv_lines(text_of(data))] or [[]]
    except FileBroken as broken:
        raise SnapshotBroken(str(broken)) from broken
    if header != HEADER or any(len(row) != len(HEADER) for row in rows):
        raise SnapshotBroken("列が変わっています。")
    return tuple(SnapshotCell(*row) for row in rows)


def changes(
    before: Iterable[SnapshotCell],
    after: Iterable[SnapshotCell],
    left_out: Mapping[str, str] = _NONE,
) -> tuple[SnapshotChange, ...]:
    """The cells whose text differs, in the paper's order; what is gone comes last.

    Only rounds and rows that `before` held are compared. `left_out` are names of rounds, by
    code, that `after` does not hold at all.
    """
    old, new = ({cell.at: cell for cell in cells} for cells in (before, after))
    rounds, rows = {cell.round for cell in old.values()}, _rows(old.values())
    at_all = {at: cell for at, cell in new.items() if cell.round in rounds and _row(cell) in rows}
    at_all |= {at: cell for at, cell in old.items() if at not in new}
    return tuple(
        _change(cell, old.get(at), new.get(at), left_out)
        for at, cell in at_all.items()
        if _words(old.get(at)) != _words(new.get(at))
    )


def added(
    before: Iterable[SnapshotCell], after: Iterable[SnapshotCell], names: Mapping[str, str]
) -> Iterator[str]:
    """What `after` holds and `before` did not: rounds by name, then how many rows of others."""
    before, after = list(before), list(after)
    held, known = {cell.round for cell in before}, _rows(before)
    yield from dict.fromkeys(names[c.round] for c in after if c.round not in held)
    for code in dict.fromkeys(cell.round for cell in after if cell.round in held):
        rows = {_row(cell) for cell in after if cell.round == code} - known
        if rows:
            yield f"{names[code]}の{len(rows)}行"


def _row(cell: SnapshotCell) -> tuple[str, str]:
    return (cell.round, cell.row)


def _rows(cells: Iterable[SnapshotCell]) -> set[tuple[str, str]]:
    return set(map(_row, cells))


def _words(cell: SnapshotCell | None) -> str:
    return cell.text if cell else ""


def _change(
    cell: SnapshotCell,
    old: SnapshotCell | None,
    new: SnapshotCell | None,
    left_out: Mapping[str, str],
) -> SnapshotChange:
    gone = f"「{left_out[cell.round]}」を載せていません。" if cell.round in left_out else _GONE
    ground = new.ground if new else gone
    item = f"{cell.item}（{cell.name}）" if cell.name else cell.item
    return SnapshotChange(cell.round, cell.row, item, _words(old), _words(new), ground or _MASTERS)
