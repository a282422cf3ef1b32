"""Background colours of answer cells. What has another one was coloured by a person."""

OPEN_FILL = "#FFFBE0"  # to be filled
FIX_FILL = "#F8CBAD"  # 修正依頼: to be mended
CONFIRM_FILL = "#FFE699"  # 修正依頼: to be looked at
OWN_FILLS = frozenset({OPEN_FILL, FIX_FILL, CONFIRM_FILL})
