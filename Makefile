# Two commands are enough to begin with: `make run` and `make test`. `make help` lists the others.
.DEFAULT_GOAL := help
.PHONY: help keys setup dev run test test-browser test-fire check check-source check-types check-architecture migrate mutants stack bench openapi sbom screens
PYTHON_HERE := .venv/bin/python
DB ?= sqlite
PYTEST := $(PYTHON_HERE) -m pytest -q

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

# Said before anything is installed: what this machine lacks for a verb.
need-%:
	@if command -v python3 >/dev/null; then python3 -m tools.needs $*; fi

setup: ## make .venv from the hashed requirements.lock; `make run` does it by itself
	@sh tools/setup.sh

dev:
	@sh tools/setup.sh dev

run: setup ## everything on this machine, with SQLite and a simulated Stripe (PORT=8001, RESET=1 starts afresh)
	@$(PYTHON_HERE) -m tools.run $(if $(RESET),--reset)

test: need-$(DB) dev ## what Python alone needs, on SQLite (DB=postgresql: on PostgreSQL; COVER=1: every branch of rules and actions)
	$(PYTEST) -n auto --db $(DB) -m "not browser and not fire and not stack" $(if $(COVER),--cov --cov-report=)
	@$(if $(COVER),$(PYTHON_HERE) -m tools.covered)

test-browser: need-chromium dev ## the pages in Chromium
	$(PYTEST) -n auto --dist loadgroup -m browser tests

test-fire: need-$(DB) dev ## real processes, killed at the worst moment (DB=postgresql: on PostgreSQL; ONLY=words of a name)
	$(PYTEST) -n $(if $(ONLY),0,auto) --dist loadfile --db $(DB) -m fire tests $(if $(ONLY),-k $(ONLY))

check: dev ## format, lint, types and how far they reach, layers, sizes, sentences: all that is judged without running
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target check-source check-types check-architecture

check-source:
	$(PYTHON_HERE) -m ruff format --check . && $(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) .venv/bin/lint-imports --no-cache --no-logo

check-types:
	$(PYTHON_HERE) -m tools.typed

check-architecture:
	$(PYTEST) tests/architecture

mutants: dev ## change rules at random, one at a time, to see that a test fails (COUNT=30 SEED=2026 FILES="…" TESTS="…")
	$(PYTHON_HERE) -m tools.mutants --count $(or $(COUNT),30) --seed $(or $(SEED),2026) \
		$(if $(FILES),--files $(FILES)) $(if $(TESTS),--tests $(TESTS))

keys: setup ## the secrets of the compose stack, in .secrets/ (DEMO=1: with a simulated Stripe)
	@$(PYTHON_HERE) -m tools.keys $(if $(DEMO),--demo)

migrate: setup ## bring the databases of `make run` to their newest schema (it does so by itself when it starts)
	@$(PYTHON_HERE) -m tools.run --migrate

stack: need-engine dev ## the compose stack: a journey, replicas, PostgreSQL away, backup and restore
	$(PYTEST) -s -x -m stack tests/stack

bench: dev ## what it does in a second, beside what was aimed at
	$(PYTHON_HERE) -m bench

openapi: dev ## write docs/api/*.json from the applications
	$(PYTHON_HERE) -m tools.openapi

sbom: setup ## sbom.json: every package of the images, with version and hashes (CycloneDX), from requirements.lock
	@$(PYTHON_HERE) -m venv --clear .venv/sbom
	@.venv/sbom/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-sbom.lock
	.venv/sbom/bin/python -m cyclonedx_py requirements --output-reproducible --output-file sbom.json requirements.lock

screens: need-chromium dev ## take the pictures of docs/screens and docs/tour again (while `make run` is not running)
	$(PYTHON_HERE) -m tests.browser.screens
	$(PYTHON_HERE) -m tests.browser.tour
