"""文面: letters to 回答元 from templates that a clerk edits in Notepad. No Excel, no folders."""

from kakunin_xlsx.letters.kinds import NAMES, LetterKind
from kakunin_xlsx.letters.template import (
    FOLDER,
    Letter,
    Template,
    default_templates,
    find_template,
    template_problems,
)

__all__ = [
    "FOLDER",
    "NAMES",
    "Letter",
    "LetterKind",
    "Template",
    "default_templates",
    "find_template",
    "template_problems",
]
