PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help setup lock demo quick test bench soak screenshots market check clean

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST)

setup: ## Install what running needs, and collect the static files
	@$(PYTHON) -m tools.setup

lock: ## Lock the Python packages that the requirements.txt files name, with all that these need
	@$(PYTHON) -m tools.setup tests
	@.venv/bin/python -m tools.lock

demo: ## Start the app beside a stand-in portal and say where to look
	@$(PYTHON) -m tools.setup demo
	@exec .venv/bin/python -m tools.demo

quick: ## Check form and lint, and run the tests that ask for neither a database nor a browser
	@$(PYTHON) -m tools.setup tests
	@.venv/bin/python -m ruff format --check --quiet .
	@.venv/bin/python -m ruff check --quiet .
	@.venv/bin/python -m pytest -n 2 -q -m "pure and not slow"

test: ## Run all tests, on SQLite and on PostgreSQL
	@$(PYTHON) -m tools.setup tests
	@.venv/bin/python -m tools.run_tests

bench: ## Measure the app beside its rivals, into docs/benchmarks.md (SIZE=tiny: a quick look)
	@$(PYTHON) -m tools.setup tests
	@.venv/bin/python -m tests.bench

soak: ## Click 10,000 times amid every fault, die 1,200 times, and audit (SEED=… repeats, DATABASE=sqlite, SIZE=tiny)
	@$(PYTHON) -m tools.setup tests
	@.venv/bin/python -m tests.soak

screenshots: ## Take pictures of every state in three languages, into .demo/screenshots
	@$(PYTHON) -m tools.setup tests
	@mkdir -p .demo/screenshots
	@SCREENSHOTS=.demo/screenshots .venv/bin/python -m pytest tests/browser/gallery/states.py tests/browser/gallery/billing.py -n 2 -q

market: ## Take the pictures for the Market and the README, and draw the icon, into docs
	@$(PYTHON) -m tools.setup tests
	@SCREENSHOTS=docs/market .venv/bin/python -m pytest tests/browser/gallery/market.py -q
	@cp docs/market/payments-en.png docs/tab.png

check: ## Check form, types, shape and settings
	@$(PYTHON) -m tools.setup tests
	@.venv/bin/python -m tools.check

clean: ## Remove all that was installed or made
	rm -rf .venv .demo node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find b24app payments tests tools manage.py -name '__pycache__' -prune -exec rm -rf {} +
	find b24app payments -name '*.mo' -delete
