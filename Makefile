# The commands of this repository; `make help` lists them. None of them asks a question.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 6543
DATA ?= var
N ?= 100000

BIN := .venv/bin
PYTHON_CODE := .ci src plugins tests
# One heading per step, so that the end of a long log says where it stopped.
step = @printf '\n── %s\n' '$(1)'

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: serve
serve: venv-demo ## Serve the demo (PORT=6543, DATA=var); Ctrl-C stops it
	@HALKLA_PORT='$(PORT)' HALKLA_DATA='$(DATA)' exec $(BIN)/halkla serve development.ini

.PHONY: demo-large
demo-large: venv-demo ## Fill a large demo (N=100000, DATA=var-large); serve it with make serve DATA=var-large
	@HALKLA_DATA='$(if $(filter file,$(origin DATA)),var-large,$(DATA))' $(BIN)/halkla demo --applications '$(N)'
	@echo "Serve it: make serve DATA=$(if $(filter file,$(origin DATA)),var-large,$(DATA))"

.PHONY: test
test: venv-test check ## Run everything that has to be green before a change lands
	$(call step,tests)
	@missing="the browser tests: they need chromium ('apt-get install chromium')"; \
	if .ci/browser.sh; then \
	    $(BIN)/pytest; \
	elif [ "$${CI:-}" = true ]; then \
	    echo "With CI=true nothing may be left out, and what cannot run is $$missing." >&2; exit 1; \
	else \
	    result=0; $(BIN)/pytest -m 'not browser' || result=$$?; \
	    echo "Left out: $$missing."; exit $$result; \
	fi

.PHONY: quick
quick: venv-test check ## The loop of a minute: all but the tests that take longer
	$(call step,tests but for those that take longer)
	@$(BIN)/pytest -m 'not browser and not faults and not authors'

# Format, lint and types.
.PHONY: check
check: venv-test
	$(call step,format)
	@$(BIN)/ruff format --check --quiet $(PYTHON_CODE) || { echo "'make format' puts this right." >&2; exit 1; }
	$(call step,lint)
	@$(BIN)/ruff check --quiet $(PYTHON_CODE)
	$(call step,types)
	@$(BIN)/mypy

.PHONY: format
format: venv-test ## Format the code and sort its imports
	@$(BIN)/ruff check --quiet --select I --fix $(PYTHON_CODE)
	@$(BIN)/ruff format $(PYTHON_CODE)

.PHONY: coverage
coverage: venv-test ## Show which lines the tests of `make quick` never reach
	@$(BIN)/coverage run -m pytest -m 'not browser and not faults and not authors'
	@$(BIN)/coverage report

.PHONY: bench
bench: venv-test ## Measure: print name, value and unit of each figure
	@$(BIN)/python tests/bench/bench.py

.PHONY: locales
locales: venv-test ## Bring the message catalogues up to date with code and templates
	@.ci/locales.sh

.PHONY: docs
docs: venv-test ## Write docs/hooks.md and docs/api-signatures.txt anew from the code
	@$(BIN)/python -W ignore .ci/surface.py

.PHONY: constraints
constraints: venv-test ## Pin the newest versions that setup.cfg allows
	@.ci/constraints.sh

.PHONY: clean
clean: ## Remove what the tools made; the demo's data under var/ stays
	@rm -rf .venv .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	@find src plugins tests -name __pycache__ -prune -exec rm -rf {} +
	@find src plugins -name '*.egg-info' -prune -exec rm -rf {} +

.PHONY: venv-demo venv-test
venv-demo venv-test: venv-%:
	@.ci/venv.sh $*
