# make report   sets everything up, cleans the evidence and runs every report in both languages, and makes the explorer
# make test     sets everything up and runs the tests
# make course   writes the four lessons for students and teachers, slides and all, into course/
# make site     makes the website, with reports, explorer and course, in site/_build/html
# make docs     measures accuracy, speed and bad input again and writes docs/ (over an hour, alone on the machine)
# make lab      sets everything up and opens JupyterLab on the notebooks
#
# Needs python3 (3.11 to 3.13) with venv, make and git. Everything else comes into .venv; nothing global changes.

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
export UV_PYTHON_DOWNLOADS := never

.PHONY: report test course site browser docs lab clean check outputs codebook help
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# make/make/p' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "python 3.11 to 3.13 is needed; set it with: make PYTHON=python3.12 ..." >&2; exit 2; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "python's venv is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }

$(UV): | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

# one stamp for the whole environment: a second call finds it and does nothing
.venv/.ready: pyproject.toml uv.lock | $(UV)
	@echo "setting up .venv (once, about a minute) ..."
	@$(UV) sync --locked --inexact --quiet --python $(BIN)/python
	@touch $@

report: .venv/.ready
	@$(BIN)/zi clean
	@$(BIN)/zi report
	@$(BIN)/zi explorer

test: .venv/.ready
	@$(BIN)/pytest -n auto --dist loadgroup --doctest-modules tests zi_analysis
	@$(BIN)/pytest -n auto --dist loadfile --nbval-lax notebooks

course: .venv/.ready
	@$(BIN)/zi course

site: course
	@$(BIN)/zi explorer
	@$(BIN)/python site/make_site.py

# what the tests in a browser need beside Debian's chromium; without it they are passed over
browser: .venv/.ready
	@$(UV) sync --locked --inexact --quiet --group browser --python $(BIN)/python

lab: .venv/.ready
	@$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/00-explore.ipynb

# style, types, layers, data package: what .ci/run adds to the tests
check: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/frictionless validate data/datapackage.json

# run the notebooks at their defaults and store the outputs that the tests compare
outputs: .venv/.ready
	@$(BIN)/jupyter nbconvert --to notebook --execute --inplace notebooks/*.ipynb notebooks/exercises/*.ipynb
	@$(BIN)/nbstripout --keep-output --keep-count --extra-keys "metadata.papermill cell.metadata.papermill cell.metadata.execution metadata.language_info.version" notebooks/*.ipynb notebooks/exercises/*.ipynb

# measure accuracy, speed and bad input, and write docs/; an aim that is missed is told and does not stop the others
docs: .venv/.ready
	@$(UV) sync --locked --inexact --quiet --group bench --python $(BIN)/python
	-$(BIN)/python benchmarks/accuracy.py --write
	-$(BIN)/python benchmarks/bad_input.py --write
	-$(BIN)/python benchmarks/clean.py --write
	-$(BIN)/python benchmarks/models.py --write
	-$(BIN)/python benchmarks/coverage.py --write
	-$(BIN)/python benchmarks/reports.py --write

# write data/README.md from data/datapackage.json
codebook: .venv/.ready
	@$(BIN)/python -m zi_analysis.evidence.codebook

clean:
	rm -rf .venv site/_build course .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
