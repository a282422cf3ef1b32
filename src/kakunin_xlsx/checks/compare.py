"""A returned sheet beside its layout: what was filled in, changed, or written elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from string import ascii_uppercase

from kakunin_xlsx.checks.model import Changed, Compared, ComparedRow, Form, Given, Standing
from kakunin_xlsx.layout import (
    CONTINUED,
    MARKED,
    NOT_ASKED,
    Column,
    Layout,
    Row,
    digest,
    is_suggestion,
    of_earlier_round,
    of_last_year,
    spaceless,
)
from kakunin_xlsx.layout.understand import day, serial_day
from kakunin_xlsx.record import FORM_ROW, Reason
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.model import UNSEEN_FORMULA, At, FormRow, GridCell

_BELOW = (1, 2)  # lines from the label of the count to the count, a hidden one between
_MOST_CONTINUED = 50  # lines in which a text goes on
_NOT_MERGED = {
    Standing.MISPLACED: Reason.MISPLACED,
    Standing.OTHERS: Reason.OUT_OF_SCOPE,
    Standing.UNKNOWN: Reason.OUT_OF_SCOPE,
}


def compare(form: Form, asked: Asked) -> Compared:
    """Sort every filled cell of a sheet of this round into what it is."""
    rows = tuple(_row(form, found, asked) for found in form.sheet.rows)
    given = [*_form_given(form), *(cell for row in rows for cell in _given(form, row))]
    changed = [*_form_changed(form), *(change for row in rows for change in _changed(form, row))]
    unknown = {cell for row in rows if row.standing is Standing.UNKNOWN for _, cell in row.texts}
    stray = [*_stray(form, rows), *sorted(unknown, key=lambda cell: (cell.row, cell.col))]
    cover = {
        key: Given(form, FORM_ROW, form.layout.form_column[key], cell, Reason.NONE)
        for key, cell in form.sheet.cover.items()
        if key in form.layout.form_column
    }
    return Compared(form, rows, tuple(given), tuple(changed), tuple(stray), cover)


# Rows.


def _row(form: Form, found: FormRow, asked: Asked) -> ComparedRow:
    mark = found.mark.identity
    layout = asked.get(mark.respondent)
    found = replace(found, cells=dict(_without_suggestions(layout or form.layout, found)))
    same_round = layout is not None and mark == layout.identity
    if layout and same_round and found.id in layout.row:
        if layout.identity == form.layout.identity:
            return _own(layout, found, asked)
        return _others(layout, found)
    if same_round and (others := asked.by_row.get(found.id)):
        return _others(asked[others[0]], found)
    return _unknown(form.layout, found)


def _without_suggestions(layout: Layout, found: FormRow) -> Iterator[tuple[str, GridCell]]:
    """The cells that people wrote, or we as texts: without what our formulas suggest."""
    for key, cell in found.cells.items():
        column = layout.column.get(key) if is_suggestion(key) else None
        if column is None or not _is_suggested(column, cell):
            yield key, cell


def _is_suggested(column: Column, cell: GridCell) -> bool:
    """True for our formula, what it gave, and what an old format shows of it."""
    if "ISNUMBER(" in cell.formula or cell.formula == UNSEEN_FORMULA:
        return True
    return spaceless(cell.kept) in {"", *(spaceless(each.label) for each in column.choices)}


def _others(layout: Layout, found: FormRow) -> ComparedRow:
    row = layout.row[found.id]
    return ComparedRow(found, Standing.OTHERS, edited=_differing(layout, row, found), issued=row)


def _own(layout: Layout, found: FormRow, asked: Asked) -> ComparedRow:
    row = layout.row[found.id]
    texts = _differing(layout, row, found)
    today = found.mark.digest == row.digest
    whole = not today and _is_whole(layout, found)
    plan = [text for text in texts if not _is_earlier(text[0].key)]
    if whole:
        # Nobody changed it. What was said before may have been shown otherwise when it was issued.
        standing = Standing.OLDER if plan else Standing.SOUND
        older = any(of_last_year(key) for key in found.columns.keys() - row.texts.keys())
        return ComparedRow(found, standing, issued=row, otherwise=bool(texts) or older)
    older, shown = _last_year(layout, row, found, strict=not plan)
    if not plan:
        edited = (*texts, *shown)
        odd = not (today or older)
        return ComparedRow(found, Standing.SOUND, edited=edited, issued=row, odd_mark=odd)
    texts = (*texts, *shown)
    seen = _digest(found, tuple(key for key in row.texts if not of_last_year(key)))
    other = asked.by_digest.get(seen) or _nearer(found, row, asked)
    if other and other.id != row.id:
        edited = tuple((column, cell) for column, cell in texts if not _is_of(other, column, cell))
        texts = tuple(text for text in texts if text not in edited)
        return ComparedRow(found, Standing.MISPLACED, texts, edited, row, other, not today)
    odd = not (today or older)
    return ComparedRow(found, Standing.CHANGED, edited=texts, issued=row, odd_mark=odd)


def _is_whole(layout: Layout, found: FormRow) -> bool:
    """True if all that is printed in the row is as it was issued, by its own mark."""
    keys = _printed(layout, found)
    without = tuple(key for key in keys if not of_last_year(key))
    last = {key for key in keys if of_last_year(key)}
    # A form of the older shape sealed last year's answers too; in today's, only those are whole
    # whose opinion is the one that is printed.
    row = layout.row.get(found.id)
    same = row is not None and all(
        key in row.texts and _is_same(_kept(found, key), row.texts[key].shown) for key in last
    )
    marked = found.mark.digest
    return _digest(found, keys) == marked or (same and _digest(found, without) == marked)


def _printed(layout: Layout, found: FormRow) -> tuple[str, ...]:
    """Keys of the locked columns that the sheet has, from left to right."""
    locked = {column.key for column in layout.locked_columns}
    keys = (k for k in found.columns if (k in locked or ":" in k) and not is_suggestion(k))
    return tuple(sorted(keys, key=lambda key: found.columns[key]))


def _is_earlier(key: str) -> bool:
    """True for the key of a column that shows what was answered before."""
    return of_last_year(key) or of_earlier_round(key)


def _last_year(
    layout: Layout, row: Row, found: FormRow, strict: bool
) -> tuple[bool, tuple[tuple[Column, GridCell], ...]]:
    """Whether the row is of the older shape, and last year's answers that were changed there.

    What today's form does not show of last year is taken as it stands; if `strict`, it is what
    was changed where nothing else was.
    """
    headings = {column.key: column for column in layout.last}
    keys = [key for key in found.columns if of_last_year(key) and key not in row.texts]
    known = [key for key in keys if key in row.last]
    differing = [key for key in known if not _is_same(_kept(found, key), row.last[key])]
    unknown = [key for key in keys if key not in row.last and key in found.cells]
    if strict and not differing:
        differing = unknown
    empty = partial(GridCell, found.mark_cell.row, typed="")
    return bool(keys), tuple(
        (headings.get(key, Column(key, key, 0)), found.cells.get(key) or empty(found.columns[key]))
        for key in differing
    )


def _is_of(row: Row, column: Column, cell: GridCell) -> bool:
    """True if the text of `row` stands in the cell."""
    return column.key in row.texts and spaceless(cell.typed) == spaceless(
        row.texts[column.key].shown
    )


def _nearer(found: FormRow, own: Row, asked: Asked) -> Row | None:
    """Another row whose texts stand here rather than this row's: some changed, or a column lost."""
    alike: dict[str, list[Row]] = {}  # by digest, once for each text; the first of equals wins
    for key in found.columns:
        for row in asked.by_text.get((key, spaceless(_typed(found, key))), ()):
            if row.id != own.id:
                alike.setdefault(row.digest, []).append(row)
    most = max(map(len, alike.values()), default=0)
    if most <= _alike(found, own):
        return None
    nearest = {digest for digest, rows in alike.items() if len(rows) == most}
    return next(row for digest, row in asked.by_digest.items() if digest in nearest)


