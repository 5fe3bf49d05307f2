#!/usr/bin/env bash
# Throws the private instance of `make run` away; the next run starts anew.
set -eu
cd "$(dirname "$0")/../.."
[ -e var ] || exit 0
[ -e var/.yinxin-instance ] || { echo "var/ is not an instance of ours; nothing was touched" >&2; exit 1; }
conf/dev/down.sh var
rm -rf var
echo "var/ is gone; make run starts anew"
