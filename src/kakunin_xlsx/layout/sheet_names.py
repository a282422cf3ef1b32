"""Names of the worksheets that this tool makes: writer and reader take them from here."""

TABLE_SHEET = "確認表"
GUIDE_SHEET = "記入要領"
LAST_SHEET = "前年度の回答"
CHOICE_SHEET = "選択肢"
WITNESS_SHEET = "_kakunin"
REQUEST_SHEET = "修正依頼"
REST_SHEET = "記入の控え"
OWN_SHEETS = frozenset(
    (TABLE_SHEET, GUIDE_SHEET, LAST_SHEET, CHOICE_SHEET, WITNESS_SHEET, REQUEST_SHEET, REST_SHEET)
)
