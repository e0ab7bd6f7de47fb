# Every target sets up its own virtual environment in .venv, once; after that it starts at once.
# Options for the program behind a target go in ARGS:  make lab ARGS=--no-browser   make test ARGS="-k drain"

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INPUTS := pyproject.toml constraints.txt

# Two stamps: what the lessons need, and that plus everything the tests need.  The second includes the first.
LESSONS := $(VENV)/.installed-lessons
EVERYTHING := $(VENV)/.installed-everything

.DEFAULT_GOAL := help
.PHONY: help lab demo test bench bench-grading load lint format notebooks record lock clean

help:
	@echo "make lab        open JupyterLab on the lessons (ARGS=--no-browser, ARGS='--port 8890')"
	@echo "make demo       print a whole tutorial as a terminal session"
	@echo "make test       check style and types, run all tests (ARGS='-k drain' for some)"
	@echo "make bench      measure how fast the swarm is: CPU seconds and memory (some minutes)"
	@echo "make load       measure how fast swarmlab serve answers beside a real engine (root; a minute)"
	@echo "make bench-grading  measure how fast submissions are graded, against nbgrader alone (some minutes)"
	@echo "make lint       check style and types only"
	@echo "make format     format the source"
	@echo "make notebooks  make the learner copies in notebooks/ from grading/source/"
	@echo "make record     record the parity probes again on real engines (root; tools/record.py)"
	@echo "make lock       choose the newest versions again and write them to constraints.txt"
	@echo "make clean      remove what builds and tests leave behind (.venv stays)"

lab: $(LESSONS)
	@$(BIN)/swarmlab lab $(ARGS)

demo: $(LESSONS)
	@$(BIN)/swarmlab run $(ARGS) swarmlab/transcripts/tutorial.txt

lint: $(EVERYTHING)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# `loadfile`: the tests of a file share what they set up.  One worker more than cores: tests on real engines mostly wait.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

test: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --benchmark-disable $(ARGS)

# The files are called bench_*, so that `make test` does not collect them.
bench: $(EVERYTHING)
	$(BIN)/python -m pytest tests/benchmarks/bench_speed.py tests/benchmarks/bench_board.py --benchmark-only --timeout 0 $(ARGS)

load: $(EVERYTHING)
	$(BIN)/python -m tests.benchmarks.load $(ARGS)

bench-grading: $(EVERYTHING)
	$(BIN)/python -m tests.benchmarks.bench_grading $(ARGS)

format: $(EVERYTHING)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notebooks: $(LESSONS)
	$(BIN)/swarmlab author build $(ARGS)

record: $(EVERYTHING)
	$(BIN)/python -m tools.record $(ARGS)

lock: $(EVERYTHING)
	$(BIN)/python tools/lock.py

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks tests/browser/screenshots
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "swarmlab needs Python 3.11 or newer, and there is no '$(PYTHON)' here. Install Python, or name yours: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "swarmlab needs Python 3.11 or newer, but '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up $(VENV). This happens once and takes a minute or two."
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu, install the package python3-venv." >&2; exit 1; }

$(LESSONS): $(INPUTS) | $(VENV)/bin/python
	@$(PIP) install -qq --editable . --constraint constraints.txt
	@touch $@

$(EVERYTHING): $(INPUTS) | $(VENV)/bin/python
	@$(PIP) install -qq --editable '.[test,cluster]' --constraint constraints.txt
	@touch $(LESSONS) $@
