#!/usr/bin/env bash
# Makes the seeds of tst anew: answers of openssl's timestamp authority and the tokens in
# them (keys and times are new ones each time; keep what is committed unless a format
# changes).
set -eu
out=$(cd "$(dirname "$0")" && pwd)/corpus/tst
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
cd "$work"

cat >conf <<END
[req]
distinguished_name = dn
prompt = no
[dn]
O = Seed
[tsa]
default_tsa = t
[t]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1, millisecs:500
ess_cert_id_alg = sha256
END
echo 01 >serial
printf data >data

authority() { # NAME KEY-OPTIONS...
	openssl req -x509 -newkey "${@:2}" -nodes -config conf -keyout "$1.key" -out "$1.crt" -days 9999 \
		-addext keyUsage=critical,digitalSignature -addext basicConstraints=critical,CA:false \
		-addext extendedKeyUsage=critical,timeStamping 2>/dev/null
}

answer() { # FILE AUTHORITY QUERY-OPTIONS...
	openssl ts -query -data data -out question "${@:3}" 2>/dev/null
	# A refusal is an answer too, though openssl fails with it.
	openssl ts -reply -queryfile question -config conf -signer "$2.crt" -inkey "$2.key" -out "$1" 2>/dev/null ||
		[ -s "$1" ]
}

authority ec ec -pkeyopt ec_paramgen_curve:P-256
authority rsa rsa:2048
answer "$out/ec.tsr" ec -sha256 -cert
answer "$out/rsa.tsr" rsa -sha512 -cert
answer "$out/bare.tsr" ec -sha384 -no_nonce
answer "$out/refused.tsr" ec -sha256 -tspolicy 1.2.3.4.9
openssl ts -reply -in "$out/ec.tsr" -token_out -out "$out/ec.tst" 2>/dev/null
