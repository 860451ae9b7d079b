# Needs Python 3.11, 3.12 or 3.13 and make. `make demo` and `make test` set up what they need, the first time only.
# PYTHON=/path/to/python chooses the Python; ARGS="-k silos" goes to pytest, which runs WORKERS=2 files at a time, each
# worker with its own Neo4j and its own embedded store.

VENV = .venv
WORKERS = 2
RUN = $(VENV)/bin/python
PIP = $(RUN) -m pip --disable-pip-version-check --no-input
LOCKED = $(PIP) install --quiet --require-hashes --only-binary :all: --requirement
# The checkout itself becomes importable, with the graphkit command; nothing is downloaded for it.
CHECKOUT = $(PIP) install --quiet --no-index --no-deps --no-build-isolation --editable .
COMPILE = uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

# The first that runs (a pyenv shim may stand there and fail), fits, and can make an environment.
CANDIDATES = python3.13 python3.12 python3.11 python3 python
CHECK = import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for each in $(CANDIDATES); do "$$each" -c '$(CHECK)' 2>/dev/null && echo "$$each" && break; done)

.PHONY: demo test truth lock clean

demo: $(VENV)/run.stamp
	$(VENV)/bin/graphkit demo

test: $(VENV)/test.stamp
	@$(RUN) tests/prepare.py
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(RUN) -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

# Whether what is found is true: FOLDER=... is a folder of CORDIS, without it the built-in sample. Takes minutes.
truth: $(VENV)/test.stamp
	$(RUN) benchmarks/truth.py $(FOLDER)

$(VENV)/bin/python:
	@"$(PYTHON)" -c '$(CHECK)' 2>/dev/null || { echo "No Python 3.11, 3.12 or 3.13 with venv was found: install one" \
		"(Debian: apt-get install python3-venv), or name yours: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing graphkit and what it needs into $(VENV), once: about a minute"
	@$(LOCKED) requirements/run.txt
	@$(CHECKOUT)
	@touch $@

$(VENV)/test.stamp: requirements/test.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing graphkit and what its tests need into $(VENV), once: about a minute"
	@$(LOCKED) requirements/test.txt
	@$(CHECKOUT)
	@touch $@

# Keeps the versions that still fit; `make lock UPGRADE=--upgrade` takes the newest of everything.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: python -m pip install uv" >&2; exit 1; }
	$(COMPILE) --group build --output-file requirements/run.txt
	$(COMPILE) --group test --constraints requirements/run.txt --output-file requirements/test.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
