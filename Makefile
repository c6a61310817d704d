# The entry points. Each target prepares what it needs; see README.md for what they do and how long they take.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: test lint conformance

$(VENV)/.whole: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,standin]'
	@touch $@

test: $(VENV)/.whole
	@bash scripts/lesson-env.sh >/dev/null
	$(BIN)/python -m pytest -n 2 tests/unit tests/conformance

lint: $(VENV)/.whole
	$(BIN)/ruff check .
	$(BIN)/mypy src/handrail airgap standin/seldon_standin
	$(BIN)/shellcheck $$(git ls-files '*.sh' .ci/run)

conformance: $(VENV)/.whole
	$(BIN)/python -m tests.conformance $(VECTORS) --target $(or $(TARGET),processes)
