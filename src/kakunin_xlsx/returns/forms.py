"""Every form of a round, indexed once for all the files that are read beside them."""

from __future__ import annotations

import pickle
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain

from kakunin_xlsx.layout import Column, Identity, Layout, Row, spaceless
from kakunin_xlsx.plan.tree import Target

_MOST = 256  # forms that are kept unpacked
# Of the table, of the form itself, of last year's sheet, and those that are not asked.
_Columns = tuple[tuple[Column, ...], tuple[Column, ...], tuple[Column, ...], tuple[Column, ...]]
_Asked = tuple[Layout, Mapping[str, Target]]


class Asked(Mapping[str, Layout]):
    """The forms by their respondents' codes, in the masters' order.

    There may be ten thousand, so each is kept packed until somebody asks for it, and no file
    walks through all of them. Workers share the packed ones.
    """

    def __init__(self, layouts: Iterable[Layout], targets: Mapping[str, Target] | None = None):
        """`targets` are those of the asked year, by row."""
        self._packed = bytearray()
        self._places: dict[str, slice] = {}  # in `_packed`, by code
        self._columns: list[_Columns] = []
        self._captions: dict[str, list[str]] = {}
        self._recent: dict[str, _Asked] = {}
        self.rounds: set[tuple[str, str, str]] = set()
        self.in_print: set[str] = set()  # at the foot of their pages
        self.required: dict[str, tuple[str, int]] = {}  # by code: the name, and how many cells
        places: dict[tuple[int, ...], int] = {}
        for one in layouts:
            code = one.identity.respondent
            columns = (one.columns, one.form, one.last, one.spare)
            at = places.setdefault(tuple(map(id, columns)), len(places))
            if at == len(self._columns):
                self._columns.append(columns)
            rows = (
                {row.id: targets[row.id] for row in one.rows if row.id in targets}
                if targets
                else {}
            )
            told = {id_: each for id_, each in rows.items() if each.unit or each.figure is not None}
            bare = replace(one, columns=(), form=(), last=(), spare=())
            begin = len(self._packed)
            self._packed += zlib.compress(pickle.dumps((at, bare, told), protocol=5), level=1)
            self._places[code] = slice(begin, len(self._packed))
            self._captions.setdefault(spaceless(one.caption), []).append(code)
            self.rounds.add(round_of(one.identity))
            foot = (*one.in_print, f"{one.former_title}{one.year.name}")
            self.in_print.update(map(spaceless, foot))
            self.required[code] = (one.respondent, len(one.required_cells))

    def __getstate__(self) -> dict[str, object]:
        """Without what was looked up so far. The packed forms can be told apart from the rest
        (PEP 574), so that several processes may share them.
        """
        kept = ("_places", "_columns", "_captions", "rounds", "in_print", "required")
        known = {name: self.__dict__[name] for name in kept}
        return {**known, "_packed": pickle.PickleBuffer(self._packed), "_recent": {}}

    @classmethod
    def of(cls, layouts: Collection[Layout] | Asked) -> Asked:
        """`layouts` themselves, if they are indexed already."""
        return layouts if isinstance(layouts, Asked) else cls(layouts)

    def __getitem__(self, code: str) -> Layout:
        return self._of(code)[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, code: object) -> bool:
        return code in self._places

    def targets(self, code: str) -> Mapping[str, Target]:
        """By row: the targets of one form that have a figure or a unit."""
        return self._of(code)[1]

    def _of(self, code: str) -> _Asked:
        if code not in self._recent:
            at, bare, targets = pickle.loads(zlib.decompress(self._packed[self._places[code]]))
            columns, form, last, spare = self._columns[at]
            whole = replace(bare, columns=columns, form=form, last=last, spare=spare)
            if len(self._recent) >= _MOST:
                self._recent.clear()
            self._recent[code] = (whole, targets)
        return self._recent[code]

    def issued_as(self, identity: Identity) -> Layout | None:
        """The form that an identity names."""
        own = self.get(identity.respondent)
        return own if own and own.identity == identity else None

    # How a file tells what it holds.

    @cached_property
    def first(self) -> Layout | None:
        """Any form: its columns are those of the round."""
        return next(iter(self.values()), None)

    @cached_property
    def table_keys(self) -> frozenset[str]:
        """Keys of table columns."""
        return frozenset(column.key for columns, *_ in self._columns for column in columns)

    @cached_property
    def form_keys(self) -> frozenset[str]:
        """Keys of the forms' own fields."""
        return frozenset(column.key for column in self._fields)

    @property
    def _fields(self) -> Iterator[Column]:
        for _, form, _, spare in self._columns:
            yield from (*form, *spare)

    @cached_property
    def keys_known(self) -> frozenset[str]:
        """All of both."""
        return self.table_keys | self.form_keys

    @cached_property
    def labels(self) -> Mapping[str, frozenset[str]]:
        """What may stand before a form's own field, by key."""
        found: dict[str, set[str]] = {}
        for column in self._fields:
            found.setdefault(column.key, set()).add(column.heading)
        return {key: frozenset(labels) for key, labels in found.items()}

    @cached_property
    def choices(self) -> frozenset[str]:
        """The labels of everything that may be chosen."""
        fields = (each for columns in self._columns for each in chain(*columns))
        return frozenset(choice.label for column in fields for choice in column.choices)

    def captioned(self, texts: Collection[str]) -> Iterator[Layout]:
        """The forms with one of these captions, white space left out, in their order."""
        codes = {code for text in texts for code in self._captions.get(text, ())}
        return (self[code] for code in self if code in codes) if codes else iter(())

    # What a damaged file is compared with; whole files need none of it.

    @cached_property
    def by_row(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of those who are asked for a row, by row id."""
        found: dict[str, tuple[str, ...]] = {}
        for code, layout in self.items():
            for row in layout.rows:
                if not row.shared:
                    found[row.id] = (*found.get(row.id, ()), code)
        return found

    @cached_property
    def by_digest(self) -> Mapping[str, Row]:
        """Rows by the digest of their locked texts."""
        return {row.digest: row for layout in self.values() for row in layout.rows}

    @cached_property
    def by_text(self) -> Mapping[tuple[str, str], tuple[Row, ...]]:
        """The rows of `by_digest`, in that order, by column key and printed text."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.by_digest.values():
            for key, text in row.texts.items():
                if text.shown:
                    found.setdefault((key, spaceless(text.shown)), []).append(row)
        return {text: tuple(rows) for text, rows in found.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """What is printed outside the rows of any form, as `wordly` tells words apart."""
        return frozenset(wordly(word) for layout in self.values() for word in layout.words())


def wordly(text: str) -> str:
    """Without white space and numbers; numbers without words (3-1) stay."""
    plain = spaceless(text)
    words = re.sub(r"\d+", "", plain)
    return words if any(map(str.isalpha, words)) else plain


def round_of(identity: Identity) -> tuple[str, str, str]:
    """Plan, year and round."""
    return (identity.plan, identity.year, identity.round)
