#!/bin/bash
# make_pki.sh DIR - a throw-away PKI for the tests of the PDF floor: a root, an
# issuing CA, signers with RSA-2048, P-256 and P-384 keys, one with each longer RSA key
# and each kind of id-RSASSA-PSS key (free, bound to a digest), and unfit ones.
set -euo pipefail
dir=$1
mkdir -p "$dir/anchors" "$dir/intermediates"
# Of two who come at once one makes it.
exec 9>"$dir/lock"
flock 9
[ -f "$dir/complete-pss" ] && exit 0
cd "$dir"

req() { # NAME SUBJECT KEYARGS…
	local name=$1 subject=$2
	shift 2
	openssl req -new -newkey "$@" -nodes -keyout "$name.key" -out "$name.csr" -utf8 -subj "$subject" 2>/dev/null
}
issue() { # NAME ISSUER DAYS EXTENSIONS
	openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days "$3" \
		-extfile <(printf '%b\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' "$4") \
		-out "$1.crt" 2>/dev/null
}
EE='basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation'
CA='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign'
EC=(ec -pkeyopt ec_paramgen_curve:prime256v1)

openssl req -x509 -newkey rsa:3072 -nodes -keyout root.key -out root.crt -utf8 -days 3650 \
	-subj '/C=TW/O=測試/CN=測試根憑證管理中心' -addext basicConstraints=critical,CA:TRUE \
	-addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
req ca '/C=TW/O=測試/CN=(測試用) 政府測試憑證管理中心' rsa:2048
issue ca root 3000 "$CA"
for who in platform vendor agency; do
	req "$who-rsa" "/C=TW/O=$who 測試/serialNumber=97162640" rsa:2048
	issue "$who-rsa" ca 900 "$EE"
	req "$who-ec" "/C=TW/O=$who 測試/serialNumber=97162640" "${EC[@]}"
	issue "$who-ec" ca 900 "$EE"
	req "$who-p384" "/C=TW/O=$who 測試/serialNumber=97162640" ec -pkeyopt ec_paramgen_curve:secp384r1
	issue "$who-p384" ca 900 "$EE"
done
one() { # KIND KEYARGS…
	local name=one-$1
	shift
	req "$name" "/C=TW/O=$name 測試/serialNumber=97162640" "$@"
	issue "$name" ca 900 "$EE"
}
one rsa3072 rsa:3072
one rsa4096 rsa:4096
one pss rsa-pss -pkeyopt rsa_keygen_bits:3072
one pss512 rsa-pss -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha512 \
	-pkeyopt rsa_pss_keygen_mgf1_md:sha512 -pkeyopt rsa_pss_keygen_saltlen:48 -sha512
req p384 '/C=TW/O=P-384 測試' ec -pkeyopt ec_paramgen_curve:secp384r1
issue p384 ca 900 "$EE"
req nousage '/C=TW/O=加密用' "${EC[@]}"
issue nousage ca 900 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,keyEncipherment'
req weak '/C=TW/O=弱金鑰' rsa:1024
issue weak ca 900 "$EE"
openssl req -x509 -newkey rsa:2048 -nodes -keyout stranger.key -out stranger.crt -utf8 -days 900 \
	-subj '/C=TW/O=不受信任' -addext keyUsage=critical,digitalSignature 2>/dev/null
cp root.crt anchors/root.pem
cp ca.crt intermediates/ca.pem
rm -f ./*.csr
touch complete-pss
