# lib.sh: what up.sh, down.sh and run.sh share. Source it; needs $dir (absolute).

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
