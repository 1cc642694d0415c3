# Two commands do all the set-up: `make demo` and `make test`. `make setup` alone only sets up, into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# Tests run in so many processes at once; those in a browser share one season and run one after the other.
WORKERS ?= 2

.PHONY: help setup demo test check bench campaign lock clean
help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

setup: $(VENV)/ready ## set up .venv from requirements.lock, what the benchmarks need included

# Built beside and moved into place last, so that an interrupted set-up starts again and never half works.
$(VENV)/ready: requirements.lock requirements-bootstrap.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed / Python 3.11 ou plus est nécessaire"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed / Python 3.11 ou plus est nécessaire"; exit 1; }
	@echo "Setting up .venv … / Préparation de .venv …"
	@rm -f $(VENV)/ready
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements-bootstrap.lock requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(VENV)/ready

demo: setup ## two nodes on loopback, the invented season, three things to try
	@exec $(BIN)/entente exercise demo

test: setup ## the whole test suite
	@$(BIN)/python -m pytest -q -m "not campaign" --ignore=tests/browser -n $(WORKERS) --dist loadfile
	@$(BIN)/python -m pytest -q -m "not campaign" tests/browser

check: setup ## format, lint, types, tests, docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test

bench: setup ## every benchmark at full size
	@for subject in $$(ls benchmarks/[a-z]*.py | xargs -n1 basename | sed 's/\.py$$//'); do $(BIN)/python -m benchmarks.$$subject --json; done

campaign: setup ## long runs: kill -9 at 200 moments, a hundred thousand policy cases and more
	@$(BIN)/python -m pytest -q -m campaign --timeout 7200
	@$(BIN)/python -m benchmarks.sea --nights 1000 --json

lock: setup ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --all-extras --group dev pyproject.toml -o requirements.lock
	@echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header - -o requirements-bootstrap.lock

clean: ## remove what the set-up and the demo made
	@rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
