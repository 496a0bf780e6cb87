# Jinlin: two commands are enough, `make run` and `make test`. `make help` names the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: run test check lint types contracts house bench e2e assets messages docs lock clean help

export PORT ?= 8000
export JINLIN_HOME ?= var
PREPARE := tools/prepare
PYTHON := .venv/bin/python
JINLIN := .venv/bin/jinlin

run: ## set up what is missing, load the demo world if empty, serve on localhost
	@$(PREPARE) env assets messages
	@$(PYTHON) -m django migrate --settings jinlin.config.settings --verbosity 0
	@$(JINLIN) demo --if-empty
	@exec $(JINLIN) serve --port $(PORT)

test: ## install what tests need, run every check and the whole suite on SQLite and PostgreSQL
	@$(PREPARE) machine env dev assets messages
	@$(MAKE) --no-print-directory check
	@$(PYTHON) -m tools.suite

check: ## format, lint, types, import contracts and the tests of the house itself
	@$(PREPARE) env dev messages
	@$(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target types lint contracts house

lint:
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types:
	@JINLIN_HOME=.mypy_cache/home .venv/bin/mypy  # reading the settings makes keys; not in the real home

contracts:
	@.venv/bin/lint-imports --no-logo

house:
	@$(PYTHON) -m pytest tests/house --ignore=tests/house/test_permissions.py -q

bench: ## measure the headline figures, side by side with a peer or a limit
	@$(PREPARE) machine env dev assets messages
	@for file in bench/*.py; do case $$file in */_*) ;; *) $(PYTHON) "$$file" $(ARGS) ;; esac; done

e2e: ## drive the pages in a real Chromium
	@$(PREPARE) machine env dev assets messages
	@$(PYTHON) -m pytest tests/e2e $(ARGS)

assets: ## build scripts and styles into jinlin/web/static/dist
	@$(PREPARE) env assets

messages: ## gather every visible sentence into the English catalogue
	@$(PREPARE) env dev
	@$(PYTHON) -m tools.messages
	@$(PREPARE) messages

docs: ## write the generated reference pages anew
	@$(PREPARE) env
	@$(JINLIN) docs

lock: ## pin the packages of requirements/*.in with hashes
	@$(PREPARE) env dev
	@tools/lock

clean: ## remove what was built, keep the data in JINLIN_HOME
	@rm -rf .venv node_modules jinlin/web/static/dist .mypy_cache .ruff_cache .pytest_cache \
	  .import_linter_cache .hypothesis .suite
	@find jinlin tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
	@find jinlin -name '*.mo' -delete

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
