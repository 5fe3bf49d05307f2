#!/usr/bin/env bash
# What a request costs, each beside a floor in the same run: a static file of nginx, raw SELECTs
# by eight threads, Fastify behind the same nginx.
# YX_ROWS=200000: messages in the inbox. YX_SECONDS=5: of each measurement.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
export LC_ALL=C.UTF-8 PATH=$PATH:/usr/sbin
port=${YX_BENCH_PORT:-28480} seconds=${YX_SECONDS:-5} rows=${YX_ROWS:-200000}
dir=$root/tests/out/bench/http
command -v wrk >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
	-o DPkg::Lock::Timeout=600 install wrk >/dev/null
(cd tests/bench/peer && npm ci --silent --no-audit --no-fund --ignore-scripts)
make -s build/tests/bench/bench_select
conf/dev/down.sh "$dir" 2>/dev/null || true
rm -rf "$dir"
peer='' front=''
stop() {
	[ -z "$front" ] || kill "$front" 2>/dev/null || true
	[ -z "$peer" ] || kill "$peer" 2>/dev/null || true
	conf/dev/down.sh "$dir"
}
trap stop EXIT
conf/dev/up.sh "$dir" "$port"
ask() { mariadb --no-defaults -u root -S "$dir/db.sock" -N -B yinxin -e "$1"; }
ask "SET GLOBAL innodb_buffer_pool_size = 2147483648; SET GLOBAL innodb_flush_log_at_trx_commit = 0"
build/yinxinctl fill --conf "$dir/conf/yinxin.conf" --messages "$rows" >/dev/null 2>&1
ask "SET GLOBAL innodb_flush_log_at_trx_commit = 1"

cookie=$(node tests/bench/login.mjs "http://127.0.0.1:$port" chen)
inbox="/api/v1/messages/received?size=50"

# The same nginx in front of the peer.
cat >"$dir/conf/peer.conf" <<END
$(grep -E "^user " "$dir/conf/nginx.conf" || true)
worker_processes 2;
pid $dir/run/peer-nginx.pid;
error_log stderr warn;
daemon off;
events { worker_connections 1024; }
http {
	access_log $dir/log/peer-access.log;
	client_body_temp_path $dir/run/peer-body; proxy_temp_path $dir/run/peer-proxy;
	fastcgi_temp_path $dir/run/peer-f; uwsgi_temp_path $dir/run/peer-u; scgi_temp_path $dir/run/peer-s;
	upstream peer { server unix:$dir/run/peer.sock; keepalive 32; }
	server {
		listen 127.0.0.1:$((port + 9));
		location / { proxy_pass http://peer; proxy_http_version 1.1; proxy_set_header Connection ""; }
	}
}
END
NODE_ENV=production node tests/bench/peer/server.mjs "$dir/run/peer.sock" "$dir/db.sock" >"$dir/log/peer.log" 2>&1 &
peer=$!
nginx -e stderr -c "$dir/conf/peer.conf" >"$dir/log/peer-nginx.log" 2>&1 &
front=$!
for _ in $(seq 100); do
	curl -sf --noproxy '*' -o /dev/null "http://127.0.0.1:$((port + 9))/hello" && break
	sleep 0.1
done

# Requests a second of 64 connections; fails if an answer is not 2xx or 3xx.
rate() { # URL HEADER...
	local out args=()
	for header in "${@:2}"; do args+=(-H "$header"); done
	out=$(wrk -t2 -c64 -d"${seconds}s" "${args[@]}" "$1")
	! grep -q 'Non-2xx' <<<"$out" || { echo "$1: $out" >&2; exit 1; }
	awk '/^Requests\/sec/ { printf "%.0f", $2 }' <<<"$out"
}
# CPU time in ns of a daemon of the instance and its children, all threads.
cpu() { # NAME
	local pid
	pid=$(cat "$dir/run/$1.pid")
	for pid in $pid $(cat "/proc/$pid/task/$pid/children"); do cat "/proc/$pid"/task/*/schedstat; done |
		awk '{ ns += $1 } END { printf "%.0f", ns }'
}
# Where the time of a request goes, in microseconds of a processor.
spent() { # WHAT URL HEADER...
	local name before=() after=() n
	for name in nginx yinxind mariadbd; do before+=("$(cpu $name)"); done
	n=$(rate "${@:2}")
	for name in nginx yinxind mariadbd; do after+=("$(cpu $name)"); done
	awk -v w="$1" -v n="$((n * seconds))" -v a="${before[*]}" -v b="${after[*]}" 'BEGIN {
		split(a, x); split(b, y)
		printf "  %-28s nginx %5.0f   yinxind %5.0f   mariadbd %5.0f us\n",
		    w, (y[1] - x[1]) / n / 1000, (y[2] - x[2]) / n / 1000, (y[3] - x[3]) / n / 1000 }'
}
row() { # WHAT RATE FLOOR-NAME FLOOR-RATE GOAL; a floor that answered nothing counts as one
	awk -v w="$1" -v r="$2" -v n="$3" -v f="$4" -v g="$5" 'BEGIN {
		printf "  %-28s %7d/s   %-26s %7d/s   ratio %5.2f  (goal %s)%s\n",
		    w, r, n, f, f == 0 ? r : r / f, g, (f == 0 ? r : r / f) < g ? "  below" : "" }'
}
here=http://127.0.0.1:$port there=http://127.0.0.1:$((port + 9))
live=$(rate "$here/api/v1/live") units=$(rate "$here/api/v1/units" "Cookie: $cookie")
page=$(rate "$here$inbox" "Cookie: $cookie")
# Before the peer: its queries go on for a while after their askers have left.
tag=$(curl -s --noproxy '*' -o /dev/null -D - -H "Cookie: $cookie" "$here$inbox" |
	awk 'tolower($1) == "etag:" { print $2 }' | tr -d '\r')
same=$(rate "$here$inbox" "Cookie: $cookie" "If-None-Match: $tag")
row "live (no database)" "$live" "nginx, static file" "$(rate "$here/favicon.svg")" 0.5
row "live (no database)" "$live" "Fastify, hello" "$(rate "$there/hello")" 1
row "session and one SELECT" "$units" "raw SELECT, 8 threads" \
	"$(build/tests/bench/bench_select "$dir/db.sock" 8 "$seconds")" 0.33
row "session and one SELECT" "$units" "Fastify, the same" "$(rate "$there/units" "Cookie: $cookie")" 1
row "inbox, 50 of $rows" "$page" "Fastify, the same page" "$(rate "$there/inbox" "Cookie: $cookie")" 1.5
row "the same page, 304" "$same" "the page" "$page" 1
echo "  what a request costs of a processor:"
spent "static file" "$here/favicon.svg"
spent "live" "$here/api/v1/live"
spent "session and one SELECT" "$here/api/v1/units" "Cookie: $cookie"
spent "inbox, 50 of $rows" "$here$inbox" "Cookie: $cookie"
spent "the same page, 304" "$here$inbox" "Cookie: $cookie" "If-None-Match: $tag"
spent "home" "$here/api/v1/home" "Cookie: $cookie"
