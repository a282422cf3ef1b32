"""A zip written anew with one thing changed, as somebody with a zip program would leave it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

MANIFEST = "目録.json"
Members = dict[str, bytes]


def members(path: Path) -> Members:
    """Names and contents, in the zip's order."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def rewrite(path: Path, files: Members) -> None:
    """The same zip with these files: headers as this tool writes them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, data)


def flipped(files: Members, name: str) -> Members:
    """One bit of one file turned; an empty file gets a byte."""
    data = files[name]
    at = len(data) // 2
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] if data else b"x"
    return {**files, name: changed}


def without(files: Members, name: str) -> Members:
    return {each: data for each, data in files.items() if each != name}


def swapped(files: Members, one: str, other: str) -> Members:
    return {**files, one: files[other], other: files[one]}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def forged(files: Members, name: str, data: bytes) -> Members:
    """One file changed, and its line in the 目録 made right again."""
    told = json.loads(files[MANIFEST])
    for line in told["ファイル"]:
        if line["ファイル"] == name:
            line["SHA256"], line["大きさ"] = sha256(data), len(data)
    manifest = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    return {**files, name: data, MANIFEST: manifest}


def edit_ledger(output: Path, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the entries of the 台帳."""
    path = output / "保存" / "保存台帳.json"
    entries = json.loads(path.read_bytes())
    edit(entries)
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def make_right(entry: dict[str, Any], path: Path) -> None:
    """The digests of an entry, as of the zip that lies there now."""
    entry["zipのSHA256"] = sha256(path.read_bytes())
    entry["目録のSHA256"] = sha256(members(path)[MANIFEST])


def link(entry: dict[str, Any]) -> str:
    """連鎖 counted by hand: the one before, and the entry in one line, its keys sorted."""
    said = {key: value for key, value in entry.items() if key != "連鎖"}
    words = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256((entry["前の連鎖"] + words).encode())
