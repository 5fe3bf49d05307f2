#!/usr/bin/env bash
# down.sh DIR: ends exactly the daemons that up.sh started for DIR, in order.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
[ -e "$1/.yinxin-instance" ] || exit 0
dir=$(cd "$1" && pwd)
. "$root/conf/dev/lib.sh"
exec 9>"$dir/run/lock"
flock -w 120 9
finish nginx nginx QUIT
finish yinxind yinxind TERM
finish worker yinxin-worker TERM
finish card-vendor test-card TERM
finish card-agency test-card TERM
"$root/conf/dev/pcscd.sh" stop "$dir" 9>&-
finish mail mail.mjs TERM
finish responder responder.mjs TERM
finish db mariadbd TERM
