# The commands of this project. `make` alone lists them.
# Set-up happens by itself, from the hash-locked requirements into .venv; PYTHON=... chooses the interpreter, ARGS=... is passed on.

.DEFAULT_GOAL := help
.PHONY: help demo test broadcasts canaries sendingbench chaos pagekills restarts outages clients sso conversations doses dosewalk ladder doseyear lessons taps dosebench races slots bookings visitwalk mutations restoredrill bench worklist messages migration fixture schemas lock site clean environment test-environment chromium

BIN := .venv/bin
unexport PYTHONDONTWRITEBYTECODE # where it is set, each of the many processes of the tests would compile everything anew

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' Makefile

demo: environment ## the whole product on invented people, with a Telegram of its own; Ctrl-C stops it
	@$(BIN)/careward demo $(ARGS)

test: test-environment chromium ## every check and test, on SQLite, PostgreSQL and in a browser
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

chaos: test-environment ## kill real processes hundreds of times and count what was lost (long)
	$(BIN)/python -m tests.chaos $(ARGS)

pagekills: test-environment ## kill the process that serves a page of questions while it is answered, again and again (long)
	$(BIN)/python -m tests.chaos.pages $(ARGS)

restarts: test-environment ## stop the bot and start it again, 100 times on each database, under load (long)
	$(BIN)/python -m tests.chaos.restarts $(ARGS)

outages: test-environment ## stop PostgreSQL every 5 to 40 seconds under the bot, while people write to it (long)
	$(BIN)/python -m tests.chaos.outages $(ARGS)

conversations: test-environment ## walk every conversation at random, 100,000 steps, against a model (long)
	$(BIN)/python -m tests.bot.conversation_walk $(ARGS)

doses: test-environment ## hold 20,000 regimens and every change of the clock to 2030 against another way of reckoning (long)
	$(BIN)/python -m tests.care.medicines.dose_campaign $(ARGS)

broadcasts: test-environment ## tell 10,000 patients something while senders die, cancel it, count who got it (long)
	$(BIN)/python -m tests.broadcasts $(ARGS)

races: test-environment ## stop patients while their messages are being sent, 10,000 times (long)
	$(BIN)/python -m tests.races $(ARGS)

lessons: test-environment ## read every lesson in every language on a simulated phone; write what was found to docs/evidence/lessons.md
	@$(BIN)/python -m tests.bot.lesson_walk

mutations: test-environment ## take each red-flag phrase, guard and listed word out in turn and count which no message misses
	nice $(BIN)/python -m tests.care.red_flag_mutations $(ARGS)

taps: test-environment ## tap one dose fifty times at once, 1,000 times on each database (long)
	$(BIN)/python -m tests.taps $(ARGS)

doseyear: test-environment ## live a year with 200 patients, downtime, kills and wrong clocks, and look at every dose (long)
	$(BIN)/python -m tests.care.medicines.year_campaign $(ARGS)

ladder: test-environment ## let each rung of the ladder fail in turn, and the clock die at every step, for 2,000 obligations (long)
	$(BIN)/python -m tests.care.ladder_campaign $(ARGS)

dosewalk: test-environment ## order, take, travel, break and mend at random, 100,000 steps, and look at every dose (long)
	$(BIN)/python -m tests.care.medicines.dose_walk $(ARGS)

canaries: test-environment ## erase a hundred people with canaries in every field, and hunt for what is left (long)
	$(BIN)/python -m tests.canaries $(ARGS)

restoredrill: test-environment ## lose a clinic's database and bring it back, into either kind (long)
	$(BIN)/python -m tests.ops.restore_drill $(ARGS)
slots: test-environment ## hold the free slots of 5,000 calendars against another way of reckoning (long)
	$(BIN)/python -m tests.care.appointments.slot_campaign $(ARGS)

bookings: test-environment ## book one slot 200 times at once, 500 rounds, on both databases (long)
	$(BIN)/python -m tests.care.appointments.booking_races $(ARGS)

visitwalk: test-environment ## book, move, cancel, wait and remind at random, 20,000 steps, and look at every visit (long)
	$(BIN)/python -m tests.care.appointments.visit_walk $(ARGS)

dosebench: test-environment ## measure what planning and reminding cost with 1,000 to 1,000,000 regimens, beside a cron job for each (long)
	$(BIN)/python -m bench.doses --report docs/evidence/dose-cost.md $(ARGS)

sendingbench: test-environment ## measure what telling many costs: an audience, and a message beside other libraries (long)
	$(BIN)/python -m bench.sending --report docs/evidence/sending-cost.md $(ARGS)

worklist: test-environment ## measure the worklist of 100,000 patients with 5,000 open obligations, beside it written naively (long)
	$(BIN)/python -m bench.worklist --report docs/evidence/worklist.md $(ARGS)

bench: test-environment ## measure the product beside other ways of writing it (long)
	$(BIN)/python -m bench $(ARGS)

schemathesis: test-environment ## send the API whatever fits or breaks its own document, as several roles (ARGS="20000 1": requests, seed)
	$(BIN)/python -m tests.contract $(ARGS)

clients: test-environment ## generate Python and TypeScript clients from the API's document, compile them, let them work (needs uv and npm)
	$(BIN)/python -m tests.clients

sso: test-environment ## sign in by a certified identity provider that runs on this machine (needs npm)
	mkdir -p build/sso && cp tests/sso/package.json tests/sso/package-lock.json tests/sso/.npmrc build/sso
	npm ci --prefix build/sso --no-audit --no-fund
	$(BIN)/pytest tests/sso $(ARGS)

messages: test-environment ## bring the translation files in content/locale up to date with the code
	$(BIN)/python -m ops.messages $(ARGS)

migration: test-environment ## write the next migration from the tables: make migration m="Patients have a nickname"
	@$(BIN)/python -m ops.migration "$(m)"

fixture: test-environment ## keep a small clinic's data at the newest schema, to be migrated for ever after
	@$(BIN)/python -m tests.schemas $(ARGS)

schemas: test-environment ## bring the data of every schema that is kept forward, on both databases
	EVERY_SCHEMA=1 $(BIN)/pytest -q tests/schemas $(ARGS)

# The product's versions rule: the tests and the builder get the same ones.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: ## write the locks anew from pyproject.toml, with hashes (needs uv; ARGS=--upgrade takes the newest)
	@command -v uv >/dev/null || { echo "Locking needs uv: pipx install uv" >&2; exit 1; }
	$(LOCK) $(ARGS) pyproject.toml --output-file requirements.lock
	$(LOCK) $(ARGS) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) $(ARGS) --group build --constraint requirements-dev.lock --output-file requirements-build.lock
	$(LOCK) $(ARGS) --group site --constraint requirements-dev.lock --output-file requirements-site.lock

site: test-environment ## make a site of the pages of docs/, in build/site
	$(BIN)/python -m venv build/site-maker
	build/site-maker/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-site.lock
	build/site-maker/bin/mkdocs build --quiet --strict
	@echo "build/site/index.html"

clean: ## remove the virtual environment and everything else that make put here
	rm -rf .venv build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@sh ops/setup/environment.sh run

test-environment:
	@sh ops/setup/environment.sh test

chromium:
	@sh ops/setup/chromium.sh
