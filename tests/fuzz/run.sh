#!/usr/bin/env bash
# Coverage-guided fuzzing of everything that reads foreign bytes.
#
#   tests/fuzz/run.sh [NAME…]      e.g. tlv apdu; all targets if none is named
#   YX_FUZZ_SECONDS=600 make fuzz  seconds for each target (60)
#
# Starts from tests/fuzz/corpus/NAME; what it learns goes to build/fuzz/corpus/NAME,
# an input that breaks something to build/fuzz/NAME-crash-… (put it into the corpus
# together with the repair).
set -eu

cd "$(dirname "$0")/../.."
seconds=${YX_FUZZ_SECONDS:-60}
out=build/fuzz
clang=$(command -v clang-14 || command -v clang) || { echo "fuzz: clang is missing" >&2; exit 1; }
packages="openssl yajl libsodium liboath libqrencode libqpdf libcurl libmariadb libpcsclite zlib p11-kit-1
 libpng cairo-pdf pangocairo harfbuzz-subset libseccomp libarchive"
flags="-std=c11 -D_GNU_SOURCE -DYX_FUZZ -I. -g -O1 -fno-omit-frame-pointer -w $(pkg-config --cflags $packages)"
sanitizers="address,undefined"

# An archive of the product, instrumented once; newer sources are compiled again.
build_library() {
	local source object all="$flags -fsanitize=fuzzer-no-link,$sanitizers -fno-sanitize-recover=all"
	for source in common/*.c backend/conf.c $(find backend -mindepth 2 -name "*.c" -not -path "backend/ctl/*") \
		native-host/*.c; do
		[ "$source" = native-host/main.c ] && continue
		object=$out/obj/${source%.c}.o
		[ "$object" -nt "$source" ] &&
			[ -z "$(find common backend native-host -name '*.h' -newer "$object" -print -quit)" ] && continue
		mkdir -p "$(dirname "$object")"
		echo "$source $object"
	done >"$out/sources"
	xargs -r -P 3 -L 1 sh -c "$clang $all -c \$0 -o \$1" <"$out/sources"
	rm -f "$out/product.a"
	find "$out/obj" -name '*.o' -print0 | xargs -0 ar rcs "$out/product.a"
}

run_target() { # NAME
	local seeds=tests/fuzz/corpus/$1 learned=$out/corpus/$1 dict=()
	mkdir -p "$learned"
	[ -d "$seeds" ] || { echo "fuzz: there is no corpus for $1" >&2; return 1; }
	[ -f "tests/fuzz/$1.dict" ] && dict=(-dict="tests/fuzz/$1.dict")
	# shellcheck disable=SC2046,SC2086 # several flags each
	$clang $flags -fsanitize=fuzzer,$sanitizers -fno-sanitize-recover=all "tests/fuzz/fuzz_$1.c" "$out/product.a" \
		-o "$out/fuzz_$1" $(pkg-config --libs $packages) -lfcgi -lm -lpthread
	"$out/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 "${dict[@]}" \
		-artifact_prefix="$out/$1-" "$learned" "$seeds" >"$out/$1.log" 2>&1 || {
		tail -40 "$out/$1.log"
		return 1
	}
	echo "$1: $(grep -o 'stat::number_of_executed_units: *[0-9]*' "$out/$1.log" | grep -o '[0-9]*$') inputs, $(
		grep -oE 'cov: [0-9]+' "$out/$1.log" | tail -1) edges, nothing found"
}

mkdir -p "$out/obj"
build_library
passed=0 failed=0
if [ $# = 0 ]; then
	for source in tests/fuzz/fuzz_*.c; do
		name=${source##*/fuzz_}
		set -- "$@" "${name%.c}"
	done
fi
for name; do
	if run_target "$name"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
