# Everything Clearline needs is set up in .venv, in this folder. `make help` lists what can be asked for.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet
BUILT_FROM := pyproject.toml CMakeLists.txt $(wildcard native/* console/*.* console/src/* console/src/*/* console/texts/*)

.PHONY: help demo test check format bench soak sanitize coverage clean

help: ## Say what can be asked for
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

.venv/run: requirements/run.txt requirements/build.txt $(BUILT_FROM)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Clearline needs Python 3.11 or later: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "this Python cannot make a virtual environment: apt-get install python3-venv"; exit 1; }
	$(PIP) -r requirements/run.txt -r requirements/build.txt
	$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/dev: requirements/dev.txt .venv/run
	$(PIP) -r requirements/dev.txt
	$(PIP) --no-deps -r requirements/recordings.txt
	@touch $@

.venv/bench: requirements/bench.txt .venv/dev
	$(PIP) -r requirements/bench.txt
	@touch $@

demo: .venv/run ## Check the example plans of several sides and open the report
	$(BIN)/clearline demo

test: .venv/dev ## Run all tests
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal tests

check: .venv/dev ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/basedpyright
	$(BIN)/python console/build.py --check
	$(BIN)/python -m pytest tests/tidy tests/docs

format: .venv/dev ## Lay out the code and mend what can be mended by rule
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/bench ## Measure against the named peers and print the tables
	$(BIN)/python -m bench

soak: .venv/bench ## Ten million pairs against independent oracles, a surge of two nodes, every law many times over
	$(BIN)/python -m soak.pairs
	$(BIN)/python -m soak.surge
	$(BIN)/python -m soak.registry_instances
	CLEARLINE_LAWS=soak $(BIN)/python -m pytest --timeout 3600 tests/space tests/conflict

sanitize: .venv/dev ## Run the compiled core under the address and undefined-behaviour sanitizers
	$(BIN)/python -m soak.sanitize

coverage: .venv/dev ## Show which branches of the pure packages no test takes
	$(BIN)/python -m coverage run --branch --source src/clearline -m pytest tests
	$(BIN)/python -m coverage report --show-missing --skip-covered

clean: ## Remove what was built
	rm -rf .venv build demo console/dist console/node_modules
