# The entry points. Each target prepares what it needs; README.md says what they do and how long they take.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Many CI machines set it, learners' do not: what must be seen at once has to be flushed.
unexport PYTHONUNBUFFERED
# Images of Python set it for a small image; the tests start handrail some hundred times, and it would compile itself each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: play test places packages planted image lint docs format containers browser classroom-local classroom-test classroom classroom-test-kubernetes classroom-test-seldon e2e e2e-browser e2e-faults e2e-more-faults e2e-more e2e-mutate conformance servers servers-huggingface bench bench-classroom bench-classroom-kubernetes soak soak-graph bundle clean clean-caches

play: $(VENV)/.whole
	@$(BIN)/python -m handrail play . --host

# More at once than there are cores: half of the time is spent in waiting for other programs.
test: $(VENV)/.whole
	@bash scripts/lesson-env.sh >/dev/null
	@$(BIN)/python -m tests.conformance.interpreters mlserver
	$(BIN)/python -m pytest -n 4 tests/unit tests/conformance
	@bash hack/node.sh node --test tests/unit/handrail/server/page/*.test.js tests/unit/classroom/*.test.js

# The lesson's scripts in folders with blanks, umlauts and quotes, and with tools that refuse what only Linux has.
places: $(VENV)/.whole
	$(BIN)/python -m pytest -n 2 tests/places

# What others install: the wheel on a machine without Node, the CI templates, the hook; reports read by others' programs.
packages: $(VENV)/.whole
	$(BIN)/python -m pytest tests/packages

# handrail in an image (templates/Containerfile), for CI that runs its jobs in containers.
image: $(VENV)/.whole
	@bash hack/image.sh $(BIN)/python

# Scenarios with a planted fault each, and their healthy twins: is every fault found, is no healthy one blamed? With BROWSER=1 by
# the buttons of their pages, for which a Chromium has to be there.
planted: $(VENV)/.whole
	$(BIN)/python -m tests.planted --times $(or $(TIMES),1) $(if $(BROWSER),--browser) $(CASES)

lint: $(VENV)/.whole node_modules/.whole
	$(BIN)/ruff check .
	$(BIN)/mypy src/handrail airgap standin/seldon_standin
	$(BIN)/shellcheck -x $$(git ls-files '*.sh' ':!tests/corpus' ':!tests/planted' ':!tests/browser/scenarios' .ci/run)
	$(BIN)/python -m handrail lint index.json structure.json more classroom
	$(BIN)/python hack/cli_docs.py --check
	$(BIN)/python hack/reference_docs.py --check
	@bash hack/node.sh prettier --check --log-level warn $$(git ls-files '*.js' '*.cjs' '*.css')
	@bash hack/node.sh tsc -p tests/browser/tsconfig.json

# Writes the pages of docs/ that  make lint  compares with the program, and the site of all of them: build/docs/index.html.
docs: $(VENV)/.docs
	$(BIN)/python hack/cli_docs.py
	$(BIN)/python hack/reference_docs.py
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -b html docs build/docs
	@echo "The site: build/docs/index.html"

# Writes what  make lint  wants of JavaScript and CSS.
format: node_modules/.whole
	@bash hack/node.sh prettier --write --log-level warn $$(git ls-files '*.js' '*.cjs' '*.css')

# Scenarios in real containers; on a machine without an engine, Podman is installed for it.
containers: $(VENV)/.whole
	@bash hack/test-containers.sh $(BIN)/python

browser: $(VENV)/.whole node_modules/.whole
	@bash tests/browser/run.sh

# A classroom on this machine, as root: make classroom-local ROSTER=names.txt COURSE=my-course (docs/classroom.md).
classroom-local: $(VENV)/.whole
	@deploy/classroom/local.sh "$(COURSE)"

# A classroom on a kind cluster of this machine, with a pod for each learner: make classroom COURSE=my-course; Ctrl-C ends it.
classroom: $(VENV)/.whole
	@deploy/classroom/kubernetes/kind.sh "$(COURSE)"

# The classroom on one machine with three learners in a real browser. What is installed for it is kept, the classroom itself is removed.
classroom-test: $(VENV)/.whole node_modules/.whole
	@bash tests/classroom/run.sh

# The one on a kind cluster: three learners in browsers; attacks from a shell; the Hub, its proxy and the board started again.
classroom-test-kubernetes: $(VENV)/.whole
	@bash tests/browser/chromium.sh
	$(BIN)/python -m pytest -q -c pyproject.toml --timeout 1800 tests/classroom_kubernetes

# The main lesson in such a classroom: three learners in browsers do its steps at once, each in a namespace of their own.
classroom-test-seldon: $(VENV)/.whole node_modules/.whole
	@bash tests/browser/chromium.sh
	$(BIN)/python -m pytest -q -c pyproject.toml --timeout 2400 tests/classroom_seldon

e2e: $(VENV)/.whole
	@bash hack/e2e.sh $(BIN)/python

# The main lesson and further ones in a real browser, by their buttons alone, on a cluster of its own, with the pages
# that lessons serve; pictures go to .e2e/browser.
e2e-browser: $(VENV)/.whole node_modules/.whole
	@bash tests/browser/chromium.sh
	$(BIN)/python -m pytest -c pyproject.toml tests/e2e/test_player.py tests/e2e/test_tabs.py

# Each way in which a step can be wrong, on a cluster of its own: do the checks see it, for the right reason?
e2e-faults: $(VENV)/.whole
	$(BIN)/python -m pytest -c pyproject.toml --timeout 1800 tests/e2e/test_faults.py

# The same for the further lessons, or for those that LESSONS names: from nothing by what the checks say alone, then the
# mistakes that every lesson knows.
e2e-more-faults: $(VENV)/.whole
	LESSONS="$(LESSONS)" $(BIN)/python -m pytest -c pyproject.toml --timeout 1800 tests/e2e/test_more_faults.py

e2e-more: $(VENV)/.whole
	@bash hack/e2e-more.sh $(BIN)/python $(LESSONS)

# What do the checks of a lesson miss when one block is left out? LESSON is . or more/NAME, OPTIONS those of handrail test.
e2e-mutate: $(VENV)/.whole
	@bash hack/e2e-mutate.sh $(BIN)/python $(or $(LESSON),.) $(OPTIONS)

# VECTORS is a folder of recordings, TARGET is processes (the default) or cluster (the one of KUBECONFIG).
VECTORS ?= tests/conformance/vectors
TARGET ?= processes
conformance: $(VENV)/.whole
	@bash scripts/lesson-env.sh >/dev/null
	$(BIN)/python -m tests.conformance $(VECTORS) --target $(TARGET)

# The server that more/frameworks brings for TensorFlow with the real TensorFlow, the proxy before it, MLflow in MLServer, and
# the bucket: 2.2 GB, the first time.
servers: $(VENV)/.whole
	@$(BIN)/python -m tests.conformance.interpreters mlflow tensorflow
	$(BIN)/python -m pytest -n 1 tests/servers --ignore tests/servers/test_huggingface_server.py

# PyTorch and TensorFlow in one Python: 7 GB, the first time.
servers-huggingface: $(VENV)/.whole
	@$(BIN)/python -m tests.conformance.interpreters huggingface
	$(BIN)/python -m pytest -n 1 tests/servers/test_huggingface_server.py

# By hand, on a quiet machine: the player beside its like, the orchestrator beside a bare stub, the runner beside bash; 100 scenarios.
bench: $(VENV)/.whole
	$(BIN)/python tests/bench/player.py
	$(BIN)/python -m tests.bench.orchestrator
	$(BIN)/python tests/bench/runner.py --limit 1.03
	$(BIN)/python tests/bench/many.py --limit 60

# By hand, as root: 20 learners on this machine in waves, echo through the Hub's proxy, and a Hub alone with 1,000 servers.
bench-classroom: $(VENV)/.whole
	$(BIN)/python -m tests.bench.classroom

# By hand: 20 learners on a kind cluster of this machine, in waves.
bench-classroom-kubernetes: $(VENV)/.whole
	$(BIN)/python -m tests.bench.classroom_kubernetes

soak: $(VENV)/.whole
	$(BIN)/python tests/soak/ctrl_c.py
	$(BIN)/python tests/soak/player.py --minutes $(or $(MINUTES),30)

# On the cluster of your KUBECONFIG, like conformance TARGET=cluster.
soak-graph: $(VENV)/.whole
	$(BIN)/python -m tests.soak.graph --seconds $(or $(SECONDS),300)

# One file for machines without a network: make bundle FILE=lesson.tar.gz, there BUNDLE=lesson.tar.gz make play.
FILE ?= lesson-bundle.tar.gz
bundle: $(VENV)/.whole
	@bash hack/make-bundle.sh $(BIN)/python $(FILE)

clean: $(VENV)/.whole
	@$(BIN)/python hack/clean.py

clean-caches: $(VENV)/.whole
	@$(BIN)/python hack/clean.py --caches

# A BUNDLE's path is taken from here, wherever a command is run.
ifdef BUNDLE
export BUNDLE := $(abspath $(BUNDLE))
endif

# The environment is whole only when everything is in it; a killed installation is begun again.
$(VENV)/.whole: pyproject.toml hatch_build.py package-lock.json src/handrail/server/codemirror.js standin/pyproject.toml
	@echo "Installing handrail and the test tools into $(VENV) (about half a minute the first time)"
	@bash hack/handrail-env.sh $(PYTHON) $(VENV)
	@touch $@

# Sphinx, MyST and Furo: kept up for years and by many, under BSD and MIT licences.
$(VENV)/.docs: pyproject.toml | $(VENV)/.whole
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[docs]"
	@touch $@

# The formatter and the type checker of the page's modules, and the types of its libraries, as package-lock.json pins them; no network once they are there.
node_modules/.whole: package.json package-lock.json | $(VENV)/.whole
	@echo "Installing the page's formatter and type checker with npm"
	@bash hack/node.sh npm ci --silent
	@touch $@
