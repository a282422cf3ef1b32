"""Names of a package that are imported when they are first asked for: a worker needs few of them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module


def later(package: str, **modules: str) -> Callable[[str], object]:
    """A package's ``__getattr__`` (PEP 562): `modules` are the names that each submodule gives."""
    homes = {name: module for module, names in modules.items() for name in names.split()}
    assert not homes.keys() & modules.keys()  # a package's name is the submodule's, once imported

    def found(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return found
