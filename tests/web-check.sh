#!/usr/bin/env bash
# The pages and the extension as a machine reads them: types (JSDoc), lint, lines of at most
# 120 columns with tabs of four. One line a finding, counted at the end.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
passed=0 failed=0

rule() { # NAME; findings on stdin
	local found
	found=$(cat)
	if [ -z "$found" ]; then passed=$((passed + 1)); echo "ok   $1"; return; fi
	failed=$((failed + 1))
	echo "FAIL $1"
	printf '%s\n' "$found" | head -n 40 | sed 's/^/     /'
}

types() { node_modules/.bin/tsc -p tsconfig.json 2>&1; }

lint() { node_modules/.bin/eslint --max-warnings 0 web extension tests/e2e eslint.config.js 2>&1; }

long_lines() {
	local file
	git ls-files -co --exclude-standard web tests/e2e eslint.config.js |
		grep -E '\.(js|mjs|css|html|md)$' | grep -v '^tests/e2e/extension' | while read -r file; do
		[ ! -f "$file" ] || expand -t4 "$file" | grep -nE '^.{121}' | sed "s|^|$file:|" | cut -c 1-100
	done
}

rule "pages: types" < <(types)
rule "pages and extension: lint" < <(lint)
rule "pages: at most 120 columns" < <(long_lines)
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
