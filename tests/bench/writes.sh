#!/usr/bin/env bash
# Durable writes: contracts created over HTTP (each one transaction with its audit row and its
# line in the list) beside INSERTs of one row with a commit each, at the same number of clients.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
export LC_ALL=C.UTF-8
port=${YX_BENCH_PORT:-28480} seconds=${YX_SECONDS:-5}
dir=$root/tests/out/bench/writes
command -v wrk >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
	-o DPkg::Lock::Timeout=600 install wrk >/dev/null
mkdir -p "$dir"
conf/dev/down.sh "$dir" 2>/dev/null || true
rm -rf "$dir"
trap 'conf/dev/down.sh "$dir"' EXIT
conf/dev/up.sh "$dir" "$port"

# INSERTs a second of N clients, 2,000 each.
raw() {
	mariadb-slap --no-defaults -u root -S "$dir/db.sock" --create-schema=slap --delimiter=';' --concurrency="$1" \
		--number-of-queries=$((2000 * $1)) --csv \
		--create="CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(300))" \
		--query="INSERT INTO t (v) VALUES (REPEAT('x', 300))" | awk -F, -v n=$((2000 * $1)) '{ printf "%.0f", n / $3 }'
}

eval "$(node tests/bench/writes.mjs "http://127.0.0.1:$port")"
for clients in 1 8 64; do
	floor=$(raw "$clients")
	out=$(wrk -t1 -c"$clients" -d"${seconds}s" -s tests/bench/writes.lua "http://127.0.0.1:$port")
	! grep -q 'Non-2xx' <<<"$out" || { echo "$out" >&2; exit 1; }
	made=$(awk '/^Requests\/sec/ { print $2 }' <<<"$out")
	awk -v c="$clients" -v f="$floor" -v m="$made" 'BEGIN {
		printf "%2d clients  create contract %6d/s   raw INSERT %6d/s   ratio %.2f%s\n", c, m, f, m / f,
		    c == 8 ? "  (goal 0.5)" : "" }'
done
build/yinxinctl audit-verify --conf "$dir/conf/yinxin.conf"
