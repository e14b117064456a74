# What a newcomer needs: make demo, make test, make lint, make generate, make format, make docs, make clean.
# Everything is installed into $(VENV) from pyproject.toml; nothing else is needed but Python 3.11+ and make.
# (make test-athena needs Maven and a JDK besides; docs/athena.md says more.)

PYTHON ?= python3
VENV ?= .venv
SIZE ?= 0.01
BIN := $(VENV)/bin
# Two processes, each file of tests in one of them; tests/conftest.py puts the slow files first.
TWO := -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help install demo test test-long test-weekly test-athena test-athena-long soak bench lint lint-python lint-sql docs generate format clean

help: ## Show these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# What it takes to scrape, build and ask: the project alone.
# (`--group`, below, needs pip 25.1, newer than the one some Pythons bring along.)
$(VENV)/.project: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; call make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing the project into $(VENV): some 70 packages, a minute or two."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# What it takes to test it too: Athena's side, the notebook, the tools.
$(VENV)/.installed: $(VENV)/.project
	@echo "Installing what the tests take: Athena, the notebook, linters."
	@$(BIN)/python -m pip install --quiet --editable ".[athena,notebook]" --group dev
	@touch $@

install: $(VENV)/.project ## Create the virtual environment and install the project into it

demo: $(VENV)/.project ## Scrape an invented week, build the lakehouse, scrape it again later, show what changed
	@STANDING="$(PWD)" VENV="$(abspath $(BIN))" bash deploy/demo.sh

test: $(VENV)/.installed lint ## Lint, type-check and run the tests but the long ones (no network needed)
	PATH="$(abspath $(BIN)):$$PATH" python -m pytest $(TWO) -m "not long and not weekly"

test-long: $(VENV)/.installed ## The tests that build again and again: kills, walks, orders of arrival
	PATH="$(abspath $(BIN)):$$PATH" python -m pytest $(TWO) -m long

test-weekly: $(VENV)/.installed ## What changes past mornings, and MetricFlow's answers; weekly
	PATH="$(abspath $(BIN)):$$PATH" python -m pytest -m weekly

test-athena: $(VENV)/.installed ## Build on a local Athena with a real Trino, and compare with the embedded engine
	PATH="$(abspath $(BIN)):$$PATH" python -m pytest $(TWO) -m "not long" tests/athena

test-athena-long: $(VENV)/.installed ## More kills on Athena, random histories, form marts, what a merge reads with years behind it; weekly
	PATH="$(abspath $(BIN)):$$PATH" python -m pytest -m long tests/athena

soak: $(VENV)/.installed ## The long proof, unattended, some hours: kills, faults, walks, fuzz, mornings, mutations
	PATH="$(abspath $(BIN)):$$PATH" python -m tests.resilience.soak

bench: $(VENV)/.installed ## Benchmarks beside others doing the same; SIZE=1 is 2.5 million runners, usually 0.01
	PATH="$(abspath $(BIN)):$$PATH" python -m benchmarks --size $(SIZE)

lint: $(VENV)/.installed ## Check style, types, imports, SQL, docs, and that what is generated is not stale
	@$(MAKE) --no-print-directory --jobs 2 lint-python lint-sql docs

lint-python: $(VENV)/.installed
	$(BIN)/python -m tools.generate --check
	$(BIN)/python -m tools.commands --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

lint-sql: $(VENV)/.installed
	$(BIN)/sqlfluff lint dbt_project/models tests/dbt

docs: $(VENV)/.installed ## Build the docs site into site/; no warning is allowed, nothing is fetched
	PYTHONPATH="$(CURDIR)" NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

generate: $(VENV)/.installed ## Write what derives from extract/contract.py, the models' yml and the commands: column lists, macros, dictionary, commands
	$(BIN)/python -m tools.generate
	$(BIN)/python -m tools.commands

format: $(VENV)/.installed ## Format Python and SQL
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix dbt_project/models tests/dbt

clean: ## Remove the environment and everything the demo and dbt made
	rm -rf $(VENV) demo site target logs .mypy_cache .ruff_cache .pytest_cache
