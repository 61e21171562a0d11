# make demo    build everything and serve the platform with starter content
# make test    build everything and run all tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
ASSETS := src/regin/web/static/vendor/.built
CATALOGUES := $(VENV)/.catalogues
PO := $(wildcard src/regin/web/locale/*/LC_MESSAGES/django.po)

.PHONY: help build demo test fast trust lint format lock messages wheel screenshots benchmarks clean
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "REGIN needs Python 3.11 or newer; type: make PYTHON=python3.11 …"; exit 1; }
	@echo "making the virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "venv is missing; type: sudo apt-get install python3-venv"; exit 1; }

$(INSTALLED): requirements/lock.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing the libraries of requirements/lock.txt …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/lock.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(ASSETS): package.json package-lock.json scripts/build_assets.py | $(INSTALLED)
	@echo "bringing the browser files of package.json …"
	@$(BIN)/python scripts/build_assets.py
	@touch $@

$(CATALOGUES): $(PO) scripts/messages.py | $(INSTALLED)
	@$(BIN)/python scripts/messages.py compile
	@touch $@

build: $(INSTALLED) $(ASSETS) $(CATALOGUES)  ## all that a run needs

demo: build  ## serve the platform with starter content (PORT=… to choose the port)
	@$(BIN)/regin demo --dir var/demo

test: build  ## all tests, on SQLite, PostgreSQL and in a real browser
	@$(BIN)/python tests/run.py

fast: build  ## tests without PostgreSQL and browser, while you write
	@$(BIN)/python tests/run.py --fast

trust: build  ## the full counts of the trust goals, before a release
	@REGIN_TRUST=full $(BIN)/python tests/run.py

lint: $(INSTALLED)  ## style, types, contracts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(INSTALLED)  ## put the code into its form
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

lock: $(INSTALLED)  ## choose exact versions anew
	@$(BIN)/uv pip compile pyproject.toml --group dev --all-extras --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  -q --upgrade -o requirements/lock.txt

messages: $(INSTALLED)  ## collect texts into the catalogues and say what is missing
	@$(BIN)/python scripts/messages.py collect

wheel: build  ## the wheel in dist/
	@rm -rf dist && $(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null && ls dist

screenshots: build  ## the pictures of README and docs
	@$(BIN)/python scripts/screenshots.py

benchmarks: build  ## what is measured, see benchmarks/README.md
	@for case in run imports pages; do echo; $(BIN)/python benchmarks/$$case.py || exit 1; done

clean:  ## remove what was built, not what was stored in var/
	rm -rf $(VENV) node_modules dist src/regin/web/static/vendor .mypy_cache .ruff_cache .pytest_cache
