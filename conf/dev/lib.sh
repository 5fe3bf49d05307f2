# shellcheck shell=bash disable=SC2154 # dir is the caller's
# lib.sh: what up.sh, down.sh, run.sh and database.sh share. Source it; needs $dir (absolute).

die() { echo "$*" >&2; exit 1; }

# Is the daemon of that name running: pid file, and /proc says it is that program?
running() { # NAME PROGRAM-PATTERN
	local pid
	pid=$(cat "$dir/run/$1.pid" 2>/dev/null) || return 1
	[ -n "$pid" ] && grep -qzE "$2" "/proc/$pid/cmdline" 2>/dev/null
}

# Starts a daemon in a session of its own; it inherits neither stdin nor stdout.
launch() { # NAME COMMAND...
	local name=$1
	shift
	setsid "$@" </dev/null >>"$dir/log/$name.log" 2>&1 9>&- &
	echo $! >"$dir/run/$name.pid"
}

wait_for() { # WHAT SECONDS COMMAND...
	local what=$1 n=$(($2 * 20))
	shift 2
	for _ in $(seq "$n"); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	die "$what did not come up; see $dir/log"
}

# Gone, or dead and only waiting for its parent to notice.
gone() { # PID
	[ ! -e "/proc/$1" ] || grep -qs '^State:.*Z' "/proc/$1/status"
}

# Ends one daemon: the signal it wants, and after ten seconds one it can't refuse.
finish() { # NAME PROGRAM-PATTERN SIGNAL
	local pid
	running "$1" "$2" || { rm -f "$dir/run/$1.pid"; return 0; }
	pid=$(cat "$dir/run/$1.pid")
	kill "-$3" "$pid" 2>/dev/null || true
	for _ in $(seq 200); do
		gone "$pid" && break
		sleep 0.05
	done
	kill -KILL "$pid" 2>/dev/null || true
	rm -f "$dir/run/$1.pid"
}

# The private MariaDB in $dir, made if it is not there yet; root enters by $dir/db.sock.
start_database() {
	local as=() options
	[ "$(id -u)" != 0 ] || as=(--user=root)
	mkdir -p "$dir/run/dbtmp"
	if [ ! -d "$dir/db" ]; then
		rm -rf "$dir/db.new"
		# A server that starts sweeps temporary tables out of its directory, another's too.
		TMPDIR=$dir/run/dbtmp mariadb-install-db --no-defaults "${as[@]}" --datadir="$dir/db.new" \
			--auth-root-authentication-method=normal --skip-test-db --innodb-log-file-size=48M \
			>"$dir/log/install-db.log" 2>&1 ||
			die "see $dir/log/install-db.log"
		mv "$dir/db.new" "$dir/db"
	fi
	running db mariadbd && return 0
	options=(--no-defaults "${as[@]}" --datadir="$dir/db" --socket="$dir/db.sock" --pid-file="$dir/run/mariadbd.pid"
		--skip-networking --skip-name-resolve --log-error="$dir/log/db.err" --tmpdir="$dir/run/dbtmp"
		--innodb-log-file-size=48M --innodb-buffer-pool-size=128M --performance-schema=0
		--character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_520_ci)
	launch db mariadbd "${options[@]}"
	wait_for MariaDB 30 mariadb-admin --no-defaults -u root -S "$dir/db.sock" ping
}

# What the template of nginx wants, into $dir/conf. The limits are wide, as on a private
# instance everybody comes from one address; YINXIN_LOGIN_LIMIT="5r/s 50" narrows one. With
# YINXIN_WEB_CACHE (a Cache-Control) browsers ask less often whether a page's modules are still the same.
render_nginx() {
	local user='' edits=() name rate burst
	[ "$(id -u)" != 0 ] || user='user root;'
	for name in LOGIN UPLOAD VERIFY; do
		rate=YINXIN_${name}_LIMIT
		read -r rate burst <<<"${!rate:-200r/s 400}"
		edits+=(-e "s|@${name}_RATE@|$rate|g" -e "s|@${name}_BURST@|$burst|g")
	done
	[ -z "${YINXIN_WEB_CACHE-}" ] ||
		edits+=(-e "/location \/ {/,/}/s|\"no-cache\"|\"$YINXIN_WEB_CACHE\"|")
	sed -e "s|@ROOT@|$root|g" -e "s|@DIR@|$dir|g" -e "s|@PORT@|$port|g" -e "s|@USER@|$user|g" "${edits[@]}" \
		"$root/conf/nginx/nginx.conf.in" >"$dir/conf/nginx.conf.new"
	mv "$dir/conf/nginx.conf.new" "$dir/conf/nginx.conf"
	cp "$root/conf/nginx/fastcgi.conf" "$dir/conf/fastcgi.conf"
	printf 'Contact: mailto:security@example.tw\nExpires: %s\nPreferred-Languages: zh-TW, en\n' \
		"$(date -u -d '+1 year' +%Y-%m-%dT00:00:00Z)" >"$dir/conf/security.txt"
}
