"""The design's rulings on the damaged source, one line each: cell, words, where they come from."""

from pathlib import Path

import pytest

from kakunin_xlsx.plan import Plan, load_plan
from kakunin_xlsx.plan.model import shown_words
from kakunin_xlsx.plan.schema import TABLE

SHIPPED = Path(__file__).parents[2] / "masters" / "komae-saihan-1"

FIXED, INFERRED, UNVERIFIED, AS_IT_STANDS = "補正", "推定", "原本未照合", "原文"
TARGET, FIGURE = "目標文", "目標値"
RATE = "相談者の解決率(前年度に受付した相談の解決率)"
LODGING = "住まい探しの相談窓口の実施及び伴走支援"
STUDY = "教育機関等による修学支援"
NEEDS = "教育機関等の修学支援課題の特定"
WATCH = "出所者等への必要な支援につなげるための見守り体制の充実"
TRAINING = "刑事司法機関等と連携した市職員、学校関係者、市内支援関係者等向け研修の実施"
CASES = "ケース会議等への参加"
SPREAD = "周知先の開拓及び配架"
QUOTED = "・(再掲) 更生保護団体等のホームページの充実\n・(再掲) チラシの作成"

RULINGS = [
    # a year swallowed between two equal ones is the same, inferred
    ("targets", "1-2-1/R6", TARGET, "連携体制の強化", AS_IT_STANDS),
    ("targets", "1-2-1/R7", TARGET, "連携体制の強化", INFERRED),
    ("targets", "1-2-1/R8", TARGET, "連携体制の強化", AS_IT_STANDS),
    ("targets", "4-1-1/R7", TARGET, "実施", INFERRED),
    ("targets", "4-1-3/R7", TARGET, "推薦手続きの支援", INFERRED),
    ("targets", "4-2-1/R7", TARGET, "一時的な宿泊場所の紹介", INFERRED),
    ("targets", "4-2-2a/R7", TARGET, LODGING, INFERRED),
    ("targets", "4-4-1/R7", TARGET, CASES, INFERRED),
    ("targets", "4-5-1/R7", TARGET, "適宜", INFERRED),
    # … but not where the two differ
    ("targets", "4-2-3/R7", TARGET, "", UNVERIFIED),
    ("targets", "4-3-1/R7", TARGET, "", UNVERIFIED),
    # one word for three years fills R6 only
    ("targets", "2-2-1/R6", TARGET, "実施", INFERRED),
    ("targets", "2-2-1/R7", TARGET, "", UNVERIFIED),
    ("targets", "2-2-1/R8", TARGET, "", UNVERIFIED),
    ("targets", "2-2-2/R6", TARGET, "調整", INFERRED),
    ("targets", "2-2-2/R7", TARGET, "", UNVERIFIED),
    ("targets", "2-2-3/R6", TARGET, "支援", INFERRED),
    ("targets", "2-2-3/R8", TARGET, "", UNVERIFIED),
    ("targets", "5-2-2/R6", TARGET, "連携体制の構築", INFERRED),
    ("targets", "5-2-2/R7", TARGET, "", UNVERIFIED),
    ("targets", "5-2-2/R8", TARGET, "", UNVERIFIED),
    # years that the source does not hold
    ("targets", "1-1-2/R8", TARGET, "", UNVERIFIED),
    ("targets", "4-1-2/R8", TARGET, "", UNVERIFIED),
    ("targets", "3-4-1/R6", TARGET, "", UNVERIFIED),
    ("targets", "5-1-1a/R6", TARGET, "", UNVERIFIED),
    ("targets", "5-1-2/R7", TARGET, "", UNVERIFIED),
    # a year that another named place tells
    ("targets", "1-1-1/R8", TARGET, SPREAD, INFERRED),
    ("targets", "5-3-1a/R8", TARGET, LODGING, INFERRED),
    # as printed, whatever one may think of it
    ("targets", "4-1-2/R7", TARGET, QUOTED, AS_IT_STANDS),
    ("targets", "5-1-2/R6", TARGET, "見学会等の実施 検討", AS_IT_STANDS),
    ("targets", "4-2-3/R8", TARGET, "見守り等の見守り体制の強化", INFERRED),
    ("targets", "4-3-1/R8", TARGET, "生活環境等及び伴走型支援体制の整備", FIXED),
    # (再掲) inside a bullet is text
    (
        "targets",
        "2-1-1/R6",
        TARGET,
        "・更生保護団体等の周知ホームページの充実\n・(再掲) チラシの作成",
        INFERRED,
    ),
    # 3-3-1: 福祉政策課 has the R6 that stands under 取組; 学校教育課 has its 事業概要 only
    ("actions", "3-3-1a", "取組", "修学支援体制の構築", INFERRED),
    ("targets", "3-3-1a/R6", TARGET, NEEDS, INFERRED),
    ("targets", "3-3-1a/R7", TARGET, STUDY, INFERRED),
    ("targets", "3-3-1a/R8", TARGET, STUDY, INFERRED),
    (
        "actions",
        "3-3-1b",
        "事業概要",
        "少年院出院者等からの問い合わせに対し、修学支援関係情報を提供します。",
        INFERRED,
    ),
    ("actions", "3-3-1b", "取組", "", UNVERIFIED),
    ("targets", "3-3-1b/R6", TARGET, "", UNVERIFIED),
    ("actions", "3-3-2b", "取組", "", UNVERIFIED),
    ("targets", "3-3-2b/R8", TARGET, "", UNVERIFIED),
    # 再掲: own texts, origin by the same words, or inferred
    ("actions", "3-3-2a", "再掲元", "3-3-1a", AS_IT_STANDS),
    ("actions", "3-3-2a", "事業概要", "教育機関等が連携して包括的にサポートします。", INFERRED),
    ("actions", "5-2-1", "再掲元", "4-3-2", INFERRED),
    ("actions", "5-3-1a", "再掲元", "4-2-2a", AS_IT_STANDS),
    ("actions", "5-3-1b", "再掲元", "4-2-2b", AS_IT_STANDS),
    ("targets", "5-2-1/R6", TARGET, CASES, INFERRED),
    ("targets", "5-2-1/R7", TARGET, CASES, INFERRED),
    # 相談者の解決率 is まちづくり推進課's, its figures unverified
    ("actions", "4-2-2b", "部署", "まちづくり推進課", INFERRED),
    ("actions", "4-2-2b", "取組", RATE, INFERRED),
    ("targets", "4-2-2b/R6", TARGET, "", UNVERIFIED),
    ("targets", "4-2-2b/R6", FIGURE, "", UNVERIFIED),
    ("targets", "4-2-2b/R8", FIGURE, "", UNVERIFIED),
    ("actions", "5-3-1b", "取組", RATE, INFERRED),
    ("targets", "5-3-1b/R7", FIGURE, "", UNVERIFIED),
    ("actions", "4-2-2b", "事業概要", "", AS_IT_STANDS),  # as above
    ("actions", "4-2-3", "取組", WATCH, INFERRED),
    # empty 事業概要: the title stands there
    ("actions", "2-2-2", "事業概要", "", UNVERIFIED),
    ("actions", "4-1-2", "事業概要", "", UNVERIFIED),
    # whose line it is
    ("actions", "5-1-1b", "部署", "指導室", INFERRED),
    ("actions", "5-1-1b", "取組", "愛光女子学園と市内小中学校との交流", INFERRED),
    ("actions", "5-1-2", "部署", "福祉政策課", INFERRED),
    ("actions", "5-1-2", "取組", "愛光女子学園への見学会等の実施", AS_IT_STANDS),
    # the stray 適宜 of 5-3-1
    ("targets", "5-3-2/R6", TARGET, "適宜", INFERRED),
    ("targets", "5-3-2/R7", TARGET, "適宜", INFERRED),
    ("targets", "5-3-2/R8", TARGET, "", UNVERIFIED),
    ("targets", "5-3-1a/R7", TARGET, LODGING, AS_IT_STANDS),
    # names of chapter 5 that only chapter 4 shows
    ("initiatives", "5-1-1", "名称", TRAINING, INFERRED),
    ("initiatives", "5-2-2", "名称", "市職員、市内支援関係者等による連携の推進", INFERRED),
    # clear slips
    ("goals", "4", "体系の名称", "総合的で切れ目のない生活支援システムづくり", FIXED),
    ("actions", "1-2-1", "取組", "狛江市へ帰住希望の方に対応できる連携体制の構築", FIXED),
    ("texts", "colophon-publisher", "本文", "発行：狛江市福祉保健部福祉政策課", FIXED),
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(SHIPPED)


@pytest.mark.parametrize(("table", "key", "column", "words", "status"), RULINGS)
def test_ruling(plan: Plan, table: str, key: str, column: str, words: str, status: str) -> None:
    schema = TABLE[table]
    row = next(row for row in getattr(plan, schema.plan) if schema.key(row) == key)
    assert shown_words(plan, row, column) == words
    assert plan.status(table, key, column) == status


def test_no_other_action_is_a_repeat(plan: Plan) -> None:
    repeats = {row.id: row.repeats for row in plan.actions if row.repeats}
    assert repeats == {
        "3-3-2a": "3-3-1a",
        "5-2-1": "4-3-2",
        "5-3-1a": "4-2-2a",
        "5-3-1b": "4-2-2b",
    }


def test_the_leading_mark_is_stored_nowhere(plan: Plan) -> None:
    texts = [word for row in plan.actions for word in (row.outline, row.effort)]
    texts += [row.text for row in plan.targets]
    assert [text for text in texts if text.startswith(("(再掲)", "（再掲）"))] == []
