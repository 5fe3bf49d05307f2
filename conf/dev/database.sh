#!/usr/bin/env bash
# database.sh start|stop DIR: a MariaDB of its own in DIR, and nothing else; for tests
# of what needs no more. Its socket is DIR/db.sock, its user root.
set -eu
[ $# = 2 ] || { echo "usage: database.sh start|stop DIR" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$2"
dir=$(cd "$2" && pwd)
. "$root/conf/dev/lib.sh"
PATH=$PATH:/usr/sbin
mkdir -p "$dir"/{log,run}
case $1 in
start) start_database ;;
stop) finish db mariadbd TERM ;;
*) die "unknown command $1" ;;
esac
