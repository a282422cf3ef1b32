"""What a system refuses to write, and why, in words for people."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from kakunin_xlsx.stop import Stop

LONGEST_PATH = 240  # characters; Excel refuses longer ones on Windows
_NO_WINDOWS_NAME = re.compile(
    r'[<>:"|?*\0-\x1f]|^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9¹²³]) *(\.|$)', re.I
)
_NAME = (
    'Windowsでは使えない名前です（< > : " | ? * のある名前と、CON、PRN、AUX、NUL など）。'
    "ほかの名前にして、もう一度実行してください。"
)
_INVALID_NAME = 123  # Windows' number

_SHALLOWER = "C:\\kakunin のような短い場所にしてください（出力先は --output で指定します）。"
_FULL = "ディスクの空きがありません。空きを作ってから、もう一度実行してください。"
_LOCKED = (
    "書き込めません。Excelなどで開いている場合は閉じてから、もう一度実行してください。"
    "閉じても続くときは、読み取り専用になっていないか、フォルダーの書き込みの権限があるかを確かめてください。"
)
_TAKEN = (
    "同じ名前のファイルまたはフォルダーがあるため、書き込めません。"
    "その名前を変えるか、別の場所にしてください（出力先は --output で指定します）。"
)
_WORDS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: "書き込めない場所です。別の場所にしてください（出力先は --output で指定します）。",
    errno.ENAMETOOLONG: f"名前が長すぎます。{_SHALLOWER}",
    errno.EACCES: _LOCKED,
    errno.EPERM: _LOCKED,
    errno.EEXIST: _TAKEN,
    errno.ENOTEMPTY: _TAKEN,
    errno.ENOTDIR: _TAKEN,
    errno.EISDIR: _TAKEN,
}
_UNSURE = (
    "書き込めませんでした。ディスクの空きと、保存先（ネットワークドライブなど）への接続を"
    "確かめてから、もう一度実行してください。"
)


def check_path(path: Path) -> None:
    """Raises Stop for a name that Windows does not take, or a place too deep for Excel."""
    if sys.platform == "win32" and not windows_takes(path):
        raise Stop(f"{path}\n{_NAME}")
    if len(str(path.absolute())) > LONGEST_PATH:
        raise Stop(f"{path}\n場所と名前を合わせた長さが{LONGEST_PATH}文字を超えます。{_SHALLOWER}")


def windows_takes(path: PurePath) -> bool:
    """False if a part of the path is the name of a device there, or holds what no name may."""
    parts = path.parts[bool(path.anchor) :]
    return not any(map(_NO_WINDOWS_NAME.search, parts))


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Raises Stop, naming the path, for what the system refuses."""
    try:
        yield
    except OSError as refused:
        named = getattr(refused, "winerror", 0) == _INVALID_NAME
        words = _NAME if named else _WORDS.get(refused.errno or 0, _UNSURE)
        raise Stop(f"{path}\n{words}") from refused
