"""計画の取組状況確認表をExcelで配布・回収・取りまとめ・公表するための道具。"""

from kakunin_xlsx.api import YearTables, load_plan, load_year

__all__ = ["YearTables", "__version__", "load_plan", "load_year"]
__version__ = "0.1.0"
