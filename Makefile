# Everything happens in $(VENV); nothing but Python 3.11 or newer must be there.
PYTHON ?= python3
VENV ?= .venv
# Two workers: LibreOffice and the Open XML validator keep one core waiting.
PYTEST_ARGS ?= -n 2 --dist worksteal
# What a contributor runs before each commit; `source` is part of `make check`.
QUICK := not slow and not libreoffice and not ooxml

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(VENV)-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check format lock docs pictures measure bench offline-bundle windows windows-all clean

help:  ## この一覧
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 22
	@echo "別の Python を使うとき: make PYTHON=python3.13 VENV=.venv-3.13 test"

demo: $(VENV)/.installed  ## 三年分の流れを見本の回答でひととおり動かす
	$(BIN)/kakunin demo

test: $(VENV)/.installed  ## 試験（3分ほど。LibreOffice と検証器は要りません）
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m "$(QUICK) and not source"

test-all: test  ## 試験の全部（test に続けて、LibreOffice、検証器、時間のかかるもの。10分ほど）
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m "not ($(QUICK))"

check: $(VENV)/.installed  ## ruff と mypy、コードと文書の言葉・壁・もれ
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -m "$(QUICK) and source"

format: $(VENV)/.installed  ## ruff で整える
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The only step that asks which versions exist. Run it after changing the
# dependencies in pyproject.toml or to renew them, then commit requirements/.
lock: | $(VENV)-lock/.made  ## requirements/ を作り直す
	$(COMPILE) --output-file requirements/runtime.txt pyproject.toml > /dev/null
	$(COMPILE) --constraint requirements/runtime.txt --all-extras --group dev \
		--output-file requirements/dev.txt pyproject.toml > /dev/null

measure: $(VENV)/.installed  ## 家の大きさを数字で見る（行、ファイル、関数、同じ名前の型、コマンドから仕事まで）
	$(BIN)/python -m tests.tools.measure

bench: $(VENV)/.installed  ## 速さとメモリを、ほかの書き方と並べて測る（20分ほど。小さく：MOST=100　一部だけ：ONLY="five merge-10"）
	$(BIN)/python -m bench $(if $(MOST),--most $(MOST)) $(ONLY)

offline-bundle: $(VENV)/.installed  ## インターネットのないパソコンに入れる zip を dist/ に作る
	$(BIN)/python -m bundle

# Tests only: python.org's Python for Windows under Wine, all below .venv-windows.
windows: $(VENV)/.installed  ## Windows の Python（Wine の上）で、試験の一部、見本の三年、zip からの導入を動かす
	$(BIN)/python -m windows .venv-windows

windows-all: $(VENV)/.installed  ## 同じことを、試験を全部動かして
	$(BIN)/python -m windows .venv-windows --all

docs: $(VENV)/.installed  ## docs/ のうち、コードから作る頁を作り直す
	$(BIN)/python -m pictures.pages docs

pictures: $(VENV)/.installed  ## docs/ の図と画面を、見本から作り直す（LibreOffice と poppler が要ります）
	$(BIN)/python -m pictures

clean:  ## 環境と途中のファイルを消す（output/ は残す）
	rm -rf .venv .venv-* $(VENV) build dist .ci/node .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		found=$$($(PYTHON) -V 2>/dev/null || echo 見つかりません); \
		echo "Python 3.11 以上が必要です（$(PYTHON): $$found）。" \
			"新しい Python を入れて、make PYTHON=python3.12 demo のように指定してください。" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.locked: requirements/dev.txt | $(VENV)/.made
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

# The version is read from __init__.py when the project is installed.
$(VENV)/.installed: pyproject.toml src/kakunin_xlsx/__init__.py $(VENV)/.locked
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)-lock/.made:
	$(PYTHON) -m venv --clear $(VENV)-lock
	$(VENV)-lock/bin/python -m pip --disable-pip-version-check --quiet install 'uv>=0.9,<1'
	@touch $@
