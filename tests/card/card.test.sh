#!/usr/bin/env bash
# Other people's clients against the test card, in a private pcscd: if they accept
# it, a test of our host against it means something.
#
#   tests/card/card.test.sh        needs build/san/test-card; ends with `N passed, N failed`
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
card=$root/build/san/test-card
dir=$root/tests/out/card
port=${YX_CARD_PORT:-18510}
module=$(ls /usr/lib/*/opensc-pkcs11.so /usr/lib/*/pkcs11/opensc-pkcs11.so 2>/dev/null | head -1)
export PCSCLITE_CSOCK_NAME=$dir/run/pcscd.sock
# OpenSC would otherwise answer from what it saw of an earlier card.
export OPENSC_CONF=$dir/opensc.conf
passed=0 failed=0 cards=()

check() { # NAME COMMAND…
	local name=$1
	shift
	if "$@" >"$dir/last" 2>&1; then
		passed=$((passed + 1))
		echo "ok   $name"
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		sed 's/^/     | /' "$dir/last" | tail -20
	fi
}

refuse() { # NAME COMMAND…
	local name=$1
	shift
	check "$name" not "$@"
}
not() { ! "$@"; }
has() { # PATTERN COMMAND…
	local pattern=$1 out
	shift
	out=$("$@" 2>&1) || true
	printf '%s\n' "$out"
	grep -qE -- "$pattern" <<<"$out"
}

control() { # CARD LINE: one command to a running card, its answer on stdout
	node -e 'const s = require("net").connect(process.argv[1], () => s.write(process.argv[2] + "\n"));
	s.on("data", (d) => process.stdout.write(d)); s.on("error", () => process.exit(1));' "$dir/run/$1.sock" "$2"
}

make_key() { # NAME GENPKEY-OPTIONS…
	local name=$1
	shift
	openssl genpkey "$@" -out "$dir/$name.key" 2>/dev/null &&
		openssl req -x509 -new -key "$dir/$name.key" -subj "/C=TW/O=Card $name" -days 30 \
			-addext keyUsage=critical,digitalSignature,nonRepudiation -out "$dir/$name.crt" 2>/dev/null &&
		openssl x509 -in "$dir/$name.crt" -noout -pubkey >"$dir/$name.pub"
}

insert() { # NAME PORT OPTIONS…
	local name=$1 at=$2
	shift 2
	"$card" --port "$at" --control "$dir/run/$name.sock" --retry "$@" 2>"$dir/log/$name.log" &
	cards+=($!)
}

finish() {
	for pid in "${cards[@]}"; do
		kill "$pid" 2>/dev/null
	done
	"$root/conf/dev/pcscd.sh" stop "$dir"
}
trap finish EXIT

shown() { # N: waits until so many readers hold a card
	for _ in $(seq 60); do
		[ "$(opensc-tool -l 2>/dev/null | grep -c ' Yes ')" = "$1" ] && return 0
		sleep 0.1
	done
	return 1
}

p11() { pkcs11-tool --module "$module" "$@"; }

# A signature made through OpenSC with a slot's key, checked with its certificate.
signs() { # NAME ID MECHANISM DIGEST
	local args=(--id "$2" -m "$3" --sign --login --pin 123456)
	case $3 in *RSA*) ;; *) args+=(--signature-format openssl) ;; esac
	printf 'what is shown is what is signed' >"$dir/text"
	openssl dgst "-$4" -binary "$dir/text" >"$dir/hash"
	local in=$dir/hash
	case $3 in SHA*) in=$dir/text ;; esac
	p11 --token-label "$token" "${args[@]}" -i "$in" -o "$dir/sig" || return 1
	openssl dgst "-$4" -verify "$dir/$1.pub" -signature "$dir/sig" "$dir/text"
}

rm -rf "$dir" && mkdir -p "$dir/run" "$dir/log"
printf 'app default {\n\tframework pkcs15 {\n\t\tuse_file_caching = no;\n\t}\n}\n' >"$OPENSC_CONF"
make_key rsa2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
make_key rsa3072 -algorithm RSA -pkeyopt rsa_keygen_bits:3072
make_key p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
make_key p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
"$root/conf/dev/pcscd.sh" start "$dir" "$port" || exit 1

