#!/usr/bin/env bash
# A private smart card service with two virtual readers; touches no system service.
#
#   conf/dev/pcscd.sh start DIR PORT   slots on 127.0.0.1:PORT and PORT+1, socket DIR/run/pcscd.sock
#   conf/dev/pcscd.sh stop DIR
#
# Clients: PCSCLITE_CSOCK_NAME=DIR/run/pcscd.sock. A card connects to a slot's port.
# One pcscd serves one DIR; several run side by side on different ports.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
driver=${YX_READER_DRIVER:-/usr/lib/pcsc/drivers/serial/libifdvpcd.so} # tests bring readers of their own
tools=$root/build/dev

die() { echo "pcscd.sh: $*" >&2; exit 1; }

build_tools() {
	mkdir -p "$tools"
	local source=$root/conf/dev
	[ "$tools/activate" -nt "$source/activate.c" ] ||
		gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror "$source/activate.c" -o "$tools/activate"
	[ "$tools/loopback.so" -nt "$source/loopback.c" ] ||
		gcc -std=c11 -O2 -Wall -Wextra -Werror -shared -fPIC "$source/loopback.c" -o "$tools/loopback.so"
}

write_config() { # DIR PORT
	mkdir -p "$1/conf/pcsc" "$1/run" "$1/log"
	cat >"$1/conf/pcsc/reader.conf" <<END
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:$2
LIBPATH      $driver
CHANNELID    $2
END
}

# Asks the kernel, for a connection would count as a card being inserted.
listens() { # PORT
	grep -qE "^ *[0-9]+: [0-9A-F]{8}:$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp
}

alive() { # DIR
	local pid
	pid=$(cat "$1/run/pcscd.pid" 2>/dev/null) && [ -n "$pid" ] &&
		grep -qa -- "$1/conf/pcsc" "/proc/$pid/cmdline" 2>/dev/null
}

start() { # DIR PORT
	[ -e "$driver" ] || die "the package vsmartcard-vpcd is missing"
	alive "$1" && return 0
	# Compiled into pcscd; it only asks that the directory exists.
	mkdir -p /run/pcscd 2>/dev/null || sudo -n mkdir -p /run/pcscd 2>/dev/null ||
		[ -d /run/pcscd ] || die "make /run/pcscd once, as root"
	listens "$2" && die "port $2 is taken"
	build_tools
	write_config "$1" "$2"
	LD_PRELOAD=$tools/loopback.so setsid "$tools/activate" "$1/run/pcscd.sock" \
		/usr/sbin/pcscd --foreground --config "$1/conf/pcsc" \
		</dev/null >"$1/log/pcscd.log" 2>&1 &
	echo $! >"$1/run/pcscd.pid"
	for _ in $(seq 100); do
		listens "$2" && listens $(($2 + 1)) && return 0
		sleep 0.05
	done
	tail -5 "$1/log/pcscd.log" >&2
	stop "$1"
	die "pcscd did not start"
}

stop() { # DIR
	alive "$1" || { rm -f "$1/run/pcscd.pid"; return 0; }
	local pid
	pid=$(cat "$1/run/pcscd.pid")
	kill "$pid" 2>/dev/null || true
	for _ in $(seq 60); do
		[ -e "/proc/$pid" ] && ! grep -qs '^State:.*Z' "/proc/$pid/status" || break
		sleep 0.05
	done
	# A reader thread that waits for a silent card holds pcscd up.
	kill -KILL "$pid" 2>/dev/null || true
	rm -f "$1/run/pcscd.pid" "$1/run/pcscd.sock"
}

case "${1:-}" in
start) [ $# = 3 ] || die "usage: start DIR PORT"; mkdir -p "$2"; start "$(cd "$2" && pwd)" "$3" ;;
stop) [ $# = 2 ] || die "usage: stop DIR"; [ -d "$2" ] || exit 0; stop "$(cd "$2" && pwd)" ;;
*) die "usage: start DIR PORT | stop DIR" ;;
esac
