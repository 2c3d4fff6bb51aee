# The two commands of the README are `make demo` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.txt
SITE := .cache/site
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
# Of the image, see docs/image.md. A release names its base by digest, and the repository that people find it in.
BASE ?= debian:bookworm-slim
IMAGE ?= argosy:$(VERSION)
SOURCE ?=
BUILDER ?= $(shell command -v buildah || { docker info >/dev/null 2>&1 && command -v docker; })
BUILD_OPTIONS ?=

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.installed: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Argosy needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version). Try make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes --requirement $(LOCK)
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: setup
setup: $(VENV)/.installed ## make the virtual environment from the lock file

.PHONY: demo
demo: setup ## resolve the talk's Workflow, follow a template from use to sweep, ask a real agent
	@$(BIN)/python examples/demo.py

.PHONY: oracles
oracles: setup ## build the Go programs that judge ours, once, where there is a go
	@$(BIN)/python -m tests.oracle.programs

.PHONY: test
test: setup oracles ## run every test that needs no cluster
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

.PHONY: e2e
e2e: setup ## run the tests on a real control plane; the first run builds it, in twenty minutes or so
	$(BIN)/python -m pytest tests/e2e $(ARGS)

.PHONY: equivalence
equivalence: setup ## run Workflows and their flattened forms under Argo's controller, and compare
	@$(BIN)/python -m tests.e2e.equivalence $(ARGS)

.PHONY: controlplane
controlplane: setup ## leave a control plane running, and print its kubeconfigs
	@$(BIN)/python -m tests.controlplane

.PHONY: check
check: setup ## lint, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

.PHONY: format
format: setup ## format the code and mend what can be mended by a tool
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: examples
examples: setup ## write what the examples come out as, after a change that is meant
	ARGOSY_RENEW_EXAMPLES=1 $(BIN)/python -m pytest -q tests/examples

.PHONY: chart
chart: setup ## write what the chart renders to and the table of its values, after a change that is meant
	ARGOSY_RENEW_CHART=1 $(BIN)/python -m pytest -q tests/chart tests/e2e/chart/test_goldens.py

.PHONY: reference
reference: setup ## write the page of all messages anew, after a change that is meant
	ARGOSY_RENEW_REFERENCE=1 $(BIN)/python -m pytest -q tests/docs/test_messages.py

$(SITE)/.installed: requirements/docs.txt
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --no-compile --no-deps --require-hashes --requirement requirements/docs.txt
	@touch $@

.PHONY: site
site: $(SITE)/.installed ## build the documentation into site/, and fail where a link leads nowhere
	NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --strict

.PHONY: image
image: ## build the container image with buildah or docker: IMAGE=name:tag BASE=name@sha256:digest
	@test -n "$(BUILDER)" \
	  || { echo "make image needs buildah, or docker with its daemon running, and found neither; on Debian: apt-get install buildah" >&2; exit 1; }
	$(BUILDER) build $(BUILD_OPTIONS) --tag $(IMAGE) --build-arg BASE=$(BASE) --build-arg VERSION=$(VERSION) \
	  --build-arg REVISION=$$(git describe --always --dirty --abbrev=40 --exclude='*') --build-arg SOURCE=$(SOURCE) .

.PHONY: bench
bench: setup ## measure the ratios that the budgets in docs/benchmarks.md are set for
	$(BIN)/python -m benchmarks $(ARGS)

.PHONY: lock
lock: setup ## renew the lock files from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  pyproject.toml --output-file requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  pyproject.toml --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --group docs --output-file requirements/docs.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --group image --output-file requirements/image.txt
