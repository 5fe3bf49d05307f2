#!/usr/bin/env bash
# make coverage: the share of lines that the unit programs run, by folder, and the least covered
# files; then how many lines of test there are for a line of code. What only the suites with a
# running instance reach (the handlers, the daemons) is not counted as covered here.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
out=tests/out/coverage
mkdir -p "$out"
make -s -j"$(nproc)" cov
find build/cov -name '*.gcda' -delete
for program in build/cov/tests/*/test_*; do
	[[ -x $program && $program != *.* ]] || continue
	timeout 300 "$program" >"$out/${program##*/}.log" 2>&1 || echo "failed: $program (see $out/${program##*/}.log)"
done

# "file covered lines" of each source; gcov tells of a file that never ran as well.
while IFS= read -r notes; do
	gcov -n -o "$(dirname "$notes")" "$notes" 2>/dev/null
done < <(find build/cov/obj/common build/cov/obj/backend build/cov/obj/native-host -name '*.gcno' | sort) |
	awk -F "[':%]" '/^File/ { file = $2 } /^Lines executed/ && file ~ /^(common|backend|native-host)\/.*\.c$/ {
		split($0, part, " of "); printf "%s %d %d\n", file, $2 * part[2] / 100 + 0.5, part[2]; file = "" }' |
	sort -u >"$out/lines.txt"

awk '{ n = split($1, p, "/"); folder = p[1]; for (i = 2; i < n; i++) folder = folder "/" p[i]
	run[folder] += $2; all[folder] += $3; r += $2; a += $3 }
	END { for (f in all) printf "%-28s %6d of %6d lines  %3d %%\n", f, run[f], all[f], 100 * run[f] / all[f] | "sort"
		close("sort"); printf "%-28s %6d of %6d lines  %3d %%\n", "all", r, a, 100 * r / a }' "$out/lines.txt"
echo "least covered:"
awk '$3 >= 20 { printf "  %3d %%  %s\n", 100 * $2 / $3, $1 }' "$out/lines.txt" | sort -n | head -n 15

code=$(git ls-files 'common/*.[ch]' 'backend/*.[ch]' 'native-host/*.[ch]' 'web/*.js' 'extension/*.js' |
	xargs cat | wc -l)
test=$(git ls-files 'tests/*.c' 'tests/*.h' 'tests/*.mjs' 'tests/*.sh' | xargs cat | wc -l)
awk -v c="$code" -v t="$test" 'BEGIN { printf "%d lines of code, %d of tests: %.2f\n", c, t, t / c }'
