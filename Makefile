# Everything a developer or CI runs. `make demo` and `make test` need only Python 3.11+, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
READY := $(VENV)/.ready
MEMBERS := $(wildcard core plugins/*)
WORKERS ?= 2
# One more where tests wait for commands and servers: processors are not left idle meanwhile.
MINUTES ?= 5
TIMES ?= 100
DAYS ?= 21
SEED ?= 1
OTHER := .venv-bench
SITE := build/site
# What the default run leaves out, and all cases of what it tries with some.
ALSO := (exhaustive or hypothesis) and not live and not bench
PINNED := --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header
# The tests' frames are small: threads of polars only take processors from each other.
PYTEST := POLARS_MAX_THREADS=1 $(BIN)/python -m pytest
# Bytecode is kept, whatever the environment says: else each command that a test runs compiles all sources first.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test test-all attack lint format bench soak kills simulate constraints surface docs clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(READY): pyproject.toml constraints.txt constraints-uv.txt $(wildcard core/pyproject.toml plugins/*/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "energyopti needs Python 3.11 or newer; run: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check -r constraints-uv.txt
	@"$(UV)" pip install --quiet --python $(BIN)/python -c constraints.txt --group dev $(addprefix -e ./,$(MEMBERS))
	@touch $@

demo: $(READY) ## the markets' prices side by side, from the embedded sandbox
	@$(BIN)/python examples/side_by_side.py

test: $(READY) ## the suite, with the coverage of its examples
	@rm -f .coverage .coverage.*
	@$(PYTEST) -n $$(($(WORKERS) + 1)) --dist loadscope --cov --cov-report=term

test-all: test ## what tries every feed, or for long, too
	@$(PYTEST) -n $(WORKERS) --dist loadscope --hypothesis-profile=thorough -m '$(ALSO)'

lint: $(READY) ## format check, lint, types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@MYPYPATH="$$(printf '%s:' plugins/*/src)" $(BIN)/mypy
	@for each in examples/energyopti-*/; do (cd "$$each" && ../../$(BIN)/mypy) || exit 1; done

format: $(READY) ## format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY) $(OTHER)/.ready ## speed, as ratios of one run: next to gridstatus (docs/benchmarks.md) and to plain readers
	@cd tests && ../$(BIN)/python -m performance.compared --gridstatus ../$(OTHER)/bin/python --page ../docs/benchmarks.md
	@$(BIN)/python -m pytest -m bench -q -s -p no:randomly tests/performance

$(OTHER)/.ready: $(READY) pyproject.toml constraints-bench.txt
	@test -x $(OTHER)/bin/python || $(PYTHON) -m venv $(OTHER)
	@"$(UV)" pip install --quiet --python $(OTHER)/bin/python -c constraints-bench.txt --group bench
	@touch $@

attack: $(READY) ## hostile payloads, servers, clocks, signals and callers: what held and what fell
	@$(PYTEST) -n $(WORKERS) -q -m 'not live and not bench' tests/attacks

soak: $(READY) ## MINUTES of calls to a failing sandbox, each answer held against the truth
	@$(BIN)/python tests/load/soak.py --minutes $(MINUTES)

kills: $(READY) ## TIMES kills of commands that write a lake, each held to what an undisturbed run leaves (SEED)
	@$(BIN)/python tests/load/kills.py --times $(TIMES) --seed $(SEED)

simulate: $(READY) ## DAYS of publication around both clock changes, each answer and watch held to the truth (MARKET, SEED)
	@cd tests && POLARS_MAX_THREADS=1 ../$(BIN)/python -m simulation --days $(DAYS) --seed $(SEED) $(addprefix --market ,$(MARKET))

surface: $(READY) ## write the list of what others build on (NARROW=--narrow: also if it has less than before)
	@cd tests && ../$(BIN)/python -m surface $(NARROW)

docs: $(VENV)/.docs-ready ## write the pages that derive from the code, and build the site of all pages in build/site
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet --clean
	@$(BIN)/python docs/check_site.py $(SITE)

$(VENV)/.docs-ready: $(READY) pyproject.toml constraints-docs.txt
	@"$(UV)" pip install --quiet --python $(BIN)/python -c constraints-docs.txt --group docs
	@touch $@

constraints: ## pin the versions of everything installed, with hashes; holds no addresses
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet uv
	@"$(UV)" pip compile $(PINNED) --no-emit-package energyopti $(addprefix --no-emit-package ,$(notdir $(wildcard plugins/*))) \
	  --group dev $(addsuffix /pyproject.toml,$(MEMBERS)) -o constraints.txt
	@"$(UV)" pip compile $(PINNED) --group bench -o constraints-bench.txt
	@"$(UV)" pip compile $(PINNED) -c constraints.txt --group docs -o constraints-docs.txt
	@echo "uv==$$("$(UV)" --version | awk '{print $$2}')" | "$(UV)" pip compile $(PINNED) - -o constraints-uv.txt

clean: ## forget the environment and every cache
	@rm -rf $(VENV) $(OTHER) $(SITE) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*
