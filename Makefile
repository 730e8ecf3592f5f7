# Zhijia: everything from a bare checkout.
#   make run     start it on http://127.0.0.1:8000 (PORT=…), state in var/ (ZHIJIA_DATA=…)
#   make test    the whole suite: SQLite, PostgreSQL where there is one, real browser
#   make check   format, lint, types, layers, templates, translations, migrations, docs, locks
#   make format  put code and templates into shape
#   make test-spark  the same rules on Spark, in an environment of its own (1 GB, Java 17)
#   make bench   print the figures of the budgets
#   make trust   prove the promises, one JSON line each (trust-long: the nightly size)
#   make lock    refresh the locked dependencies (maintainers)
#   make clean   remove what make has made, but never var/

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# make run DEMO= begins with an empty house.
DEMO ?= --demo
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.8
UV := .boot/bin/uv
BIN := .venv/bin

# Byte code makes each start three times faster; a foreign environment must not leak in.
unexport PYTHONDONTWRITEBYTECODE VIRTUAL_ENV PYTHONHOME PYTHONPATH UV_COMPILE_BYTECODE
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# An environment does not survive being moved or copied: begin anew at a new place.
ifneq ($(wildcard .venv),)
ifneq ($(shell cat .venv/place 2>/dev/null),$(CURDIR))
$(shell rm -rf .venv)
endif
endif

