# One way to run everything. ARGS is passed on: make demo ARGS="--no-serve --candidates 300"
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-bench
ARGS ?=
TORCH_INDEX ?=
RUNS := $(VENV)/.runs
DEVELOPS := $(VENV)/.with-dev,int8,quality

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench bench-encoder bench-fairness bench-quality papers slim serve

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(RUNS) ## Make .venv and install what runs, pinned (TORCH_INDEX=... for another PyTorch)

# Another index for PyTorch stands beside the usual one. The build back end is pinned by the same
# file, so that an install is the same everywhere.
INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
INSTALL := $(PIP_INSTALL) --build-constraint constraints.txt $(INDEX)

$(RUNS): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, not " + sys.version.split()[0] + "; say which: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP_INSTALL) pip
	@$(BIN)/python install/torch_build.py $(INDEX)
	$(BIN)/python $(INSTALL) --editable .
	@touch $@

# What extras need besides, a comma between them; `dev` is what tests and checks the program.
$(VENV)/.with-%: $(RUNS)
	$(BIN)/python $(INSTALL) --editable '.[$*]'
	@touch $@

demo: $(RUNS) ## Make up people and vacancies, show three shortlists, then serve the pages
	$(BIN)/newfutures demo $(ARGS)

# Files side by side, each worker with a PostgreSQL and a model of its own; one thread for each
# worker's sums, because workers that all use every core are slower than one. A worker that crashes
# is not replaced: the summary then names the test, where a replacement ends in an internal error.
test: $(DEVELOPS) ## Run every test
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --maxprocesses 4 --max-worker-restart 0 --dist loadfile $(ARGS)

lint: $(DEVELOPS) ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(RUNS) ## Measure: import, encode, build, shortlist at 2,000 people (ARGS for more)
	$(BIN)/python -m benchmarks.main_job $(ARGS)

bench-encoder: $(VENV)/.with-int8 ## Measure encoding by every back end beside plain sentence-transformers
	$(BIN)/python -m benchmarks.encoder $(ARGS)

bench-fairness: $(PEERS)/.installed ## Measure fair re-ranking beside published implementations
	$(PEERS)/bin/python -m benchmarks.fairness $(ARGS)

# An environment of its own: one of the published packages installs another called `tests`.
$(PEERS)/.installed: pyproject.toml constraints.txt
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python $(PIP_INSTALL) pip
	@$(PEERS)/bin/python install/torch_build.py $(INDEX)
	$(PEERS)/bin/python $(INSTALL) --editable '.[bench]'
	@touch $@

bench-quality: $(VENV)/.with-quality ## Measure ranking on judged sets beside BM25, TF-IDF and others
	$(BIN)/python -m benchmarks.quality $(ARGS)

slim: $(DEVELOPS) ## Write requirements-serve.txt, the packages of the slim install
	$(BIN)/python -m install.serve_requirements

papers: $(RUNS) ## Write the pages of measured figures again from benchmarks/results
	$(BIN)/python -m benchmarks.papers

serve: $(RUNS) ## Serve the pages over what is in the database
	$(BIN)/newfutures serve $(ARGS)
