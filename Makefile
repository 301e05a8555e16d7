# Every target sets up what it needs first; a second run finds it done.
PYTHON ?= python3
BIN := .venv/bin
WORKSPACE ?= demo-workspace
PORT ?= 8000
ALREADY ?=
SETUP := $(PYTHON) tools/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help setup setup-web demo wheel-check test browser screenshots check bench docs format clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install everything that the tests and the checks need, in .venv/
	@$(SETUP)

setup-web:
	@$(SETUP) --web

demo: setup-web ## invent a company, load it, print its scorecard, start its pages (PORT=8765)
	@$(BIN)/timonier demo --workspace $(WORKSPACE) --port $(PORT)

wheel-check: setup ## build the wheel, install it in an empty environment, ask it for a page
	@$(BIN)/python tools/check_wheel.py

test: setup ## run every test; what cannot run here is named with the reason
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -rs $(ALREADY:%=--ignore=%)

browser: setup ## find a browser for the tests of the pages, or install one
	@$(BIN)/python tools/browser.py

screenshots: browser ## draw the pages again, into docs/pictures/ and screenshots/
	@$(BIN)/python tools/screenshots.py

check: setup ## formatting, lint, types, import contracts, sizes, docs and their snippets
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy tools
	$(BIN)/mypy -p bench
	$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -n 2 --dist load tests/architecture tests/docs -rs
	@$(MAKE) --no-print-directory docs

bench: setup ## measure speed and memory; results in docs/benchmarks.md
	@$(BIN)/python -m bench

docs: setup ## build the documentation in site/, strictly, and check that it asks nothing of the network
	@rm -rf site
	$(BIN)/zensical build --strict --clean
	@$(BIN)/python tools/check_site.py site

format: setup ## rewrite the code in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what was generated here, the private uv and the environment included
	rm -rf .venv .tools site dist build demo-workspace .mypy_cache .ruff_cache .hypothesis .import_linter_cache
