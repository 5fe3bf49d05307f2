#!/usr/bin/env bash
# run.sh [SUITE...]: the set-up, then all tests (make test) or the suites named:
# check unit fuzz install card pades host api e2e package crash. Every suite's output goes to
# tests/out/log/NAME.log; the last line counts all tests.
set -u
shopt -s extglob
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
export YINXIN_DIR=$root/tests/out/instance YINXIN_PORT=${YINXIN_PORT:-18460} YINXIN_BIN=$root/build/san
export YINXIN_URL=http://127.0.0.1:$YINXIN_PORT
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
log=$root/tests/out/log
passed=0 failed=0
mkdir -p "$log"

wanted() { [ ${#suites[@]} = 0 ] || [[ " ${suites[*]} " == *" $1 "* ]]; }

# Adds up what the runners say of themselves: cmocka, node's test runner, and the plain line.
count() { # LOG
	awk '
		/^\[  PASSED  \] [0-9]+ test/ { p += $4 }
		/^\[  FAILED  \] [0-9]+ test/ { f += $4 }
		/^# pass [0-9]+/ { p += $3 }
		/^# (fail|cancelled) [0-9]+/ { f += $3 }
		/^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3 }
		END { print p + 0, f + 0 }' "$1"
}

# Runs one suite under a time limit. It fails if it says so, if its exit code does, or if
# it ran no test.
suite() { # NAME SECONDS COMMAND...
	local name=$1 limit=$2 code start=$SECONDS p f
	shift 2
	timeout -k 10 "$limit" "$@" </dev/null >"$log/$name.log" 2>&1
	code=$?
	read -r p f < <(count "$log/$name.log")
	if [ $code != 0 ] && [ "$f" = 0 ]; then f=1; fi
	if [ "$p" = 0 ] && [ "$f" = 0 ]; then f=1; echo "no test ran" >>"$log/$name.log"; fi
	passed=$((passed + p)) failed=$((failed + f))
	printf '%-28s %4d passed %3d failed  %3d s\n' "$name" "$p" "$f" $((SECONDS - start))
	[ "$f" = 0 ] || {
		echo "---- $name (exit $code), the last lines of $log/$name.log"
		tail -n 60 "$log/$name.log"
		echo ----
	}
}

node_suite() { # NAME SECONDS FILE...
	local name=$1 limit=$2
	shift 2
	[ $# -gt 0 ] && [ -e "$1" ] || return 0
	suite "$name" "$limit" node --test --test-reporter=tap "$@"
}

stop_instance() {
	[ -d "$YINXIN_DIR" ] && timeout 120 conf/dev/down.sh "$YINXIN_DIR"
	return 0
}

start_instance() {
	stop_instance
	rm -rf "$YINXIN_DIR"
	timeout 180 conf/dev/up.sh "$YINXIN_DIR" "$YINXIN_PORT" --san
}

suites=("$@")
conf/dev/setup.sh || exit 1
if wanted check; then suite check 900 tests/check.sh; fi
[ ${#suites[@]} = 1 ] && [ "${suites[0]}" = check ] && exit $((failed > 0))
echo "building"
make -s -j"$(nproc)" san >"$log/build.log" 2>&1 || {
	grep -E 'error|Error' "$log/build.log" | head -40
	tail -n 5 "$log/build.log"
	exit 1
}

if wanted unit; then
	for program in build/san/tests/{unit,pades,pki,host}/test_*; do
		case $program in *.d | *.o | *\**) continue ;; esac
		suite "unit-$(basename "$program")" 300 "$program"
	done
fi
if wanted fuzz; then
	for program in build/san/tests/fuzz/fuzz_*; do
		name=$(basename "$program" | sed 's/^fuzz_//')
		suite "fuzz-$name" 300 "$program" "tests/fuzz/corpus/$name"
	done
fi
if wanted install; then suite install 600 tests/install/install.test.sh; fi
if wanted card; then suite card 300 tests/card/card.test.sh; fi
if wanted pades; then node_suite pades 600 tests/pades/*.test.mjs; fi
if wanted host; then node_suite host 600 tests/host/*.test.mjs; fi

if wanted api || wanted e2e || wanted package || wanted crash; then
	trap stop_instance EXIT
	# The story first: it wants the demo data as it was loaded.
	if start_instance; then
		if wanted e2e; then for file in tests/e2e/story.test.mjs tests/e2e/!(story).test.mjs; do
			node_suite "e2e-$(basename "$file" .test.mjs)" 600 "$file"; done; fi
		if wanted package; then suite package 900 tests/package/run.sh; fi
		if wanted api; then for file in tests/api/*.test.mjs; do
			node_suite "api-$(basename "$file" .test.mjs)" 300 "$file"; done; fi
		if wanted crash; then node_suite crash 1200 tests/crash/*.test.mjs; fi
		for name in yinxind worker; do
			grep -lE 'ERROR: AddressSanitizer|ERROR: LeakSanitizer|runtime error:' "$YINXIN_DIR/log/$name.log" \
				2>/dev/null && {
				echo "$name: the sanitizer found something"
				grep -A12 -E 'Sanitizer|runtime error' "$YINXIN_DIR/log/$name.log" | head -40
				failed=$((failed + 1)); }
		done
		stop_instance
		if grep -qE 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$YINXIN_DIR"/log/{yinxind,worker}.log; then
			echo "the sanitizer found something at the end"; failed=$((failed + 1))
			grep -hA20 -E 'ERROR: (Address|Leak)Sanitizer' "$YINXIN_DIR"/log/{yinxind,worker}.log | head -60
		fi
	else
		echo "the instance did not start"; tail -n 20 "$YINXIN_DIR"/log/*.log; failed=$((failed + 1))
	fi
fi

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
