#!/usr/bin/env bash
# inside.sh COMMAND...: runs it on a machine of its own: /etc, /usr, /opt and /var are this
# machine's, but what is changed there is gone when the command ends. Nobody else sees it.
set -eu
[ $# -gt 0 ] || { echo "usage: inside.sh COMMAND..." >&2; exit 2; }
if [ -z "${YX_INSIDE:-}" ]; then
	map=()
	[ "$(id -u)" = 0 ] || map=(-Ur)
	YX_INSIDE=1 exec unshare "${map[@]}" -m --propagation private "$0" "$@"
fi
upper=$(mktemp -d)
mount -t tmpfs none "$upper"
for part in etc usr opt var; do
	mkdir -p "$upper/$part" "$upper/$part.work"
	mount -t overlay -o "lowerdir=/$part,upperdir=$upper/$part,workdir=$upper/$part.work" overlay "/$part"
done
exec "$@"