# The files that the browser gets; built again when the folder was emptied.
FRONTEND := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(wildcard zhijia/*/locale/zh_Hans/LC_MESSAGES/django.po)
ifeq ($(wildcard zhijia/core/static/core/build/*),)
$(shell rm -f frontend/node_modules/.built)
endif

.PHONY: help run test test-quick test-spark check format bench trust trust-long lock clean install develop browser
.PHONY: check-style check-types check-layers check-templates check-words check-django check-docs check-locks

help:
	@sed -n '2,10s/^# \{0,1\}//p' Makefile

# Set-up ---------------------------------------------------------------------------------------

.boot/uv-$(UV_VERSION):
	@echo "set-up: fetching uv $(UV_VERSION)"
	test -n "$(PYTHON)" || { echo "Zhijia needs Python 3.11 (Debian: apt-get install python3 python3-pip)."; exit 1; }
	"$(PYTHON)" -m pip --version >/dev/null 2>&1 || \
	  { echo "Zhijia needs pip for $(PYTHON) (Debian: apt-get install python3-pip)."; exit 1; }
	"$(PYTHON)" -m pip install -q --no-cache-dir --root-user-action=ignore --upgrade --target .boot "uv==$(UV_VERSION)"
	touch .boot/uv-$(UV_VERSION)

.venv/place: | .boot/uv-$(UV_VERSION)
	@echo "set-up: making the environment"
	$(UV) venv -q --clear -p "$(PYTHON)" .venv
	printf '%s' "$(CURDIR)" > .venv/place

# The developer's set holds the operator's: syncing the small one must not take tools away.
.venv/run.stamp: requirements.txt requirements-dev.txt pyproject.toml .venv/place
	@echo "set-up: installing Python packages"
	set=requirements.txt; test ! -e .venv/dev.stamp || set=requirements-dev.txt
	$(UV) pip sync -q -p .venv --require-hashes "$$set"
	$(UV) pip install -q -p .venv --no-deps --no-build-isolation -e .
	touch .venv/run.stamp; test ! -e .venv/dev.stamp || touch .venv/dev.stamp

.venv/dev.stamp: requirements.txt requirements-dev.txt pyproject.toml .venv/place
	@echo "set-up: installing Python packages and developer's tools"
	$(UV) pip sync -q -p .venv --require-hashes requirements-dev.txt
	$(UV) pip install -q -p .venv --no-deps --no-build-isolation -e .
	touch .venv/run.stamp .venv/dev.stamp

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json frontend/.npmrc
	@echo "set-up: installing front-end packages"
	command -v npm >/dev/null || { echo "Zhijia needs Node 18 or later with npm (Debian: apt-get install nodejs npm)."; exit 1; }
	cd frontend
	npm ci --silent
	touch node_modules/.installed

frontend/node_modules/.built: frontend/node_modules/.installed $(FRONTEND) 
	@echo "set-up: building front-end files"
	cd frontend
	npm run --silent build
	touch node_modules/.built

.venv/words.stamp: $(CATALOGUES) tools/messages.py .venv/run.stamp
	@echo "set-up: compiling translations"
	$(BIN)/python tools/messages.py compile
	touch .venv/words.stamp

install: .venv/run.stamp frontend/node_modules/.built .venv/words.stamp
develop: .venv/dev.stamp frontend/node_modules/.built .venv/words.stamp

# Use ------------------------------------------------------------------------------------------

# Shows the component gallery and the outbox of text messages; an operator starts "zhijia serve" instead.
run: install
	@tools/system_packages.sh
	export ZHIJIA_DEVELOPMENT="$${ZHIJIA_DEVELOPMENT:-1}"
	exec $(BIN)/zhijia serve --prepare $(DEMO)

browser:
	@tools/system_packages.sh tests

test: develop browser
	@$(BIN)/python tools/test_suite.py </dev/null

test-quick: develop
	@$(BIN)/pytest -q -n 2 -m "not browser" </dev/null

.venv-spark/place: requirements-spark.txt pyproject.toml | .boot/uv-$(UV_VERSION)
	@echo "set-up: making the environment of Spark"
	command -v java >/dev/null || { echo "Spark needs Java 17 (Debian: apt-get install openjdk-17-jre-headless)."; exit 1; }
	$(UV) venv -q --clear -p "$(PYTHON)" .venv-spark
	$(UV) pip sync -q -p .venv-spark --require-hashes requirements-spark.txt
	$(UV) pip install -q -p .venv-spark --no-deps --no-build-isolation -e .
	printf '%s' "$(CURDIR)" > .venv-spark/place

test-spark: install .venv-spark/place
	@.venv-spark/bin/pytest -q -m spark -W ignore zhijia/assistance </dev/null  # Spark warns about its own parts

bench: develop
	@$(BIN)/python -m bench

trust: develop browser
	@$(BIN)/python -m trust

trust-long: develop browser
	@$(BIN)/python -m trust --long

# Gate -----------------------------------------------------------------------------------------

check: develop
	@$(MAKE) -k -j2 --output-sync=target check-types check-style check-layers check-templates check-words \
	  check-django check-docs check-locks
	echo "make check: all is well"

check-style:
	@echo "check: format and lint"
	$(BIN)/ruff format --check -q . || { echo "run: make format"; exit 1; }
	$(BIN)/ruff check -q .
	$(BIN)/codespell zhijia tests tools docs bench *.md

check-types:
	@echo "check: types"
	ZHIJIA_DATA="$$PWD/.mypy_cache/data" $(BIN)/mypy --no-error-summary zhijia tools

check-layers:
	@echo "check: layers"
	out=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$out"; exit 1; }

check-templates:
	@echo "check: templates"
	git ls-files -z 'zhijia/**/*.html' | xargs -0 -r $(BIN)/djade --check --target-version 5.2

check-words:
	@echo "check: translations"
	$(BIN)/python tools/messages.py check

check-django:
	@echo "check: models, migrations, settings"
	$(BIN)/python tools/django_checks.py

check-docs:
	@echo "check: generated documents"
	$(BIN)/python tools/workflow_docs.py --check

check-locks:
	@echo "check: locked dependencies"
	$(BIN)/python tools/locks.py

format: develop
	@$(BIN)/ruff check -q --fix-only .
	$(BIN)/ruff format -q .
	git ls-files -z 'zhijia/**/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2 || true
	$(BIN)/python tools/workflow_docs.py

# Maintainers ----------------------------------------------------------------------------------

# uv.lock names download hosts, so it stays out of the repository; the exports do not.
lock: .boot/uv-$(UV_VERSION)
	@$(UV) lock -q
	$(UV) export -q --frozen --no-emit-project --no-header --no-default-groups --group install --group postgres -o requirements.txt
	$(UV) export -q --frozen --no-emit-project --no-header --all-groups --no-group spark -o requirements-dev.txt
	$(UV) export -q --frozen --no-emit-project --no-header --all-groups -o requirements-spark.txt
	cd frontend && npm install --silent --package-lock-only

clean:
	@rm -rf .venv .venv-spark .boot frontend/node_modules zhijia/core/static/core/build build *.egg-info .mypy_cache .ruff_cache .pytest_cache
	find zhijia -name '*.mo' -delete
