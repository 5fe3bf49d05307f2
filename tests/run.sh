#!/usr/bin/env bash
# run.sh [SUITE...]: the set-up, then all tests (make test) or the suites named:
# check unit fuzz install card pades host key api e2e package crash. Four lanes run side by side, for
# half of a test's time is waiting: two work through the browsers' files and two through what else
# needs an instance, one from either end of the list; who has done goes on with what needs none, the
# longest first, so that all end together. A lane has ports and an instance of its own. Every suite's
# output goes to tests/out/log/NAME.log; the last line counts all tests. A whole run takes no
# pictures of pages; files that are named do.
set -u
shopt -s extglob
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
export YINXIN_BIN=$root/build/san
# What another clone has compiled is good here too.
export PATH=/usr/lib/ccache:$PATH CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
[ $# != 0 ] || export YX_SHOTS=${YX_SHOTS:-no}
# Three hundred modules are not asked for anew with each page: a third of what the browsers did.
export YINXIN_WEB_CACHE=max-age=3600
base=${YINXIN_PORT:-18460}
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

# The lists of work. A line: what it needs (instance or nothing), name, seconds, command.
entry() { echo "$*"; }

node_entries() { # instance|nothing SUITE SECONDS FILE...
	local needs=$1 suite=$2 limit=$3 file
	wanted "$suite" || return 0
	for file in "${@:4}"; do
		entry "$needs" "$suite-$(basename "$file" .test.mjs)" "$limit" node --test --test-reporter=tap "$file"
	done
}

program_entries() { # SUITE PROGRAM...
	local suite=$1 program name
	wanted "$suite" || return 0
	for program in "${@:2}"; do
		case $program in *.d | *.o | *\**) continue ;; esac
		name=${program##*/}
		if [ "$suite" = fuzz ]; then program+=" tests/fuzz/corpus/${name#fuzz_}"; fi
		entry nothing "$suite-${name#fuzz_}" 300 "$program"
	done
}

# The story first: it wants the demo data as it was loaded.
browser_list() {
	node_entries instance e2e 600 tests/e2e/story.test.mjs tests/e2e/!(story).test.mjs
}

# The kills last: the other end of the list begins with them, in an instance that no other test sees.
other_list() {
	if wanted package; then entry instance package 900 tests/package/run.sh; fi
	node_entries instance api 600 tests/api/*.test.mjs
	node_entries instance crash 900 tests/crash/*.test.mjs
}

# What starts all that it needs itself, the longest first.
free_list() {
	node_entries nothing key 600 tests/key/*.test.mjs
	if wanted host; then entry nothing host 600 node --test --test-reporter=tap tests/host/*.test.mjs; fi
	if wanted check; then entry nothing check 900 tests/check.sh; fi
	if wanted install; then entry nothing install 600 tests/install/install.test.sh; fi
	node_entries nothing pades 600 tests/pades/*.test.mjs
	if wanted card; then entry nothing card 300 tests/card/card.test.sh; fi
	program_entries unit build/san/tests/{unit,pades,pki,host}/test_*
	program_entries fuzz build/san/tests/fuzz/fuzz_*
}

# Takes the first or the last line off a list: false when nothing is left.
take() { # LIST first|last
	local line=1
	[ "$2" = first ] || line='$'
	(
		flock 7
		sed -n "${line}p" "$1"
		sed -i "${line}d" "$1"
	) 7>"$1.lock"
}

# A lane's next piece of work: of its own list, then of what needs no instance.
next_of() { # LIST first|last
	local line
	line=$(take "$1" "$2")
	[ -n "$line" ] || line=$(take "$log/free.list" first)
	echo "$line"
}

# Works through a list from one end. The ports of a lane: 100 from its base.
lane() { # NUMBER LIST first|last
	local port=$((base + 100 * $1)) kind name limit command started
	export YINXIN_DIR=$root/tests/out/instance-$1 YINXIN_PORT=$port YINXIN_URL=http://127.0.0.1:$port
	export YX_CARD_PORT=$((port + 50)) YX_HOST_TEST_PORT=$((port + 60)) YX_EXTENSION_TEST_PORT=$((port + 90))
	trap stop_instance EXIT
	while read -r kind name limit command < <(next_of "$2" "$3") && [ -n "$kind" ]; do
		if [ "$kind" = instance ] && [ -z "${started-}" ]; then start_instance || return; started=1; fi
		# Browsers, readers, tokens and other people's drivers have races of their own.
		case $name in e2e-* | key-* | host) again=1 ;; *) again= ;; esac
		# shellcheck disable=SC2086
		suite "$name" "$limit" $command
	done
	if [ -n "${started-}" ]; then end_instance; fi
}

# Stops what is under way: each lane is a process group of its own, and may leave an instance.
stop_lanes() {
	local pid n
	for pid in "${lanes[@]}"; do kill -TERM -- "-$pid" 2>/dev/null; done
	wait
	for n in 0 1 2 3; do YINXIN_DIR=$root/tests/out/instance-$n stop_instance; done
	exit 143
}

browser_list >"$log/browsers.list"
other_list >"$log/others.list"
free_list >"$log/free.list"
lanes=()
trap stop_lanes INT TERM
set -m
lane 0 "$log/browsers.list" first &
lanes+=($!)
lane 1 "$log/browsers.list" last &
lanes+=($!)
lane 2 "$log/others.list" first &
lanes+=($!)
lane 3 "$log/others.list" last &
lanes+=($!)
set +m
wait "${lanes[@]}"

echo
awk '{ p += $1; f += $2 } END { printf "%d passed, %d failed\n", p, f; exit p == 0 || f > 0 }' "$counts"
