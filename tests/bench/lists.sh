#!/usr/bin/env bash
# How lists grow from ten thousand to a million messages of one member: p50 / p95 in ms over
# HTTP through nginx, the goal (p95 20 ms) and an indexed SELECT of one page as the floor.
# YX_LISTS="10000 100000 1000000" and YX_REPEATS=50 say how far and how often.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
export LC_ALL=C.UTF-8
port=${YX_BENCH_PORT:-28480} repeats=${YX_REPEATS:-50}
out=$root/tests/out/bench dir=$root/tests/out/bench/lists
mkdir -p "$out"
conf/dev/down.sh "$dir" 2>/dev/null || true
rm -rf "$dir"
trap 'conf/dev/down.sh "$dir"' EXIT
conf/dev/up.sh "$dir" "$port"

ask() { mariadb --no-defaults -u root -S "$dir/db.sock" -N -B yinxin -e "$1"; }
# As a server with so much data is set up. Loading need not survive a power cut, and may have what
# memory there is.
pool() { ask "SET GLOBAL innodb_buffer_pool_size = $1 * 1073741824"; }
ask "SET GLOBAL innodb_log_file_size = 1073741824"
half=$(awk '/^MemAvailable/ { n = int($2 / 2097152); print n < 2 ? 2 : n }' /proc/meminfo)

# Mean ms of 200 statements that read one page of chen's newest recipients by an index.
floor() {
	local me started ended
	me=$(ask "SELECT id FROM member WHERE account = 'chen'")
	for _ in $(seq 200); do
		echo "SELECT message_id, read_at FROM message_recipient WHERE member_id = '$me'" \
			"ORDER BY message_id DESC LIMIT 20;"
	done >"$out/floor.sql"
	started=$(date +%s%N)
	mariadb --no-defaults -u root -S "$dir/db.sock" -N -B yinxin <"$out/floor.sql" >/dev/null
	ended=$(date +%s%N)
	awk -v ns=$((ended - started)) 'BEGIN { printf "%.2f", ns / 200e6 }'
}

have=0
for n in ${YX_LISTS:-10000 100000 1000000}; do
	ask "SET GLOBAL innodb_flush_log_at_trx_commit = 0"
	pool "$half"
	started=$SECONDS
	build/yinxinctl fill --conf "$dir/conf/yinxin.conf" --messages $((n - have)) 2>/dev/null >/dev/null
	have=$n
	ask "SET GLOBAL innodb_flush_log_at_trx_commit = 1"
	filled=$((SECONDS - started))
	pool 2
	build/yinxinctl lists-verify --conf "$dir/conf/yinxin.conf"
	echo "$n messages: filled in $filled s, verified in $((SECONDS - started - filled)); floor $(floor) ms a SELECT"
	node tests/bench/lists.mjs "http://127.0.0.1:$port" "$repeats" >"$out/lists.json"
	# shellcheck disable=SC2016
	node -e '
for (const line of require("fs").readFileSync(process.argv[1], "utf8").trim().split("\n").map(JSON.parse))
	console.log(`  ${line.name.padEnd(34)} ${line.p50.toFixed(1).padStart(7)} / ${line.p95.toFixed(1).padStart(7)} ms` +
		`  ${line.p95 < 20 ? "" : "over the goal of 20"}`);' "$out/lists.json"
done