insert one "$port" --slot 9C --key "$dir/rsa2048.key" --cert "$dir/rsa2048.crt" \
	--slot 9A --key "$dir/p256.key" --cert "$dir/p256.crt" \
	--slot 9D --key "$dir/p384.key" --cert "$dir/p384.crt" \
	--slot 82 --key "$dir/rsa2048.key" --cert "$dir/rsa2048.crt" --pin 123456 --puk 87654321
check "opensc-tool sees one card" shown 1
check "opensc-tool reads the ATR" has '^3b:88:01:80:56:59:49:4e:58:49:4e' opensc-tool -r 0 -a
check "opensc-tool takes it for a PIV card" has 'PIV|Personal Identity' opensc-tool -r 0 -n
token=$(p11 --list-slots 2>/dev/null | sed -n 's/^ *token label *: //p' | head -1 | sed 's/ *$//')
check "pkcs11-tool finds the certificates" has 'Certificate Object' p11 --list-objects --type cert
check "pkcs11-tool finds a certificate of each slot" \
	test "$(p11 --list-objects --type cert 2>/dev/null | grep -c 'Certificate Object')" = 4
check "opensc signs with RSA-2048 in 9C" signs rsa2048 02 SHA256-RSA-PKCS sha256
check "opensc signs with P-256 in 9A" signs p256 01 ECDSA sha256
check "opensc signs with P-384 in 9D" signs p384 03 ECDSA sha384
check "9C wants the PIN for each signature" signs rsa2048 02 SHA256-RSA-PKCS sha256
check "a retired key signs" signs rsa2048 05 SHA256-RSA-PKCS sha256
check "the signatures were counted" has 'signatures [5-9]' control one apdus

piv() { yubico-piv-tool -r 'Virtual PCD 00 00' "$@"; }
check "yubico-piv-tool: status" has 'CHUID:.*3019d4e7' piv -a status
check "yubico-piv-tool: status names the PIN tries" has 'PIN tries left:.*3' piv -a status
check "yubico-piv-tool: verify-pin" has 'Successfully verified PIN' piv -a verify-pin -P 123456
piv -a read-certificate -s 9c 2>/dev/null >"$dir/read.crt"
check "yubico-piv-tool: read-certificate gives the certificate" \
	cmp <(openssl x509 -in "$dir/rsa2048.crt" -outform DER) <(openssl x509 -in "$dir/read.crt" -outform DER)
check "yubico-piv-tool: wrong PIN" has '2 tries left' piv -a verify-pin -P 111111
check "the counter went down" test "$(control one tries)" = 2
check "the right PIN sets it up again" has 'Successfully verified' piv -a verify-pin -P 123456
check "… to three" test "$(control one tries)" = 3
for _ in 1 2 3; do piv -a verify-pin -P 111111 >"$dir/last" 2>&1; done
check "three wrong PINs block it" test "$(control one tries)" = 0
refuse "blocked: the right PIN does not help" piv -a verify-pin -P 123456
refuse "blocked: opensc cannot sign" signs rsa2048 02 SHA256-RSA-PKCS sha256
check "the PUK unblocks" has 'Successfully unblocked' piv -a unblock-pin -P 87654321 -N 246810
check "… with the new PIN" has 'Successfully verified' piv -a verify-pin -P 246810

control one evil gzip >/dev/null
piv -a read-certificate -s 9c 2>/dev/null >"$dir/read.crt"
check "compressed certificates are read" \
	cmp <(openssl x509 -in "$dir/rsa2048.crt" -outform DER) <(openssl x509 -in "$dir/read.crt" -outform DER)
control one evil none >/dev/null
control one remove >/dev/null
check "a pulled card is gone" shown 0
control one insert >/dev/null
check "an inserted card is back" shown 1
insert two $((port + 1)) --key "$dir/rsa3072.key" --cert "$dir/rsa3072.crt" --pin 654321
check "two cards in two readers" shown 2

"$card" --port "$port" --pin 1 >/dev/null 2>&1
check "bad arguments are refused" test $? = 2
"$card" --port 1 --key "$dir/p256.key" --cert "$dir/p256.crt" --pin 123456 >/dev/null 2>&1
check "without --retry it ends when nothing listens" test $? = 1
control one quit >/dev/null
wait "${cards[0]}"
check "quit ends it cleanly, with no sanitizer report" test $? = 0

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
