#!/usr/bin/env bash
# make check: rules that a machine can hold us to; tests/check/ has them.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8 PATH=/usr/lib/ccache:$PATH
exec node tests/check/main.mjs
