"""What people write today: every returned workbook into one table, with python-calamine."""

import sys
from pathlib import Path

import pandas as pd

files = sorted(Path(sys.argv[1]).glob("*.xlsx"))
table = pd.concat(
    pd.read_excel(file, sheet_name="確認表", header=None, engine="calamine", dtype=str)
    for file in files
)
table.to_csv(sys.argv[2], index=False)
