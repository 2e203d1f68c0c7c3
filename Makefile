# 平急: set-up, run, test. Every target is idempotent and resumes where it stopped.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WEB := serving/web
PEERS := var/evals/bench/peers
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help install web knowledge run test stress lint types bench bench-retrieval clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

run: install web knowledge ## set up what is missing, then start everything and print one URL
	@./pingji up

test: install ## the tests that this machine can run (the rest say why they are skipped); TESTS=tests/tools for a part
	@$(BIN)/python -m pytest $(TESTS)

stress: install ## a thousand cycles of changes from two processes, fifty kills (about half an hour)
	@$(BIN)/python -m pytest -m stress

install: $(VENV)/.installed ## the Python environment

$(VENV)/.installed: pyproject.toml
	@sh serving/setup/python.sh $(PYTHON) $(VENV)

web: $(WEB)/dist/index.html ## the operator's page

$(WEB)/dist/index.html: $(VENV)/.installed $(WEB)/package-lock.json $(shell find $(WEB)/src $(WEB)/index.html -type f 2>/dev/null)
	@sh serving/setup/web.sh $(VENV) $(WEB)

knowledge: install ## the index of the bundled corpus and the offline classifiers
	@./pingji kb publish --if-needed

lint: install ## ruff, import-linter
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

types: install ## pyright, strict
	@$(BIN)/pyright

bench: install ## speed, as ratios side by side
	@$(BIN)/python -m evals bench

bench-retrieval: install $(PEERS)/.installed ## retrieval beside LangChain, LlamaIndex and txtai (OPTIONS="--laws 100" for a quick look)
	@$(BIN)/python -m evals bench-retrieval --peers $(PEERS)/bin/python $(OPTIONS)

$(PEERS)/.installed: evals/bench/retrieval/requirements.txt | $(VENV)/.installed
	@sh evals/bench/retrieval/setup.sh $(BIN)/python $(PEERS) $<

clean: ## remove what can be made again (never var/, where the city's data is)
	@rm -rf $(VENV) $(WEB)/dist $(WEB)/node_modules