def _alike(found: FormRow, row: Row) -> int:
    """How many printed texts of `row` stand in the row that was found."""
    return sum(
        bool(text.shown) and spaceless(_typed(found, key)) == spaceless(text.shown)
        for key, text in row.texts.items()
        if key in found.columns
    )


def _unknown(layout: Layout, found: FormRow) -> ComparedRow:
    """A row nobody is asked for; whole by its own digest, its texts need no keeping."""
    whole = _is_whole(layout, found)
    locked = () if whole else tuple(column.key for column in layout.locked_columns)
    written = (key for key in found.cells if is_suggestion(key) and key in layout.column)
    keys = (key for key in (*locked, *written) if key in found.cells)
    texts = tuple((layout.column[key], found.cells[key]) for key in keys)
    return ComparedRow(found, Standing.UNKNOWN, texts)


def _digest(found: FormRow, keys: tuple[str, ...]) -> str:
    """Over the columns that the sheet has: an older issue may lack some of today's."""
    return digest(_typed(found, key) for key in keys if key in found.columns)


def _typed(found: FormRow, key: str) -> str:
    return found.cells[key].typed if key in found.cells else ""


def _kept(found: FormRow, key: str) -> str:
    """Without what somebody struck out: a line through our text asks for it to go."""
    return found.cells[key].kept if key in found.cells else ""


