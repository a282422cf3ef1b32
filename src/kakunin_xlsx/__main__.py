"""``python -m kakunin_xlsx`` is the same as ``kakunin``."""

from kakunin_xlsx.cli import main

if __name__ == "__main__":
    main()
