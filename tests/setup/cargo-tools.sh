#!/usr/bin/env bash
# The cargo tools `make test-rust` runs: nextest, the test runner, and deny, the dependency guard.
# Neither has a current prebuilt package in a registry, so both are built once (a few minutes each on two cores).
set -euo pipefail

for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    echo "Installing $tool (once)"
    # Unoptimised: built in half the time, and these tools mostly wait for others.
    cargo install --locked --quiet --debug "$tool"
done
