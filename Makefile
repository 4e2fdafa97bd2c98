# One way to run everything. ARGS is passed on: make demo ARGS="--no-serve --candidates 300"
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
BIN := $(VENV)/bin
PEERS := .venv-bench
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench bench-encoder bench-fairness bench-quality papers serve

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv and install everything, pinned (at once if nothing changed)

# The build back end is pinned by the same file, so that an install is the same everywhere.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, not " + sys.version.split()[0] + "; say which: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

demo: $(STAMP) ## Make up people and vacancies, show three shortlists, then serve the pages
	$(BIN)/newfutures demo $(ARGS)

# Files side by side, each worker with a PostgreSQL and a model of its own; one thread for each
# worker's sums, because workers that all use every core are slower than one. A worker that crashes
# is not replaced: the summary then names the test, where a replacement ends in an internal error.
test: $(STAMP) ## Run every test
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --maxprocesses 4 --max-worker-restart 0 --dist loadfile $(ARGS)

lint: $(STAMP) ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) ## Measure: import, encode, build, shortlist at 2,000 people (ARGS for more)
	$(BIN)/python -m benchmarks.main_job $(ARGS)

bench-encoder: $(STAMP) ## Measure encoding by every back end beside plain sentence-transformers
	$(BIN)/python -m benchmarks.encoder $(ARGS)

bench-fairness: $(PEERS)/.installed ## Measure fair re-ranking beside published implementations
	$(PEERS)/bin/python -m benchmarks.fairness $(ARGS)

# An environment of its own: one of the published packages installs another called `tests`.
$(PEERS)/.installed: pyproject.toml constraints.txt
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	PIP_CONSTRAINT=constraints.txt $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

bench-quality: $(VENV)/.quality ## Measure ranking on judged sets beside BM25, TF-IDF and others
	$(BIN)/python -m benchmarks.quality $(ARGS)

$(VENV)/.quality: $(STAMP)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[quality]'
	@touch $@

papers: $(STAMP) ## Write the pages of measured figures again from benchmarks/results
	$(BIN)/python -m benchmarks.papers

serve: $(STAMP) ## Serve the pages over what is in the database
	$(BIN)/newfutures serve $(ARGS)
