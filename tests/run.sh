#!/usr/bin/env bash
# run.sh [SUITE...]: the set-up, then all tests (make test) or the suites named:
# check unit fuzz install card pades host api e2e package crash. Two lanes run side by side, each
# with an instance of its own: the browsers, and everything else. Every suite's output goes to
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
# it ran no test. With $again set it may fail once: that is told, and its log is kept.
suite() { # NAME SECONDS COMMAND...
	local name=$1 limit=$2 code start=$SECONDS p f
	shift 2
	timeout -k 10 "$limit" "$@" </dev/null >"$log/$name.log" 2>&1
	code=$?
	if [ $code != 0 ] && [ -n "${again-}" ]; then
		mv "$log/$name.log" "$log/$name-once.log"
		say 0 0 "$name failed once ($log/$name-once.log): $(grep -m3 '^not ok' "$log/$name-once.log" | tr '\n' ' ')"
		timeout -k 10 "$limit" "$@" </dev/null >"$log/$name.log" 2>&1
		code=$?
	fi
	read -r p f < <(count "$log/$name.log")
	if [ $code != 0 ] && [ "$f" = 0 ]; then f=1; fi
	if [ "$p" = 0 ] && [ "$f" = 0 ]; then f=1; echo "no test ran" >>"$log/$name.log"; fi
	say "$p" "$f" "$(printf '%-28s %4d passed %3d failed  %3d s' "$name" "$p" "$f" $((SECONDS - start)))" \
		"$log/$name.log" "---- $name (exit $code), what failed and the last lines of $log/$name.log"
}

# Counts what passed and failed and tells it, with the end of a log if something failed: the
# lanes do not write into each other's lines.
say() { # PASSED FAILED LINE [LOG HEAD]
	(
		flock 8
		echo "$1 $2" >&8
		echo "$3"
		[ "$2" = 0 ] || [ -z "${4-}" ] || {
			echo "$5"
			grep -E '^ *not ok|^\[  FAILED  \]' "$4" | head -n 40
			echo ...
			tail -n 60 "$4"
			echo ----
		}
	) 8>>"$counts"
}

node_suite() { # NAME SECONDS FILE...
	local name=$1 limit=$2
	shift 2
	[ $# -gt 0 ] && [ -e "$1" ] || return 0
	suite "$name" "$limit" node --test --test-reporter=tap "$@"
}

stop_instance() {
	[ ! -d "$YINXIN_DIR" ] || timeout 120 conf/dev/down.sh "$YINXIN_DIR"
}

start_instance() {
	stop_instance
	rm -rf "$YINXIN_DIR"
	timeout 180 conf/dev/up.sh "$YINXIN_DIR" "$YINXIN_PORT" --san >"$log/up-$YINXIN_PORT.log" 2>&1 && return
	say 0 1 "the instance did not start" "$log/up-$YINXIN_PORT.log" "----"
	return 1
}

# What the sanitizers said while the instance ran and when it ended.
end_instance() {
	stop_instance
	grep -hA20 -E 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$YINXIN_DIR"/log/{yinxind,worker}.log \
		>"$log/sanitizer-$YINXIN_PORT.log" || return 0
	say 0 1 "the sanitizers found something" "$log/sanitizer-$YINXIN_PORT.log" "----"
}

suites=("$@")
counts=$log/counts
rm -f "$counts"
conf/dev/setup.sh || exit 1
echo "building"
make -s -j"$(nproc)" san >"$log/build.log" 2>&1 || {
	grep -E 'error|Error' "$log/build.log" | head -40
	tail -n 5 "$log/build.log"
	exit 1
}

# The browsers: most of their time is waiting.
browsers() {
	wanted e2e || return 0
	trap stop_instance EXIT
	start_instance || return
	# Browsers, readers and other people's drivers have races of their own.
	local again=1
	# The story first: it wants the demo data as it was loaded.
	for file in tests/e2e/story.test.mjs tests/e2e/!(story).test.mjs; do
		node_suite "e2e-$(basename "$file" .test.mjs)" 600 "$file"
	done
	end_instance
}

everything_else() {
	if wanted check; then suite check 900 tests/check.sh; fi
	if wanted unit; then
		for program in build/san/tests/{unit,pades,pki,host}/test_*; do
			case $program in *.d | *.o | *\**) continue ;; esac
			suite "unit-$(basename "$program")" 300 "$program"
		done
	fi
	if wanted fuzz; then
		for program in build/san/tests/fuzz/fuzz_*; do
			case $program in *.d | *.o) continue ;; esac
			name=$(basename "$program" | sed 's/^fuzz_//')
			suite "fuzz-$name" 300 "$program" "tests/fuzz/corpus/$name"
		done
	fi
	if wanted install; then suite install 600 tests/install/install.test.sh; fi
	if wanted card; then suite card 300 tests/card/card.test.sh; fi
	if wanted pades; then node_suite pades 600 tests/pades/*.test.mjs; fi
	if wanted host; then node_suite host 600 tests/host/*.test.mjs; fi
	wanted api || wanted package || wanted crash || return 0
	export YINXIN_DIR=$root/tests/out/second YINXIN_PORT=$((YINXIN_PORT + 20))
	export YINXIN_URL=http://127.0.0.1:$YINXIN_PORT
	trap stop_instance EXIT
	start_instance || return
	if wanted package; then suite package 900 tests/package/run.sh; fi
	if wanted api; then for file in tests/api/*.test.mjs; do
		node_suite "api-$(basename "$file" .test.mjs)" 600 "$file"; done; fi
	if wanted crash; then for file in tests/crash/*.test.mjs; do
		node_suite "crash-$(basename "$file" .test.mjs)" 900 "$file"; done; fi
	end_instance
}

browsers &
lanes=$!
everything_else &
trap 'kill $lanes $! 2>/dev/null; wait' INT TERM
wait

echo
awk '{ p += $1; f += $2 } END { printf "%d passed, %d failed\n", p, f; exit p == 0 || f > 0 }' "$counts"
