#!/usr/bin/env bash
# run.sh: builds the packages for the instance that runs ($YINXIN_URL, $YINXIN_DIR), serves them
# from it, and plays the story on a machine that has them (inside.sh).
set -eu
cd "$(dirname "$0")/../.."
out=$PWD/tests/out/package
make -s build man
mkdir -p "$out"
SITE=$YINXIN_URL KEY=$out/extension.pem OUT=$out conf/package/package.sh
rm -rf "$YINXIN_DIR/downloads"
cp -r "$out/downloads" "$YINXIN_DIR/downloads"
exec tests/package/inside.sh node --test --test-reporter=tap tests/package/*.test.mjs
