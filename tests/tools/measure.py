"""The size of the house in figures: ``make measure``.

Signs, not limits: lines, files, functions, public names, types, class names that exist twice,
and how many calls lie between a command and the function that does its work.
"""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "kakunin_xlsx"

# A command and what does what it is for: the workbook is made, the round is read and merged
# (check merges, too, and writes nothing), the zip is packed.
WORK = {
    "build": "form_workbook",
    "check": "RoundMerge",
    "merge": "RoundMerge",
    "report": "paper_workbook",
    "archive": "pack",
    "verify": "inspect",
}

_Functions = (ast.FunctionDef, ast.AsyncFunctionDef)


def trees() -> Mapping[str, ast.Module]:
    """Every module of the program by its path below the package."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


def classes(modules: Mapping[str, ast.Module]) -> Mapping[str, list[str]]:
    """The files in which each class name stands."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(path)
    return found


def doubled(modules: Mapping[str, ast.Module]) -> Mapping[str, list[str]]:
    """Class names that exist more than once, with their files."""
    return {name: paths for name, paths in classes(modules).items() if len(paths) > 1}


def _functions(
    modules: Mapping[str, ast.Module],
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, _Functions):
                yield path, node


def _public(modules: Mapping[str, ast.Module]) -> int:
    """Functions and classes at the top of modules whose names do not begin with `_`."""
    return sum(
        isinstance(node, (*_Functions, ast.ClassDef)) and not node.name.startswith("_")
        for tree in modules.values()
        for node in tree.body
    )


def calls(modules: Mapping[str, ast.Module]) -> Mapping[str, set[str]]:
    """Which functions and classes each one names, as `file:name`, imports followed.

    A class stands for all its methods; what a value's method is called on is not known.
    """
    known = {
        f"{path}:{node.name}": node
        for path, tree in modules.items()
        for node in tree.body
        if isinstance(node, (*_Functions, ast.ClassDef))
    }
    graph: dict[str, set[str]] = {}
    for place, node in known.items():
        path = place.split(":")[0]
        names = _imported(modules, modules[path]) | _imported(modules, node)
        found = set()
        for each in ast.walk(node):
            if isinstance(each, ast.Name):
                found.add(names.get(each.id, f"{path}:{each.id}"))
            elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
                found.add(f"{names.get(each.value.id, '')}:{each.attr}")
        graph[place] = found & known.keys()
    return graph


def _imported(modules: Mapping[str, ast.Module], inside: ast.AST) -> dict[str, str]:
    """What imported names mean: `file:name`, or the file of a whole module."""
    found = {}
    for node in ast.walk(inside):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kakunin_xlsx"):
            for alias in node.names:
                found[alias.asname or alias.name] = _origin(modules, node.module or "", alias.name)
    return found


def _origin(modules: Mapping[str, ast.Module], module: str, name: str) -> str:
    """Where a name that a module offers is defined."""
    path = module.replace(".", "/").removeprefix("kakunin_xlsx").removeprefix("/")
    below = f"{path}/{name}.py".removeprefix("/")
    if below in modules:
        return below
    file = f"{path}.py" if f"{path}.py" in modules else f"{path}/__init__.py".removeprefix("/")
    for node in ast.walk(modules[file]) if file in modules else ():  # be it `if TYPE_CHECKING`
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _origin(modules, node.module, alias.name)
    return f"{file}:{name}"


def way(graph: Mapping[str, set[str]], start: str, goal: str) -> list[str]:
    """The shortest way by calls to a function of that name; empty if there is none."""
    before: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        if at.endswith(f":{goal}"):
            steps = [at]
            while before[steps[-1]]:
                steps.append(before[steps[-1]])
            return steps[::-1]
        for name in sorted(graph[at] - before.keys()):
            before[name] = at
            waiting.append(name)
    return []


def figures() -> Iterator[tuple[str, str]]:
    """Each figure with its name."""
    modules = trees()
    every = list(_functions(modules))
    lines = {path: (SOURCE / path).read_text(encoding="utf-8").count("\n") for path in modules}
    shared = doubled(modules)
    yield "lines", f"{sum(lines.values()):,}"
    yield "files", str(len(modules))
    yield "files over 400 lines", ", ".join(p for p, n in lines.items() if n > 400) or "none"
    yield "functions", f"{len(every):,}"
    yield "functions over 45 lines", str(sum((n.end_lineno or 0) - n.lineno > 45 for _, n in every))
    yield "public names", f"{_public(modules):,}"
    yield "classes", str(sum(map(len, classes(modules).values())))
    yield "doubled class names", f"{len(shared)}  {', '.join(sorted(shared))}"
    graph = calls(modules)
    for command, goal in WORK.items():
        steps = way(graph, f"cli/{command}.py:command", goal)
        named = " → ".join(step.replace(".py:", ".") for step in steps[1:])
        yield f"{command} to its work", f"{len(steps) - 1} calls  {named}"


if __name__ == "__main__":
    for name, figure in figures():
        print(f"{name:24}{figure}")  # noqa: T201
