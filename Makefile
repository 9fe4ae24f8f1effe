# make          set everything up and turn the articles in seeds/ into the facts in outputs/
# make test     set everything up and check it: lint, types, tests
# make bench    measure its speed; make bench-diff that of comparing two datasets, make bench-rerun that of bringing one
#               up to date
# make outlets  measure how well articles are read from web pages
# make model    train the language model again: some ten hours on two cores
# make clean    remove what the others made, outputs/ apart

PYTHON ?= $(shell command -v python3.11 || command -v python3 || command -v python)
SHARED ?= ../shared
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TRAINING := $(VENV)/.training
RIVALS := $(VENV)/.rivals
LOCKED := $(VENV)/.locked
GOLD := $(SHARED)/gold
GOLD_ARTICLES := build/gold-articles.jsonl
REAL := bbc,kunshan,jiading,china

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test lint clean lock gold-articles score scores errors bench bench-rerun bench-diff outlets model

run: $(READY)
	$(BIN)/newsfacts run seeds -o outputs

test: lint
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(LOCKED): requirements.lock
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	touch $@

# the sources stay where they are: a change in them needs no new installation
$(READY): $(LOCKED) pyproject.toml pipeline/newsfacts/__init__.py
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# names, versions and hashes for every platform, no addresses; needs uv
lock:
	printf 'hatchling\neditables\n' | uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--extra test --extra lint pyproject.toml - -o requirements.lock

# the gold articles with the gold's publication dates, as the scores are measured
gold-articles: $(GOLD_ARTICLES)

$(GOLD_ARTICLES): $(READY) $(wildcard $(GOLD)/articles/*.txt $(GOLD)/facts/*.json)
	mkdir -p $(@D)
	cd models/training && $(abspath $(BIN))/python -c \
		'import pathlib, sys, evaluate; evaluate.articles(*map(pathlib.Path, sys.argv[1:]))' \
		$(abspath $(GOLD)) $(abspath $@.part)
	mv $@.part $@

score: $(GOLD_ARTICLES)
	$(BIN)/newsfacts run $< -o build/gold
	@for only in $(REAL) wire; do echo; echo "== $$only"; \
		$(BIN)/python $(SHARED)/score.py $(GOLD)/facts build/gold/facts.jsonl \
			--entities build/gold/entities.jsonl --only $$only; done

# the worst slots, what is taken for what, examples; ONLY=wire,bbc-002 chooses the articles
ONLY ?= wire
errors: $(READY)
	$(BIN)/python models/training/errors.py $(GOLD) --only $(ONLY)

# words a second, side by side: the encoder alone, the whole pipeline, quantulum3
bench: $(READY)
	$(BIN)/python tests/benchmark.py seeds --json build/benchmark.json

# a run with one changed article among a thousand, as a share of a full run; minutes
bench-rerun: $(READY)
	$(BIN)/python tests/benchmark_rerun.py models/training/corpus --json build/benchmark-rerun.json

# seconds and memory of comparing a million facts, side by side with the jsonl-diff package
bench-diff: $(READY)
	$(BIN)/python -m pip install --quiet --editable ".[bench]"
	$(BIN)/python tests/benchmark_diff.py outputs/facts.jsonl --json build/benchmark-diff.json

# articles read from the pages in tests/outlets, beside trafilatura alone and resiliparse
outlets: $(RIVALS)
	$(BIN)/python tests/outlets/compare.py --json build/outlets.json

# trains models/en_newsfacts from models/training/corpus and, where they are there, the gold's wire articles
model: $(TRAINING)
	$(BIN)/python models/training/train.py models/training/corpus models/en_newsfacts \
		--log models/training/training.log $(if $(wildcard $(GOLD)),--gold $(GOLD))
	$(if $(wildcard $(GOLD)),$(BIN)/python models/training/calibrate.py $(GOLD) models/en_newsfacts)
	$(if $(wildcard $(GOLD)),$(MAKE) scores)

# the trained model on the gold articles and on those of models/training/held_out
scores: $(READY)
	$(BIN)/python models/training/evaluate.py $(GOLD) models/training/scores.json shipped=models/en_newsfacts

$(RIVALS): $(READY)
	$(BIN)/python -m pip install --quiet --editable ".[outlets]"
	touch $@

$(TRAINING): $(READY)
	$(BIN)/python -m pip install --quiet --editable ".[train]"
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
