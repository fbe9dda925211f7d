# make run          the portal with sample data on http://127.0.0.1:8000 (PORT=… for another port)
# make test         every test; sets up what it needs, the browser too
# make test-fast    the tests without a browser, many inputs or races: under a minute and a half
# make test-all     every test, with the full counts of generated inputs
# make check        style, types, templates and the tests of the house itself
# make bench        what the portal takes, against its budgets; some minutes (WHAT="pages many" for some of it)
# make screenshots  pictures of the pages into screenshots/
# make lock         newest versions that pyproject.toml allows, with hashes

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
PORT ?= 8000
JOBS ?= 2
PY := .venv/bin/python
RUN := .venv/.run-installed
DEV := .venv/.dev-installed
BROWSER := .venv/.browser-found
PYTEST := $(PY) -m pytest -q

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-all check lint types templates house format bench screenshots lock clean

help:
	@sed -n 's/^# //p' Makefile

# --- set-up, each step once ---

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Type: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing. Type: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

$(RUN): requirements.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $(RUN)

$(DEV): requirements-dev.txt $(RUN)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $(DEV)

$(BROWSER): tools/browser.py $(DEV)
	@$(PY) tools/browser.py
	@touch $(BROWSER)

# --- the portal ---

run: export DEMO ?= 1
run: export PORT := $(PORT)
run: export PUBLIC_URL ?= http://127.0.0.1:$(PORT)
run: $(RUN)
	@$(PY) -m flask --app app init
	@$(PY) -m flask --app app demo
	@echo "The portal is at $$PUBLIC_URL (Ctrl+C ends it)"
	@exec $(PY) tools/serve.py

# --- tests ---

test: $(DEV) $(BROWSER)
	$(PYTEST) -n $(JOBS) --dist worksteal

test-fast: $(DEV)
	$(PYTEST) -n $(JOBS) --dist worksteal -m "not browser and not slow"

test-all: $(DEV) $(BROWSER)
	COUNTS=full $(PYTEST) -n $(JOBS) --dist worksteal

# `make -k check` goes on after a failure.
check: lint types templates house

lint: $(DEV)
	$(PY) -m ruff check --quiet .
	$(PY) -m ruff format --check --quiet .

types: $(DEV)
	$(PY) -m mypy --no-incremental

templates: $(DEV)
	$(PY) -m djlint --quiet --lint templates

house: $(DEV)
	$(PYTEST) -n $(JOBS) --dist worksteal -m house tests/test_house.py tests/test_routes.py

format: $(DEV)
	$(PY) -m ruff check --fix --quiet .
	$(PY) -m ruff format --quiet .

bench: $(DEV)
	$(PY) -m tools.bench $(WHAT)

screenshots: $(DEV) $(BROWSER)
	$(PY) tools/screenshots.py

# --- versions ---

# In an environment of its own: pip-tools needs pip and setuptools, which a lock with hashes can't pin for itself.
# PIP_CONFIG_FILE: the hashes come from the public index, whatever mirror this machine is set up for.
lock:
	test -x .venv-lock/bin/pip-compile || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet pip-tools==7.6.2; }
	env -u PIP_FIND_LINKS PIP_CONFIG_FILE=/dev/null .venv-lock/bin/pip-compile --quiet --upgrade --generate-hashes \
		--strip-extras --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.txt pyproject.toml
	env -u PIP_FIND_LINKS PIP_CONFIG_FILE=/dev/null .venv-lock/bin/pip-compile --quiet --upgrade --generate-hashes \
		--strip-extras --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean:
	rm -rf .venv .venv-lock .pytest_cache .mypy_cache .ruff_cache .hypothesis
