"""What stands in the zip, and the zip: the same contents give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from bundle.guides import guides
from bundle.licences import licence_list
from bundle.wheels import Wheel

FILES = Path(__file__).parent / "files"
WHEELS = "parts/wheels"
_DATE = (2024, 1, 1, 0, 0, 0)
_PLAIN, _PROGRAM = 0o100644, 0o100755


def contents(own: Wheel, wheels: Collection[Wheel], lock: str) -> dict[str, bytes]:
    """Every file by its place in the bundle's folder. `wheels` holds `own` as well."""
    found = {path.relative_to(FILES).as_posix(): path for path in sorted(FILES.rglob("*"))}
    files = {
        place: path.read_bytes()
        if path.suffix in (".xls", ".ods")
        else as_opened(path.name, path.read_text(encoding="utf-8").replace("{版}", own.version))
        for place, path in found.items()
        if path.is_file() and path.suffix != ".pyc"
    }
    name = "ライセンス一覧.txt"
    return {
        **files,
        **guides(),
        name: as_opened(name, licence_list([wheel for wheel in wheels if wheel != own])),
        "parts/requirements.txt": _requirements(own, lock).encode(),
        **{f"{WHEELS}/{wheel.path.name}": wheel.path.read_bytes() for wheel in wheels},
    }


def as_opened(name: str, text: str) -> bytes:
    """A text in the encoding and with the line ends of the program that opens it.

    A .bat is cp932: the code page in which cmd starts on Japanese Windows, so that nothing need
    be switched (after `chcp 65001` older ones lose lines and fonts). Raises UnicodeEncodeError
    for a letter it lacks. Notepad knows UTF-8 by its BOM.
    """
    windows = text.replace("\n", "\r\n")
    if name.endswith(".bat"):
        return windows.encode("cp932")
    if name.endswith(".txt"):
        return windows.encode("utf-8-sig")
    return text.encode()


def _requirements(own: Wheel, lock: str) -> str:
    """The lock, and the project itself by its hash."""
    return f"{lock}{own.name}=={own.version} \\\n    --hash=sha256:{own.sha256}\n"


def zipped(top: str, files: Mapping[str, bytes]) -> bytes:
    """The zip of one folder `top`: sorted, dated alike, stored (wheels are compressed)."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as archive:
        for place, data in sorted(files.items()):
            entry = ZipInfo(f"{top}/{place}", _DATE)  # marks a Japanese name as UTF-8
            entry.create_system = 3  # Unix on every system: install.sh may be run
            entry.external_attr = (_PROGRAM if place.endswith(".sh") else _PLAIN) << 16
            archive.writestr(entry, data)
    return made.getvalue()
