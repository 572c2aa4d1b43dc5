# Two commands from a fresh clone: `make sample` produces the sample pack, `make test` runs the whole suite.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SYSTEM := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
SYSTEM_TEST := poppler-utils libreoffice-calc-nogui chromium

.PHONY: sample sample-output test lint install install-test clean

sample: install
	rm -rf build/sample
	$(BIN)/evidence sample --out build/sample || [ $$? -eq 3 ]

# What is committed of the sample, made anew: after a change that a reader of the pack would see.
sample-output: install-test
	$(BIN)/python -m tests.larkfield.build
	$(MAKE) sample
	$(BIN)/python -m tests.larkfield.publish

test: install-test lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

install: $(VENV)/installed

install-test: $(VENV)/installed-test

$(VENV)/installed: pyproject.toml
	sh tools/system-packages $(SYSTEM)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	sh tools/system-packages $(SYSTEM_TEST)
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

clean:
	rm -rf build $(VENV)
