"""文面: letters to 回答元 from templates that a clerk edits in Notepad. No Excel, no folders."""

from kakunin_xlsx.letters.kinds import NAMES, Kind
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
    "Kind",
    "Letter",
    "Template",
    "default_templates",
    "find_template",
    "template_problems",
]
