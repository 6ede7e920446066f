# Rifq: make run starts the service, make test runs the tests; each does the whole set-up on a machine with Python 3.11 and make.
PYTHON ?= python3
VENV   ?= .venv
# Processes of the tests: many wait for a server or a disk, so that a few more than cores are of use.
WORKERS ?= 3
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup run test lint gate notebooks train-setup long openapi lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.base: requirements/build.txt requirements/base.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rifq needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --no-deps -r requirements/build.txt -r requirements/base.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	$(PIP) install --require-hashes --no-deps -r requirements/dev.txt
	touch $@

$(VENV)/.train: $(VENV)/.dev requirements/torch.txt requirements/train.txt
	$(PIP) install -r requirements/torch.txt
	$(PIP) install --require-hashes --no-deps -r requirements/train.txt
	touch $@

setup: $(VENV)/.base ## Install into .venv and fill the sample helpdesk
	$(BIN)/rifq sample

run: setup ## Start the service on http://127.0.0.1:8000 with the sample helpdesk
	$(BIN)/rifq serve

test: $(VENV)/.dev ## Run the tests (no torch, no network)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

lint: $(VENV)/.dev ## Static checks: ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

gate: $(VENV)/.base ## Fail where a small suite falls below its floors or behind the committed run (two minutes)
	$(BIN)/rifq eval gate --baseline evaluation/baselines/smoke.json.gz

notebooks: $(VENV)/.dev ## Execute the notebooks into var/notebooks
	$(BIN)/python notebooks/execute.py var/notebooks

train-setup: $(VENV)/.train ## Add torch and the training tools

openapi: $(VENV)/.dev ## Rebuild docs/openapi.json
	$(BIN)/python -m api.openapi

long: $(VENV)/.dev ## Full evaluations and benchmarks (two hours and more); results in evaluation/results
	for suite in benchmarks messages signals vector honesty evidence dialect retrieval retrieval-full drafts learning scorecard checks safety; do $(BIN)/rifq eval run $$suite --out evaluation/results || exit 1; done
	$(BIN)/rifq eval run performance --out evaluation/results/timed
	for writer in composer paste template; do $(BIN)/rifq eval run writers --writer $$writer --save var/$$writer.json.gz --out var/writers-$$writer || exit 1; done
	cp var/writers-composer/writers.md evaluation/results/writers/composer.md
	$(BIN)/rifq eval compare var/composer.json.gz var/paste.json.gz var/template.json.gz > evaluation/results/writers/compared.md
	$(BIN)/rifq eval drafting --out evaluation/results --pages docs
	$(BIN)/python -m evaluation.validity --out evaluation/results
	$(BIN)/python -m evaluation.people --out evaluation/results
	$(BIN)/python -m evaluation.live --out evaluation/results
	$(BIN)/python -m evaluation.judge planted --out evaluation/results/judge
	$(BIN)/python -m evaluation.ledger --out evaluation/results
	$(BIN)/python -m evaluation.masking --out evaluation/results
	$(BIN)/python -m evaluation.plainness --out evaluation/results/plainness
	$(BIN)/python -m evaluation.follow_ups --out evaluation/results/follow_ups
	$(BIN)/python -m evaluation.performance --out evaluation/results
	$(BIN)/python -m evaluation.scale --out evaluation/results --plot docs/scale.svg
	$(BIN)/python -m evaluation.durability --out evaluation/results
	$(BIN)/python -m evaluation.sent all
	$(BIN)/python -m evaluation.helpdesks --out evaluation/results
	$(BIN)/python -m evaluation.fuzz --out evaluation/results/fuzz.md

lock: $(VENV)/.dev ## Rebuild the requirements locks from pyproject.toml
	$(PIP) install pip-tools
	$(BIN)/pip-compile $(LOCK) --output-file requirements/base.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK) --constraint requirements/base.txt --output-file requirements/build.txt requirements/build.in
	$(BIN)/pip-compile $(LOCK) --extra dev --constraint requirements/base.txt --output-file requirements/dev.txt pyproject.toml
	$(call without,requirements/base.txt,requirements/dev.txt)
	$(BIN)/pip-compile $(filter-out --allow-unsafe,$(LOCK)) --extra train --constraint requirements/base.txt --constraint requirements/dev.txt \
	  --constraint requirements/torch.txt --unsafe-package torch --output-file requirements/train.txt pyproject.toml
	$(call without,requirements/base.txt requirements/dev.txt,requirements/train.txt)
# Leaves out of the last lock what the ones before it pin: they are installed one after another.
without = awk 'FILENAME != ARGV[ARGC-1] { if (/==/) held[$$1]; next } /^[a-z0-9]/ { keep = !($$1 in held) } keep' $(1) $(2) > $(2).less && mv $(2).less $(2)
LOCK := --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-header

clean: ## Remove the environment and training leftovers
	rm -rf $(VENV) var
