# Everything that prepares, runs, checks and ships groundwire. `make` alone lists what there is.

VENV := .venv
PY := $(VENV)/bin/python -P
PIP := $(PY) -m pip --disable-pip-version-check --no-input
# Compiling everything ahead costs 25 s and 270 MiB, and most of it is never imported. But where
# Python may not keep what it compiles, every start would pay instead.
COMPILE := $(if $(PYTHONDONTWRITEBYTECODE),,--no-compile)
ROOMS := agents app core eval models prompts retrievers training
# Any Python from 3.11; name another one with PYTHON=.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$each && break; done)
# torch stands apart from the lock: which build is right (processor or GPU) depends on the machine.
TORCH := torch==2.13.0
# Another package index for torch alone.
TORCH_INDEX ?=
# A folder of evaluation data, for `make bench`, `benchmark`, `ablation` and `train`.
DATA ?= $(GROUNDWIRE_DATA)
MINED := training-output/mined.jsonl
HOPS := training-output/hops.jsonl

# An installation is done when its stamp, written last, equals what it was made from.
core-key = { printf '%s\n' '$(CURDIR)'; cat requirements.lock pyproject.toml; }
dev-key = { printf '%s\n' '$(CURDIR)' '$(TORCH)' '$(TORCH_INDEX)'; \
	cat requirements.lock requirements-dev.lock pyproject.toml; }
unfinished = { echo 'The installation did not finish. Once the cause named above is mended,' \
	'the same command goes on from here.' >&2; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run setup test lint bench benchmark ablation train wheel lock clean core venv install-core install-dev data

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

run: core ## install what is missing, add the sample documents to an empty library, start the chat
	@$(VENV)/bin/groundwire samples --if-empty || test $$? -eq 3 # some failed, and it said which
	@$(VENV)/bin/groundwire chat || test $$? -eq 130

setup: ## make the development environment in .venv
	@test -x $(VENV)/bin/python && $(dev-key) | cmp -s - $(VENV)/dev.stamp \
	|| $(MAKE) --no-print-directory install-dev

test: lint ## run every check: ruff, mypy, and pytest with branch coverage
	$(PY) -m pytest --cov --cov-report=term

lint: setup ## run ruff and mypy alone
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

bench: setup data ## measure speed: make bench DATA=FOLDER
	OPENBLAS_NUM_THREADS=1 $(PY) -m groundwire.eval.speed '$(DATA)'

benchmark: setup data ## measure quality on every task: make benchmark DATA=FOLDER
	OPENBLAS_NUM_THREADS=1 $(PY) -m groundwire.eval.benchmark '$(DATA)'

ablation: setup data ## measure search in hops without each of its parts: make ablation DATA=FOLDER
	OPENBLAS_NUM_THREADS=1 $(PY) -m groundwire.eval.hop_ablation '$(DATA)'

train: setup data ## train the bundled models again: make train DATA=FOLDER
	$(PY) -m groundwire.training.export_encoder
	test -f $(MINED) || { mkdir -p training-output && $(VENV)/bin/groundwire --home training-output/home \
		train mine '$(DATA)' --out $(MINED); }
	$(PY) -m groundwire.training.reader --mined $(MINED) --out training-output/reader
	$(PY) -m groundwire.training.entailment --mined $(MINED) --data '$(DATA)' \
		--trunk training-output/reader/checkpoint.safetensors --out training-output/entailment
	$(PY) -m groundwire.training.conversation --data '$(DATA)' --out training-output/conversation
	for model in reader/checkpoint entailment/checkpoint conversation/weights; do \
		$(PY) -m groundwire.training.export_pair $${model%/*} \
		--weights training-output/$$model.safetensors || exit 1; done
	$(PY) -m groundwire.training.scale_entailment --mined $(MINED) --data '$(DATA)'
	test -f $(HOPS) || $(VENV)/bin/groundwire --home training-output/home train mine-hops '$(DATA)' \
		--out $(HOPS)
	$(PY) -m groundwire.training.chains --mined $(HOPS)

wheel: setup ## build the source distribution and the wheel in dist/
	rm -rf build dist groundwire.egg-info
	$(PY) -m build --no-isolation
	rm -rf groundwire.egg-info

lock: setup ## pin the dependencies of pyproject.toml again; UPGRADE=--upgrade takes the newest
	$(PIP) install -q uv
	$(PY) -m uv pip compile $(UPGRADE) $(compile) -o requirements.lock pyproject.toml
	echo '$(TORCH)' | $(PY) -m uv pip compile $(UPGRADE) $(compile) -c - -c requirements.lock \
		--extra models --extra dev -o requirements-dev.lock pyproject.toml
	awk '/^[a-z]/ { keep = !/^(torch==|triton==|cuda-|nvidia-)/ } keep' requirements-dev.lock \
		> requirements-dev.lock.new && mv requirements-dev.lock.new requirements-dev.lock

compile = --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-header --no-annotate

clean: ## remove what building and testing left (.venv stays)
	rm -rf build dist groundwire.egg-info htmlcov tests/output bench-output benchmark-output training-output .coverage .coverage.* \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(ROOMS) tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what the targets above stand on ----------------------------------------------------------

# A development environment holds the core installation too.
core:
	@if test -f $(VENV)/dev.stamp; then $(MAKE) --no-print-directory setup; else \
	test -x $(VENV)/bin/python && $(core-key) | cmp -s - $(VENV)/core.stamp \
	|| $(MAKE) --no-print-directory install-core; fi

install-core: venv
	@echo "Installing groundwire into $(VENV) (once, a minute or two) ..."
	@$(PIP) install -q $(COMPILE) --no-deps -r requirements.lock || $(unfinished)
	@$(PIP) install -q --no-deps -e . || $(unfinished)
	@rm -rf groundwire.egg-info
	@$(core-key) > $(VENV)/core.stamp

install-dev: venv
	@echo "Installing the development environment into $(VENV) (once, a few minutes) ..."
	@$(PIP) install -q $(COMPILE) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH) || $(unfinished)
	@$(PIP) install -q $(COMPILE) --no-deps -r requirements-dev.lock || $(unfinished)
	@$(PIP) install -q --no-deps --no-build-isolation -e . || $(unfinished)
	@rm -rf groundwire.egg-info $(VENV)/links
	@mkdir -p $(VENV)/links/groundwire
	@for room in $(ROOMS); do ln -s ../../../$$room $(VENV)/links/groundwire/$$room; done
	@$(dev-key) > $(VENV)/dev.stamp

# The environment itself. One that an interruption left half made is completed, one whose Python
# has gone is made again.
venv:
	@test -n '$(PYTHON)' || { echo 'groundwire needs Python 3.11 or newer, and found none as' \
	'python3. Install it, or name it: make run PYTHON=/path/to/python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo 'groundwire needs Python 3.11 or newer; $(PYTHON) is not.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'This Python cannot make virtual' \
	'environments: its module venv is missing. On Debian and Ubuntu install python3-venv.' >&2; \
	exit 1; }
	@test -x $(VENV)/bin/python || rm -rf $(VENV)
	@rm -f $(VENV)/core.stamp $(VENV)/dev.stamp
	@test -x $(VENV)/bin/python && $(PY) -m pip --version >/dev/null 2>&1 \
	|| $(PYTHON) -m venv $(VENV)

data:
	@test -n '$(DATA)' || { echo 'Say where the evaluation data is: make bench DATA=FOLDER' \
	'(or set GROUNDWIRE_DATA).' >&2; exit 2; }
	@test -d '$(DATA)' || { echo 'There is no folder $(DATA).' >&2; exit 2; }
