# Signpost's commands. They need Python 3.11 or newer with its venv module, and touch nothing outside this folder.
#   another Python:          make demo PYTHON=python3.13
#   arguments for pytest:    make test ARGS='-k walk -n 0'   (-n 0: one process)

PYTHON = python3
ARGS =
# What `make faults` tries: some of the calls that can fail, drawn by FAULTS_SEED, or all.
FAULTS = some
FAULTS_SEED = 1
VENV = .venv
BIN = $(VENV)/bin
# Tests start many interpreters: compile once, not at each start.
unexport PYTHONDONTWRITEBYTECODE
# Exact versions, checked against their hashes; wheels only, so no compiler and no foreign build scripts.
PIP = $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
INSTALL = $(PIP) install --only-binary :all: --require-hashes

SUITE = tests/faults tests/outbox/test_faults_mail.py tests/outbox/test_faults_slack.py

.PHONY: help demo run dev test test-fast faults check lint types rooms bench wheel lock fuzz audit sbom clean

help:
	@echo 'make demo     five weeks of 2019 in seconds, without account or network'
	@echo 'make run      the daemon, with the configuration in config/'
	@echo 'make dev      the same, begun anew at each change of code, templates or stylesheet'
	@echo 'make test     all tests'
	@echo 'make test-fast  those that a minute is enough for: no browser, no PostgreSQL, nothing slow'
	@echo 'make faults   crashes, broken disks and servers, a drawn part; FAULTS=all for every one'
	@echo 'make check    lint, types and tests'
	@echo 'make lint     ruff, the import contracts, hadolint, bandit'
	@echo 'make types    mypy'
	@echo 'make rooms    the rooms, what each imports, and how far one poll walks through them'
	@echo 'make bench    what a poll costs beside reader, rss2email and feedparser; ARGS=--write into docs/'
	@echo 'make wheel    the package, into dist/'
	@echo 'make lock     the lock files anew from pyproject.toml; ARGS=--upgrade for the newest versions'
	@echo 'make fuzz     broken documents, queries and YAML for five minutes; ARGS="--seconds 60 --seed 1"'
	@echo 'make audit    known vulnerabilities of what is locked (needs pypi.org itself, not a mirror)'
	@echo 'make sbom     what the installation consists of, as CycloneDX JSON in dist/'
	@echo 'make clean    remove what the commands above made; data/ stays'

demo: $(VENV)/ready
	@$(BIN)/monitor demo

run: $(VENV)/ready
	@$(BIN)/monitor run

dev: $(VENV)/ready-dev
	@$(BIN)/python scripts/dev.py $(ARGS)

# worksteal: each process begins with one half of the list, so what a module shares is made once.
test: $(VENV)/ready-dev
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

test-fast: $(VENV)/ready-dev
	$(BIN)/pytest -n 2 --dist worksteal -q -m 'not slow and not browser and not postgres' $(ARGS)

faults: $(VENV)/ready-dev
	FAULTS=$(FAULTS) FAULTS_SEED=$(FAULTS_SEED) $(BIN)/pytest -n 2 -q $(SUITE) $(ARGS)

check: lint types test

rooms: $(VENV)/ready-dev
	@$(BIN)/python scripts/rooms.py $(ARGS)
	@$(BIN)/python scripts/walk.py

lint: $(VENV)/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(BIN)/bandit --quiet --recursive --severity-level high monitor

types: $(VENV)/ready-dev
	$(BIN)/mypy

bench: $(VENV)/ready-dev
	$(BIN)/python benchmarks/bench.py $(ARGS)

wheel: $(VENV)/ready
	$(BIN)/hatchling build -t wheel

lock: $(VENV)/ready-dev
	scripts/lock $(ARGS)

fuzz: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks.fuzz $(ARGS)

audit: $(VENV)/ready-dev
	scripts/audit

sbom: $(VENV)/ready-dev
	@mkdir -p dist
	$(BIN)/uv tool run --from 'cyclonedx-bom==7.5.0' cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-file dist/sbom.json

clean:
	rm -rf $(VENV) dist demo-output .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The stamps stand for finished steps: one that was interrupted, or is older than its lock file, is done anew.
$(VENV)/locked: requirements.lock requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Signpost needs Python 3.11 or newer, and $(PYTHON) is not; name one: make demo PYTHON=python3.13' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo '$(PYTHON) lacks its venv module; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@echo 'Installing into $(VENV)/ (once, about half a minute) …'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements.lock -r requirements-build.lock
	@touch $@

$(VENV)/ready: $(VENV)/locked pyproject.toml
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.lock
	@echo 'Installing the tools for tests and checks into $(VENV)/ …'
	@$(INSTALL) -r requirements-dev.lock
	@touch $@