def _is_same(kept: str, shown: str) -> bool:
    """White space does not count; most texts stand there to the letter."""
    return kept == shown or spaceless(kept) == spaceless(shown)


def _differing(layout: Layout, row: Row, found: FormRow) -> tuple[tuple[Column, GridCell], ...]:
    """Locked cells whose text is not the issued one; a cleared cell counts, a lost column not."""
    differing = []
    for key, text in row.texts.items():
        if key in found.columns and not _is_same(_kept(found, key), text.shown):
            empty = GridCell(found.mark_cell.row, found.columns[key], "")
            differing.append((layout.column[key], found.cells.get(key, empty)))
    for key in filter(is_suggestion, found.cells):
        if key in layout.column:
            differing.append((layout.column[key], found.cells[key]))
    return tuple(differing)


def _given(form: Form, row: ComparedRow) -> Iterator[Given]:
    issued = form.layout.row.get(row.found.id)
    reason = _NOT_MERGED.get(row.standing, Reason.NONE) or _unseen(form)
    asked = {column.key for column in form.layout.questions(issued)} if issued else set()
    for column in form.layout.open_columns:
        cell = row.found.cells.get(column.key)
        if cell is None:
            continue
        shown = form.layout.instead(issued, column) if issued and column.key not in asked else ""
        if shown and spaceless(cell.typed) == spaceless(shown):
            continue
        why = reason or (_not_asked(issued) if issued and shown else _struck(cell))
        yield Given(form, row.found.id, column, cell, why)
    for key, cell in row.found.cells.items():
        if key in form.layout.column or ":" in key or (issued and _is_ours(issued, cell)):
            continue
        # Asked when the form was issued: of the rows, or of the form as a whole.
        heading = form.sheet.older.get(key, key)
        column = form.layout.form_column.get(key) or Column(key, heading, 0)
        if cell.typed.strip():
            yield Given(form, row.found.id, column, cell, Reason.OUT_OF_SCOPE)


def _not_asked(row: Row) -> Reason:
    return Reason.OUT_OF_SCOPE if row.open or row.shared else Reason.REPEATED


def _is_ours(row: Row, cell: GridCell) -> bool:
    """True for what stands in the answer cells of a row that is not answered."""
    return spaceless(cell.typed) in (spaceless(row.instead), NOT_ASKED)


def _unseen(form: Form) -> Reason:
    """A draft that somebody hid beside the sheet that is shown is no answer until decided."""
    draft = form.sheet.twin and form.sheet.grid.hidden
    return Reason.HIDDEN if draft else Reason.NONE


def _struck(cell: GridCell) -> Reason:
    return Reason.NONE if cell.kept.strip() else Reason.STRUCK


def _changed(form: Form, row: ComparedRow) -> Iterator[Changed]:
    issued = row.other or row.issued
    if issued is None:
        return
    for column, cell in row.edited:
        text = issued.last.get(column.key, "")
        text = issued.texts[column.key].shown if column.key in issued.texts else text
        yield Changed(form, issued.id, column, text, cell.kept, cell.address)


# The form's own fields, and everything outside.


def _form_given(form: Form) -> Iterator[Given]:
    for key, cell in form.sheet.fields.items():
        column = form.layout.form_column.get(key)
        if column and column.open:
            yield Given(form, FORM_ROW, column, cell, _unseen(form) or _struck(cell))


