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

# Median seconds of five runs of a command.
median() {
	for _ in 1 2 3 4 5; do
		/usr/bin/env bash -c 'TIMEFORMAT=%R; time "$@" >/dev/null 2>&1' _ "$@" 2>&1
	done | sort -n | sed -n 3p
}

floor_copy() { cp "$1" "$out/copy" && sha256sum "$out/copy" && sync "$out/copy"; }
export -f floor_copy
export out

measure() { # NAME FILE
	local floor seal verify
	floor=$(median bash -c 'floor_copy "$1"' _ "$2")
	seal=$(median build/yinxinctl seal "$2" "$out/sealed.pdf" --key "$out/pki/platform.key" --cert "$out/pki/platform.crt" --chain "$out/pki/chain.pem")
	build/yinxinctl seal "$2" "$out/sealed.pdf" --key "$out/pki/platform.key" --cert "$out/pki/platform.crt" --chain "$out/pki/chain.pem"
	verify=$(median build/yinxinctl verify "$out/sealed.pdf")
	awk -v n="$1" -v f="$floor" -v s="$seal" -v v="$verify" 'BEGIN {
		printf "%-8s copy+sha256+sync %.3f s   seal %.3f s (%.2f x)   verify %.3f s (%.2f x)\n", n, f, s, s / f, v, v / f }'
}

measure "contract" sql/demo/contract.pdf
node --input-type=module -e '
import { readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
const head = "%PDF-1.7\n", objects = ["<< /Type /Catalog /Pages 2 0 R /Extra 4 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
  "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>"];
const parts = [Buffer.from(head)], at = [];
let size = head.length;
const put = (b) => { parts.push(b); size += b.length; };
objects.forEach((o, i) => { at[i + 1] = size; put(Buffer.from(`${i + 1} 0 obj\n${o}\nendobj\n`)); });
const n = 150 * 1048576 - 2000;
at[4] = size;
put(Buffer.from(`4 0 obj\n<< /Length ${n} >>\nstream\n`)); put(randomBytes(n)); put(Buffer.from("\nendstream\nendobj\n"));
const xref = size;
put(Buffer.from(`xref\n0 5\n0000000000 65535 f \n${[1, 2, 3, 4].map((i) => `${String(at[i]).padStart(10, "0")} 00000 n \n`).join("")}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`));
writeFileSync(process.argv[1], Buffer.concat(parts));' "$out/big.pdf"
measure "150 MB" "$out/big.pdf"

echo "the signer, over a private pcscd and the test card:"
YX_HOST=$root/build/yinxin-signer YX_CARD=$root/build/test-card node tests/bench/signer.mjs

echo "the server, 150 MB through upload, seal, download:"
conf/dev/down.sh "$instance" 2>/dev/null || true
rm -rf "$instance"
trap 'conf/dev/down.sh "$instance"' EXIT
conf/dev/up.sh "$instance" 28460
YINXIN_DIR=$instance YINXIN_BIN=$root/build node --test tests/api/upload.test.mjs | sed -n 's/^# *\\*#* *\(150 MB:.*\)/  \1/p'
rm -f "$out/big.pdf" "$out/copy" "$out/sealed.pdf"

echo "durable writes:"
tests/bench/writes.sh
echo "lists, as they grow:"
tests/bench/lists.sh
