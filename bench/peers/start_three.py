"""Three starts of Python with pandas and xlsxwriter: what any such tool pays before it works."""

import subprocess
import sys

for _ in range(3):
    subprocess.run([sys.executable, "-c", "import pandas, xlsxwriter"], check=True)
