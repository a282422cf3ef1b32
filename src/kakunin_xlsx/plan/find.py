"""Which masters folder a command works on."""

from __future__ import annotations

from pathlib import Path

from kakunin_xlsx.plan.settings import PLAN_FILE

_PACKAGE = Path(__file__).resolve().parents[1]
# A wheel carries masters/ inside the package; a checkout has it at its top.
SHIPPED = (_PACKAGE / "masters", _PACKAGE.parents[1] / "masters")


class MastersNotFound(Exception):
    """No masters folder, or more than one to choose from; the words are for people."""


def find_masters(explicit: Path | None, start: Path) -> Path:
    """The folder that was named, else the only plan under `start`/masters, else the shipped one."""
    if explicit is not None:
        return _named(explicit)
    for folder in (start / "masters", *SHIPPED):
        if plans := plans_in(folder):
            return _only(plans)
    raise MastersNotFound(
        f"計画の台帳が見つかりません。{start / 'masters'} に計画のフォルダーを置くか、"
        "--plan でフォルダーを指定してください。"
    )


def only_shipped(found: Path, named: bool, start: Path) -> bool:
    """True for a plan that came with the tool and does not lie where one works.

    `named`: it was asked for; then only what lies inside the installed program is the tool's.
    """
    above = found.resolve().parent
    if named:
        return above == SHIPPED[0]
    return above in SHIPPED and above != (start / "masters").resolve()


def plans_in(folder: Path) -> tuple[Path, ...]:
    """The masters folders directly under a folder."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(child for child in folder.iterdir() if (child / PLAN_FILE).is_file()))


def _named(folder: Path) -> Path:
    if (folder / PLAN_FILE).is_file():
        return folder
    if plans := plans_in(folder):
        return _only(plans)
    if not folder.is_dir():
        raise MastersNotFound(
            f"フォルダー「{folder}」がありません。フォルダーの名前を確かめてください。"
        )
    raise MastersNotFound(
        f"「{folder}」に {PLAN_FILE} がありません。計画の台帳のフォルダーを指定してください。"
    )


def _only(plans: tuple[Path, ...]) -> Path:
    if len(plans) == 1:
        return plans[0]
    names = "、".join(f"「{plan.name}」" for plan in plans)
    raise MastersNotFound(
        f"計画が{len(plans)}つあります（{names}）。--plan でどれか一つを指定してください。"
    )
