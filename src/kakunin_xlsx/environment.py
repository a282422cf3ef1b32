"""Variables of the environment that the office may set, read in one way."""

from __future__ import annotations

import os
from collections.abc import Collection

from kakunin_xlsx.stop import WrongUsage

_MOST = 1e9


def number(name: str, default: float) -> float:
    """What a variable says; `default` where it is not set. Raises WrongUsage for anything else."""
    word = os.environ.get(name, "").strip()
    try:
        said = float(word) if word else default
    except ValueError:
        said = 0
    if not 0 < said <= _MOST:  # true of no NaN
        raise WrongUsage(
            f"環境変数 {name} の「{word}」を読み取れません。"
            f"0より大きい数字（初めの値は {default:g}）にするか、この環境変数を消してください。"
        )
    return said


def require_known(prefix: str, names: Collection[str]) -> None:
    """Raises WrongUsage for a variable that begins like ours and is none."""
    for name in sorted(os.environ):
        if name.startswith(prefix) and name not in names:
            raise WrongUsage(
                f"環境変数 {name} は使われていません。次のどれかです：{'、'.join(names)}。"
                "名前を直すか、この環境変数を消してください。"
            )
