# The two commands are `make demo` and `make test`; `make help` lists the rest.

SHELL := /bin/bash -o pipefail
CARGO ?= cargo
export PHOTOS LAN ONCE

BINARIES := -p darkslide -p darkslide-host -p darkslide-lab
SITE_SOURCES := $(shell find site -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help demo test test-rust test-site test-edge test-infrastructure test-e2e test-aws stress order-to-lab bench bench-host bench-aws release clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 22

demo: site/dist/index.html ## host, studio and lab on a drawn shoot; PHOTOS=/path, LAN=1, ONCE=1
	$(CARGO) build --release $(BINARIES) -p darkslide-shoot
	python3 tests/demo/run.py

# The host carries the site inside and the agent the desk, so both are built before them.
site/dist/index.html: $(SITE_SOURCES)
	tests/setup/node.sh site
	cd site && npm run build
	@touch $@

test: test-rust test-site test-infrastructure test-e2e test-aws ## everything

test-rust: ## formatting, lints, tree checks, licences, unit and contract tests
	tests/setup/apt.sh
	tests/setup/cargo-tools.sh cargo-nextest cargo-deny
	$(CARGO) fmt --all --check
	$(CARGO) run --quiet -p xtask -- all
	$(CARGO) deny --log-level error --all-features check licenses bans sources
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) nextest run --workspace --exclude darkslide-tests

test-site: test-edge ## the customers' site: types, unit tests, build, size budget
	tests/setup/node.sh site
	tests/setup/node.sh site/openapi
	cd site/openapi && npm run check
	cd site && npm run typecheck && npm run build && npm run budget && npm test
	tests/setup/node.sh tests/payment
	cd tests/payment && npm run vectors -- --check

test-edge: ## CloudFront's function on the vectors that Rust checks too
	node --test infrastructure/edge/*.test.mjs

test-infrastructure: ## template.yaml against its promises, the operator's tools on an emulator
	tests/setup/python.sh tests/infrastructure infrastructure/requirements.txt
	cd tests/infrastructure && .venv/bin/python -m unittest discover

test-e2e: site/dist/index.html ## whole-system tests: claims, printer, faults, then a browser
	tests/setup/apt.sh
	tests/setup/cargo-tools.sh cargo-nextest
	tests/setup/node.sh tests/e2e
	tests/setup/node.sh site
	$(CARGO) build $(BINARIES) -p darkslide-shoot
	$(CARGO) nextest run -p darkslide-tests
	$(CARGO) nextest run -p darkslide-lab desk # once more, with a browser to look at it
	cd tests/e2e && npx playwright test

# The functions and, with Amazon SQS, agent and lab.
FUNCTIONS := studio-api gallery-api order-api index-photos dispatch-orders relay-lab-files expire-galleries send-mail
WITH_SQS := -p darkslide -p darkslide-lab --features darkslide/sqs,darkslide-lab/sqs
COMMA := ,
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
LAMBDA := $(FUNCTIONS:%=-p darkslide-%) --features $(subst $(SPACE),$(COMMA),$(FUNCTIONS:%=darkslide-%/lambda))

test-aws: test-infrastructure test-edge ## the host on AWS, on emulators: adapters, the template deployed, the whole loop, outages
	tests/setup/cargo-tools.sh cargo-nextest
	tests/setup/python.sh tests/aws infrastructure/requirements.txt
	$(CARGO) nextest run -p darkslide-lambda-edge
	$(CARGO) nextest run -p darkslide-queue-client --features darkslide-queue-client/sqs
	tests/aws/.venv/bin/python tests/aws/emulator.py $(CARGO) nextest run -p darkslide-aws
	tests/aws/.venv/bin/python tests/aws/signatures.py
	$(CARGO) build $(LAMBDA) --bins
	$(CARGO) build -p darkslide-operator -p darkslide-shoot
	$(CARGO) build $(WITH_SQS)
	tests/aws/.venv/bin/python tests/aws/run.py

stress: site/dist/index.html ## 2,000 orders over a bad line, agent and lab killed again and again; ORDERS=…
	tests/setup/cargo-tools.sh cargo-nextest
	$(CARGO) build $(BINARIES) -p darkslide-shoot
	DARKSLIDE_STRESS=$${ORDERS:-2000} $(CARGO) nextest run --profile stress -p darkslide-lab --no-capture a_bad_line_and_a_killed_receiver
	DARKSLIDE_STRESS=$${ORDERS:-2000} $(CARGO) nextest run --profile stress -p darkslide-tests --no-capture orders_over_a_bad_line

order-to-lab: site/dist/index.html ## seconds from an order to its verified file at the lab; ORDERS=20
	$(CARGO) build --release $(BINARIES) -p darkslide-shoot
	python3 tests/bench/order_to_lab.py

bench: ## speed and quality of the picture pipeline beside libvips and sharp
	python3 tests/bench/run.py

bench-host: site/dist/index.html ## CPU per request of the embedded host beside nginx and a minimal program
	python3 tests/bench/host.py

bench-aws: ## the figures of docs/aws.md: sizes, starts, memory, latency, calls; optimised builds take their time
	tests/setup/python.sh tests/aws infrastructure/requirements.txt
	$(CARGO) build --profile function $(LAMBDA) --bins
	$(CARGO) build --profile dist $(WITH_SQS) -p darkslide-operator -p darkslide-shoot
	tests/aws/.venv/bin/python tests/aws/bench.py

release: site/dist/index.html ## what is shipped, with checksums, in target/release-files; LAMBDA_ZIPS=1 for the functions too
	python3 infrastructure/release $(if $(LAMBDA_ZIPS),--functions)

clean: ## everything that was built or drawn
	$(CARGO) clean
	rm -rf .demo site/dist site/desk/dist site/node_modules site/openapi/node_modules tests/e2e/node_modules test-results
