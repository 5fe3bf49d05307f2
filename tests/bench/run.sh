#!/usr/bin/env bash
# make bench: figures as ratios to a floor measured in the same run. Nothing here fails a build.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
export LC_ALL=C
conf/dev/setup.sh
make -s -j"$(nproc)" build
out=$root/tests/out/bench
instance=$out/instance
mkdir -p "$out"
tests/pki/make-pki.sh "$out" 28460

echo "PDF signatures, beside copy, SHA-256 and the key's own time:"
build/yinxinctl bench --dir "$out"

echo "the signer, over a private pcscd and the test card:"
YX_HOST=$root/build/yinxin-signer YX_CARD=$root/build/test-card node tests/bench/signer.mjs

echo "the server, 150 MB through upload, seal, download:"
conf/dev/down.sh "$instance" 2>/dev/null || true
rm -rf "$instance"
trap 'conf/dev/down.sh "$instance"' EXIT
conf/dev/up.sh "$instance" 28460
YINXIN_DIR=$instance YINXIN_BIN=$root/build node --test tests/api/upload.test.mjs |
	sed -n 's/^# *\\*#* *\(150 MB:.*\)/  \1/p'

echo "requests, beside nginx, MariaDB and Fastify:"
tests/bench/http.sh
echo "durable writes:"
tests/bench/writes.sh
echo "lists, as they grow:"
tests/bench/lists.sh
