"""計画の取組状況確認表をExcelで配布・回収・取りまとめ・公表するための道具。"""

from typing import TYPE_CHECKING

from kakunin_xlsx.later import later

if TYPE_CHECKING:
    from kakunin_xlsx.api import YearTables, load_plan, load_year

__all__ = ["YearTables", "__version__", "load_plan", "load_year"]
__version__ = "0.1.0"

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        api="YearTables load_plan load_year",
    )
