# Everything here works on a fresh machine with Python 3.11 or newer and make.
# Set-up steps leave a stamp, so that a second call is quick.
#
#   make demo     one year of Petrograd 1917, with a report to open
#   make test     the tests (ARGS="-k name" passes options on to pytest)
#   make help     all targets
#   make PYTHON=python3.12 VENV=.venv-3.12 test     with another interpreter

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV ?= .venv
DEMO ?= demo
ARGS ?=
JOBS ?= 2

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
CHECK_VENV := build/wheel-venv
BEFORE := 1917-03-31 1917-04-30 1917-05-31 1917-06-30
WEIGHTS := --weights build/theories-before/theories.json
ASKED := outcome.council_power outcome.dual_power C20 C22 H12

export MPLBACKEND := Agg

.DEFAULT_GOAL := help
.PHONY: help demo test lint format types measures docs picture bench fit forecast theories sensitivity claims wheel lock clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; say which: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11" >&2; exit 1; }
	@echo "Creating $(VENV) ..."
	@"$(PYTHON)" -m venv $(VENV)

$(RUN_STAMP): requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what dualpower needs (once, a minute or two) ..."
	@$(PIP) install -r requirements/run.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(DEV_STAMP): requirements/dev.lock $(RUN_STAMP)
	@echo "Installing what its development needs (once, a minute) ..."
	@$(PIP) install -r requirements/dev.lock
	@touch $@

demo: $(RUN_STAMP)  ## simulate one year and write a report
	$(BIN)/dualpower run petrograd-1917 -o $(DEMO)
	@echo
	@echo "Open the report in a browser: $(abspath $(DEMO))/report.html"

test: $(DEV_STAMP)  ## run the tests, in two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: $(DEV_STAMP)  ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV_STAMP)  ## put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV_STAMP)  ## check the types (mypy, strict)
	$(BIN)/mypy

measures: $(DEV_STAMP)  ## length of functions and modules, share annotated and documented
	$(BIN)/python scripts/code_measures.py src/dualpower

docs: $(DEV_STAMP)  ## build the documentation into docs/_build/html
	$(BIN)/python docs/generate.py
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "Open $(abspath docs/_build/html)/index.html"

picture: $(DEV_STAMP)  ## draw the pictures of the README from a real run
	$(BIN)/python scripts/make_picture.py docs/images

bench: $(DEV_STAMP)  ## measure speed and fit
	$(BIN)/python benchmarks/measure.py $(ARGS)

fit: $(RUN_STAMP)  ## fit the parameters to the record; keep posterior.nc and parameters.toml beside the scenario
	$(BIN)/dualpower fit petrograd-1917 --jobs $(JOBS) -o build/fit --install $(ARGS)
	mkdir -p benchmarks/results/fit
	cp build/fit/parameters.csv build/fit/facts.csv build/fit/searches.csv benchmarks/results/fit/

forecast: $(RUN_STAMP)  ## fit and forecast from every origin (long; goes on where it was interrupted)
	$(BIN)/dualpower forecast petrograd-1917 -o build/forecast --draws 48 --starts 2 --jobs $(JOBS) $(ARGS)
	mkdir -p benchmarks/results/forecast
	cp build/forecast/forecast.csv build/forecast/forecast.json benchmarks/results/forecast/
	$(BIN)/python benchmarks/bloc.py

theories: $(RUN_STAMP)  ## fit and compare the rival theories, forecast by all together (long; goes on where it was interrupted)
	$(BIN)/dualpower theories petrograd-1917 -o build/theories-before $(BEFORE:%=--origin %) --until 1917-07-31 \
		--draws 24 --starts 2 --jobs $(JOBS)
	$(BIN)/dualpower theories petrograd-1917 -o build/theories --origin 1917-07-31 $(WEIGHTS) --draws 48 --starts 2 --jobs $(JOBS) $(ARGS)
	mkdir -p benchmarks/results/theories
	cp build/theories/theories.json benchmarks/results/theories/
	cp build/theories-before/theories.json benchmarks/results/theories/before.json
	cp build/theories-before/theories.csv benchmarks/results/theories/before.csv
	cp build/theories/posterior-*.nc src/dualpower/scenario/library/petrograd-1917/
	test ! -e build/theories/confusion.json || cp build/theories/confusion.json benchmarks/results/theories/
	$(BIN)/dualpower forecast petrograd-1917 -o build/together --origin 1917-07-31 --theories $(WEIGHTS) --draws 48 --starts 2 --jobs $(JOBS)
	cp build/together/forecast.csv build/together/forecast.json benchmarks/results/theories/

sensitivity: $(RUN_STAMP)  ## which parameters the end of the year hangs on (Sobol; minutes)
	$(BIN)/dualpower sensitivity petrograd-1917 -o build/sensitivity --base 128 $(ASKED:%=--quantity %) $(ARGS)
	mkdir -p benchmarks/results/sensitivity
	cp build/sensitivity/sensitivity.csv build/sensitivity/sensitivity.json benchmarks/results/sensitivity/

claims: $(DEV_STAMP)  ## test the claims (200 draws); write benchmarks/claims.json, docs/claims.md and build/claims
	$(BIN)/python benchmarks/claims.py --record $(ARGS)
	$(BIN)/python docs/generate.py

wheel: $(DEV_STAMP)  ## build wheel and sdist; install the wheel afresh; run the main job outside the repository
	rm -rf dist $(CHECK_VENV)
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m venv $(CHECK_VENV)
	$(CHECK_VENV)/bin/python -m pip --disable-pip-version-check --quiet install -c requirements/run.lock dist/*.whl
	there=$$(mktemp -d) && cd "$$there" && "$(abspath $(CHECK_VENV))/bin/dualpower" run petrograd-1917 -o out \
		&& test -s out/report.html && test -s out/trajectories.nc && echo "The wheel works outside the repository." \
		&& rm -rf "$$there"

lock:  ## pin the versions anew, from pyproject.toml
	rm -rf build/lock-venv && "$(PYTHON)" -m venv build/lock-venv
	build/lock-venv/bin/python -m pip --quiet install hatchling editables . 
	build/lock-venv/bin/python scripts/make_lock.py requirements/run.lock
	build/lock-venv/bin/python -m pip --quiet install build ".[test,lint,docs]"
	build/lock-venv/bin/python scripts/make_lock.py requirements/dev.lock --beyond requirements/run.lock

clean:  ## remove everything that these targets made
	rm -rf $(VENV) .venv-* build dist demo docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
