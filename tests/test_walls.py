"""The walls of the house: data flows one way, and libraries stay in their rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import kakunin_xlsx
from kakunin_xlsx import layout, merge, plan, returns
from tests.tools.measure import SOURCE, doubled, trees

pytestmark = pytest.mark.source

# Each room may import these rooms, and no other.
ALLOWED = {
    "stop": "",
    "nearest": "",
    "codec": "",
    "later": "",
    "textfiles": "stop",
    "plan": "later textfiles",
    "record": "codec textfiles",
    "findings": "",
    "layout": "later plan record",
    "sheets": "layout plan record stop",
    "returns": "findings later layout plan record stop",
    "checks": "findings later layout plan record returns",
    # 台帳.xlsx is one subject: out as pages, in as grids, without a library of either
    "masters_book": "layout plan returns sheets",
    "feedback": "checks findings layout merge plan record returns sheets",
    "merge": "checks codec findings later layout plan record returns stop textfiles",
    "report": "codec layout plan record sheets textfiles",
    "folders": "codec plan stop textfiles",
    "archive": "codec folders merge plan record returns stop textfiles",
    "demo": "folders layout masters_book merge office plan record stop textfiles",
    "office": (
        "archive checks codec feedback findings folders layout letters masters_book merge "
        "nearest plan record report returns sheets stop textfiles"
    ),
    "api": "folders office plan report stop",
    "letters": "nearest plan textfiles",
    "cli": "archive codec demo findings folders letters nearest office plan stop",
}
LIBRARIES = {
    "xlsxwriter": {"sheets"},
    "openpyxl": {"demo"},  # demo plays the departments' Excel
    "click": {"cli"},
    "pebble": {"returns"},
    "python_calamine": {"returns"},
    "rich": {"cli"},
    "pandas": {"api"},  # an extra: no command needs it
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


FILES = [path for path in sorted(SOURCE.rglob("*.py")) if not path.name.startswith("__main__")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_what_lies_before_it(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    used = {name.split(".")[1] for name in imports(path) if name.startswith("kakunin_xlsx.")}
    assert used - {room} <= {*ALLOWED[room].split()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    used = {name.split(".")[0] for name in imports(path)}
    for library, rooms in LIBRARIES.items():
        assert library not in used or room_of(path) in rooms


def test_nothing_in_the_code_knows_the_shipped_plan() -> None:
    known = ("狛江", "再犯", "福祉政策課", "まちづくり", "komae", "指導室")
    strangers = [
        f"{path.relative_to(SOURCE)}: {value}"
        for path in FILES
        for value in strings(path)
        if any(word in value for word in known)
    ]
    assert strangers == []


def test_no_class_name_stands_twice() -> None:
    assert doubled(trees()) == {}


@pytest.mark.parametrize(
    "package", [kakunin_xlsx, layout, merge, plan, returns], ids=lambda each: each.__name__
)
def test_every_name_that_a_package_gives_when_asked_is_there(package: ModuleType) -> None:
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of the docstrings' nodes: they are for us, and may give examples."""
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def strings(path: Path) -> Iterator[str]:
    """Every text in the code but docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


# One reader each: whatever reads a table, plan.toml or JSON by itself would miss its sentences.
ONE_READER = {"csv": "textfiles.py", "tomllib": "textfiles.py", "json": "codec.py"}
_WRITES = {  # these write only
    ("json", "cli/show.py"),
    ("json", "folders/files.py"),
    ("json", "folders/lock.py"),
    ("json", "archive/contents.py"),
    ("json", "office/pdf.py"),
    ("csv", "record.py"),
    ("csv", "merge/decisions.py"),
}


def test_one_reader_for_tables_toml_and_json() -> None:
    found = {
        (name, path.relative_to(SOURCE).as_posix())
        for path in SOURCE.rglob("*.py")
        for name in imports(path)
        if name in ONE_READER and path.name != ONE_READER[name]
    }
    assert found <= _WRITES
    for _, path in found:
        words = (SOURCE / path).read_text(encoding="utf-8")
        assert "csv.reader" not in words
        assert "json.load" not in words
