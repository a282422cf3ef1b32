#!/bin/sh
# 確認表の道具を始めます。作ったものは、このファイルと同じフォルダーの output に入ります。
# コマンドも実行できます（例：./はじめる.sh build --year R7）。
KAKUNIN_HOME="${XDG_DATA_HOME:-$HOME/.local/share}/kakunin"
cd -- "$(dirname -- "$0")" || exit 3
exec "$KAKUNIN_HOME/env/bin/python" -m kakunin_xlsx "$@"
