# The names of the tasks; what they do stands in the programs they call.
BIN := .venv/bin

.PHONY: setup demo test test-slow check parity fuzz bench clean

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt .ci/setup.sh
	.ci/setup.sh

demo: setup
	env -u HUB_DATABASE_URL -u HUB_BROKER_URL HUB_HOME=hub-data/demo $(BIN)/hub demo --feeds

test: setup
	$(BIN)/python -m tests.services ensure
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test-slow: setup
	$(BIN)/python -m tests.services ensure
	$(BIN)/python -m pytest -m slow

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

parity: setup
	$(BIN)/python -m tests.rules.parity

fuzz: setup
	$(BIN)/python -m tests.rules.fuzz.lane $(FUZZ)

bench: setup
	$(BIN)/python -m tests.services ensure
	$(BIN)/python -m tests.services run -- $(BIN)/python -m tests.bench

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
