"""Every form of a round, indexed once for all the files that are read beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from kakunin_xlsx.layout import Identity, Layout, spaceless


class Forms(tuple[Layout, ...]):
    """The layouts in their order. There may be thousands, so no file walks through them."""

    @classmethod
    def of(cls, layouts: Collection[Layout]) -> Forms:
        """`layouts` themselves, if they are indexed already."""
        return layouts if isinstance(layouts, Forms) else cls(layouts)

    @cached_property
    def by_identity(self) -> Mapping[Identity, Layout]:
        """The form that an identity names."""
        return {layout.identity: layout for layout in reversed(self)}

    @cached_property
    def rounds(self) -> frozenset[tuple[str, str, str]]:
        """Plan, year and round of the forms: one, as a rule."""
        return frozenset(round_of(layout.identity) for layout in self)

    @cached_property
    def table_keys(self) -> frozenset[str]:
        """Keys of table columns."""
        return frozenset(key for layout in self for key in layout.column)

    @cached_property
    def form_keys(self) -> frozenset[str]:
        """Keys of the forms' own fields."""
        return frozenset(key for layout in self for key in layout.form_column)

    @cached_property
    def keys(self) -> frozenset[str]:
        """All of both."""
        return self.table_keys | self.form_keys

    @cached_property
    def labels(self) -> Mapping[str, frozenset[str]]:
        """What may stand before a form's own field, by key."""
        found: dict[str, set[str]] = {}
        for column in (column for layout in self for column in layout.form):
            found.setdefault(column.key, set()).add(column.heading)
        return {key: frozenset(labels) for key, labels in found.items()}

    @cached_property
    def by_caption(self) -> Mapping[str, tuple[int, ...]]:
        """The places here of the forms with a caption, white space left out."""
        found: dict[str, list[int]] = {}
        for at, layout in enumerate(self):
            found.setdefault(spaceless(layout.caption), []).append(at)
        return {caption: tuple(places) for caption, places in found.items()}


def round_of(identity: Identity) -> tuple[str, str, str]:
    """Plan, year and round."""
    return (identity.plan, identity.year, identity.round)
