"""Every form of a round, indexed once for all the files that are read beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kakunin_xlsx.layout import Column, Identity, Layout, Row, seal, spaceless


class PrintedRow(NamedTuple):
    """A row as issued: the seal of its locked texts, the columns in which these stand.

    `digest` is what its mark holds.
    """

    seal: bytes
    keys: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, row: Row) -> PrintedRow:
        """Without the texts themselves."""
        return cls(seal(text.shown for text in row.texts.values()), tuple(row.texts), row.digest)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a reader has to know of one form. Of ten thousand it goes to every worker.

    `words` are the seals of all texts outside the rows, sorted: of the table, the first sheet, both.
    """

    identity: Identity
    respondent: str
    title: str
    caption: str
    columns: tuple[Column, ...]
    form: tuple[Column, ...]
    rows: Mapping[str, PrintedRow]
    words: frozenset[bytes]

    @classmethod
    def of(cls, layout: Layout) -> Printed:
        """Without the texts themselves."""
        return cls(
            layout.identity,
            layout.respondent,
            layout.title,
            layout.caption,
            layout.columns,
            (*layout.form, *layout.spare),
            {row.id: PrintedRow.of(row) for row in layout.rows},
            frozenset(
                seal_of_words(words)
                for words in (
                    (layout.count_label, *layout.table_words()),
                    layout.cover_words(),
                    layout.words(),
                )
            ),
        )


def seal_of_words(words: Iterable[str]) -> bytes:
    """In whatever order they stand; a blank is none."""
    return seal(sorted(filter(None, map(spaceless, words))))


class Forms(tuple[Printed, ...]):
    """The forms in their order. There may be thousands, so no file walks through them."""

    @classmethod
    def of(cls, layouts: Collection[Layout] | Forms) -> Forms:
        """`layouts` themselves, if they are indexed already."""
        return layouts if isinstance(layouts, Forms) else cls(map(Printed.of, layouts))

    @cached_property
    def by_identity(self) -> Mapping[Identity, Printed]:
        """The form that an identity names."""
        return {form.identity: form for form in reversed(self)}

    @cached_property
    def rounds(self) -> frozenset[tuple[str, str, str]]:
        """Plan, year and round of the forms: one, as a rule."""
        return frozenset(round_of(form.identity) for form in self)

    @cached_property
    def table_keys(self) -> frozenset[str]:
        """Keys of table columns."""
        return frozenset(c.key for columns in _each(form.columns for form in self) for c in columns)

    @cached_property
    def form_keys(self) -> frozenset[str]:
        """Keys of the forms' own fields."""
        return frozenset(c.key for columns in _each(form.form for form in self) for c in columns)

    @cached_property
    def keys(self) -> frozenset[str]:
        """All of both."""
        return self.table_keys | self.form_keys

    @cached_property
    def labels(self) -> Mapping[str, frozenset[str]]:
        """What may stand before a form's own field, by key."""
        found: dict[str, set[str]] = {}
        for column in (c for columns in _each(form.form for form in self) for c in columns):
            found.setdefault(column.key, set()).add(column.heading)
        return {key: frozenset(labels) for key, labels in found.items()}

    @cached_property
    def by_caption(self) -> Mapping[str, tuple[int, ...]]:
        """The places here of the forms with a caption, white space left out."""
        found: dict[str, list[int]] = {}
        for at, form in enumerate(self):
            found.setdefault(spaceless(form.caption), []).append(at)
        return {caption: tuple(places) for caption, places in found.items()}


def _each(columns: Iterable[tuple[Column, ...]]) -> Iterable[tuple[Column, ...]]:
    """Each set of columns once: the forms of a round share them."""
    return {id(each): each for each in columns}.values()


def round_of(identity: Identity) -> tuple[str, str, str]:
    """Plan, year and round."""
    return (identity.plan, identity.year, identity.round)
