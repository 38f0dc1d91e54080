# Recipes for people and for CI. `make help` lists them.
# Each makes the environment first; that is quick when nothing changed.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# Another Python: make PYTHON=/path/to/python3.12 demo
PYTHON ?= python3
BIN := .venv/bin

# Data of the embedded servers and of the demonstration; an absolute path.
STEGVIS_HOME ?= $(CURDIR)/.stegvis
export STEGVIS_HOME

# A browser for the desk's tests.
CHROMIUM ?= $(or $(STEGVIS_CHROMIUM),$(shell command -v chromium || command -v chromium-browser))

# What exists of our own folders, for the tools that want a list.
SOURCES := $(wildcard activities cli demo deploy desk domain embedded records service tests worker workflows)

.PHONY: help env demo test test-browser coverage check fmt up down status bench clean lock

help: ## List what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

env: ## Make or update .venv (the other targets do it themselves)
	@$(PYTHON) deploy/bootstrap.py

demo: env ## Show one pathway from referral to follow-up, servers and all
	@$(BIN)/stegvis demo

test: env ## Run every check and every test
	@if $(MAKE) --no-print-directory check && $(MAKE) --no-print-directory coverage \
		&& $(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal tests/desk \
		&& $(BIN)/python -m pytest --ignore=tests/pathway --ignore=tests/browser --ignore=tests/desk; \
	then :; else echo "make test: FAILED (see above)" >&2; exit 1; fi
	@if [ -z "$(CHROMIUM)" ]; \
	then echo "make test: PASSED, without the browser tests, for want of Chromium: apt-get install chromium, then make test-browser"; \
	elif $(MAKE) --no-print-directory test-browser; then echo "make test: PASSED, with the browser tests"; \
	else echo "make test: FAILED (see above)" >&2; exit 1; fi

test-browser: env ## Walk each role's day in Chromium; look for barriers on every page
	@if [ -z "$(CHROMIUM)" ]; then echo "No Chromium here: apt-get install chromium (or set STEGVIS_CHROMIUM)" >&2; exit 1; fi
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 2 tests/browser

coverage: env ## Play pathways on a skipping clock; every branch of workflows/ is taken
	@$(BIN)/python -m pytest -q tests/pathway --cov=workflows --cov-report=term-missing --cov-fail-under=100

check: env ## Format, lint, types, layers and unit tests, in under a minute
	@$(BIN)/ruff format --check --quiet $(SOURCES) || { echo "Run: make fmt" >&2; exit 1; }
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/mypy --no-error-summary $(SOURCES)
	@out=$$($(BIN)/lint-imports --no-cache 2>&1) || { echo "$$out"; exit 1; }
	@if [ -d tests/unit ]; then $(BIN)/python -m pytest -q tests/unit; fi

fmt: env ## Format the code and repair what can be repaired
	@$(BIN)/ruff format --quiet $(SOURCES)
	@$(BIN)/ruff check --quiet --fix $(SOURCES)

up: env ## Start the embedded servers, the worker and the desk
	@$(BIN)/stegvis ops up

down: env ## Stop them; the data stay
	@$(BIN)/stegvis ops down

status: env ## Tell what runs, where, and whether it is well
	@$(BIN)/stegvis ops status

bench: env ## Measure throughput, actions and history against the budgets
	@$(BIN)/python -m tests.bench

clean: ## Stop the servers of this checkout; remove their data, .venv and caches
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m embedded.clean .stegvis; fi
	@rm -rf .venv .cache .hypothesis build dist .stegvis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# For maintainers, after a change of dependencies; needs uv on PATH.
LOCKING = uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	--python-version 3.11 pyproject.toml
lock: ## Resolve the dependencies anew (needs uv)
	@$(LOCKING) --all-extras --output-file requirements.lock
	@$(LOCKING) --constraint requirements.lock --output-file requirements-runtime.lock
