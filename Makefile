# Koppel. `make help` lists what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

$(BIN)/koppel: requirements-dev.txt setup.cfg */setup.cfg plugins/*/setup.cfg
	@command -v $(PYTHON) >/dev/null || { echo "Koppel needs Python 3.11 or newer; $(PYTHON) is not there." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt >&2
	@touch $(BIN)/koppel

.PHONY: install
install: $(BIN)/koppel  ## Make .venv with Koppel and its tools

.PHONY: demo
demo: install  ## See all of it work: ARGS='--once --json' for one JSON object
	@$(BIN)/koppel demo $(ARGS)

.PHONY: test
test: install  ## Run all tests, chromium and PostgreSQL included where they can be had
	@sh tests/prepare.sh >&2
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: install  ## Style, types and the import law
	@$(BIN)/ruff check .
	@$(BIN)/mypy core plugins
	@$(BIN)/lint-imports

.PHONY: help
help:  ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
