# Muster's commands. They need python3 (3.11 or newer, with pip) and make; the rest goes into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := install
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
INSTALL := --disable-pip-version-check install --quiet
PIP := $(BIN)/python -m pip $(INSTALL)
PINNED := --require-hashes --requirement
PIP_TOOLS := pip-tools==7.6.2
COMPILE := env -u PIP_FIND_LINKS PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND='make requirements' \
	.venv/pins/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
# Processes that share the tests, a file each; 0 runs them all in one. One more than the cores of a
# small machine: many tests wait, for a browser or a clock. The files that take longest come first.
WORKERS ?= 3
SHARED := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# What was compiled is kept, also where the environment says otherwise (as images of Python do): each
# process of the tests, and each Muster that they start, would compile everything anew.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest
CODE := events projections services tests hatch_build.py

.PHONY: install dev web docs up demo test check lint format bench corpus faults requirements clean help

install: .venv/.runtime ## make .venv with what Muster needs to run (the default)

dev: .venv/.dev ## make .venv with what its developers need as well

demo: .venv/.runtime ## start Muster with the winter-games scenario, and print the page to open
	$(BIN)/muster demo

up: .venv/.runtime ## start Muster, empty, on this machine
	$(BIN)/muster up

test: .venv/.dev ## run the unit, integration and acceptance tests
	$(PYTEST) $(SHARED)

check: lint ## judge format, lint, types and layers, and run the unit tests
	$(PYTEST) $(SHARED) tests/unit

lint: .venv/.dev ## judge format, lint, types and layers alone
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.dev ## put the code into its format, and mend what lint can mend
	$(BIN)/ruff check --fix-only $(CODE)
	$(BIN)/ruff format $(CODE)

bench: .venv/.dev ## measure, and print the figures as a table
	$(BIN)/python -m tests.benchmarks

corpus: .venv/.dev ## judge the collection of real warnings, and print a table of its issuers
	$(BIN)/python -m tests.corpus_table

faults: .venv/.dev ## kill, starve and cut off a running Muster, and count what is lost
	$(PYTEST) tests/faults

docs: .venv/.runtime ## write the catalogue of events and the AsyncAPI document anew
	$(BIN)/python -m services.documents

web: .venv/.runtime ## bring the browser libraries that the gateway serves
	$(BIN)/python hatch_build.py

clean: ## remove .venv and everything that was made here
	rm -rf .venv dist build services/gateway/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find events projections services tests -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: .venv
.venv: install

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make .venv: $(PYTHON) is not Python 3.11 or newer; name one that is: make PYTHON=python3.12" >&2; exit 1; }
	@# Debian's python3 comes without ensurepip: its own pip then fills the environment.
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv .venv; else $(PYTHON) -m venv --without-pip .venv; fi

.venv/.build: requirements-build.txt | .venv/bin/python
	@test -x $(BIN)/pip || $(PYTHON) -m pip --version >/dev/null || \
		{ echo "make .venv: $(PYTHON) has neither ensurepip nor pip; install one (on Debian: python3-venv)" >&2; exit 1; }
	@echo "installing into .venv: what builds Muster (61 MB) ..."
	@if test -x $(BIN)/pip; then $(PIP) $(PINNED) $<; else $(PYTHON) -m pip --python $(BIN)/python $(INSTALL) $(PINNED) $<; fi
	@touch $@

.venv/.runtime: requirements.txt pyproject.toml hatch_build.py web/package-lock.json web/assets.json .venv/.build
	@echo "installing into .venv: what Muster runs with (57 MB) ..."
	@$(PIP) $(PINNED) requirements.txt
	@echo "installing into .venv: Muster and the browser libraries of its page ..."
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@echo "installing into .venv: what Muster is developed and tested with (83 MB) ..."
	@$(PIP) $(PINNED) requirements-dev.txt
	@touch $@

# Only the public artefacts are hashed, so pip's own settings (mirrors, folders of wheels) are left out.
requirements: .venv/.build ## pin anew what pyproject.toml and requirements-build.in ask for, with hashes
	test -d .venv/pins || $(PYTHON) -m venv .venv/pins
	.venv/pins/bin/pip install --quiet $(PIP_TOOLS)
	$(COMPILE) --output-file requirements-build.txt requirements-build.in
	$(COMPILE) --extra dev --constraint requirements-build.txt --output-file requirements-dev.txt pyproject.toml
	$(COMPILE) --constraint requirements-dev.txt --output-file requirements.txt pyproject.toml