def _form_changed(form: Form) -> Iterator[Changed]:
    for column in form.layout.form_column.values():
        cell = form.sheet.fields.get(column.key)
        if column.open or (cell is None and column.key not in form.sheet.places):
            continue
        value = form.layout.form_values.get(column.key, "")
        issued = value.isoformat() if isinstance(value, date) else value
        typed = cell.kept if cell else ""
        same_day = isinstance(value, date) and issued in (day(typed), serial_day(typed))
        if not same_day and spaceless(typed) != spaceless(issued):
            place = form.sheet.places[column.key]
            yield Changed(form, FORM_ROW, column, issued, typed, place)


def _stray(form: Form, rows: tuple[ComparedRow, ...]) -> Iterator[GridCell]:
    """Cells outside rows and fields that we did not place there, each word counted.

    Of a word that stands there more often, a label beside its field is ours before any other.
    """
    if not form.sheet.leftovers:
        return
    continued = _continued(form.layout, rows)
    ours = _ours(form)
    count = _count_cell(form)
    home = {int(place.lstrip(ascii_uppercase)) for place in form.sheet.places.values()}
    for cell in sorted(form.sheet.leftovers, key=lambda cell: cell.row not in home):
        word = spaceless(cell.typed)
        if ours[word] and not cell.formula:
            ours[word] -= 1
        elif cell != count and not (
            (cell.row, cell.col) in continued and cell.typed.startswith(CONTINUED)
        ):
            yield cell


def _ours(form: Form) -> Counter[str]:
    """How often each of our words stands on the sheet, as the shape that it has prints them."""
    layout, sheet = form.layout, form.sheet
    standing = {spaceless(cell.typed) for cell in sheet.leftovers}
    words = [*layout.cover_words(sheet.places)] if sheet.places else []
    if sheet.rows or not sheet.places:
        older = bool(sheet.places) and layout.is_older(standing)
        # Headings of columns that are not asked any more were taken, and all others with them.
        headed = () if sheet.older else sheet.keys if sheet.rows else layout.column
        words += layout.table_words(headed, older)
        words += [] if older else [layout.count_label]
        first = min((row.mark_cell.row for row in sheet.rows), default=0)
        above = [spaceless(cell.typed) for cell in sheet.leftovers if cell.row < first]
        for either in layout.top_words(older):
            own = set(map(spaceless, either))
            words += [word for word in above if word in own][:1]
        marked = above if sheet.rows else standing
        for column in (each for each in layout.columns if each.key in headed):
            words += [each for each in map(spaceless, layout.marks(column)) if each in marked][:1]
    return Counter(map(spaceless, words))


def _continued(layout: Layout, rows: tuple[ComparedRow, ...]) -> frozenset[At]:
    """Where texts go on of rows that show earlier answers otherwise than today."""
    starts = sorted(row.found.mark_cell.row for row in rows)
    ends = (
        dict(zip(starts, [*starts[1:], starts[-1] + _MOST_CONTINUED], strict=True))
        if starts
        else {}
    )
    return frozenset(
        (at, row.found.columns[key])
        for row in rows
        if row.otherwise
        for key in _printed(layout, row.found)
        for at in range(row.found.mark_cell.row + 1, ends[row.found.mark_cell.row])
    )


def _count_cell(form: Form) -> GridCell | None:
    """Our own live count of empty cells: by its formula, or the first number at its label.

    A number alone it is in a file that shows no formulas, or where values were pasted.
    """
    label, leftovers = spaceless(form.layout.count_label), form.sheet.leftovers
    for cell in leftovers:
        if "COUNTIFS(" in cell.formula and MARKED in cell.formula:
            return cell
    labels = {each.row: each.col for each in leftovers if spaceless(each.typed) == label}
    for cell in leftovers:
        if (
            cell.formula == "=0"
            or (cell.formula in ("", UNSEEN_FORMULA) and cell.typed.isdecimal())
        ) and any(
            (cell.row == row and cell.col > col) or (cell.row - row in _BELOW and cell.col == col)
            for row, col in labels.items()
        ):
            return cell
    return None
