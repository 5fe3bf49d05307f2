#!/usr/bin/env bash
# Makes the seeds of ocsp and crl anew, and tests/fuzz/revocation.h with the certificates that they
# are about (keys are new ones each time; keep what is committed unless a format changes).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$here/corpus/ocsp" "$here/corpus/crl"
cd "$work"

cat >conf <<END
[req]
distinguished_name = dn
prompt = no
[dn]
O = Seed
[ca]
default_ca = a
[a]
database = index
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
default_md = sha256
default_crl_days = 7
crlnumber = crlnumber
policy = any
rand_serial = yes
unique_subject = no
[any]
organizationName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
[ocsp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,OCSPSigning
noCheck = ignored
[part]
issuingDistributionPoint = critical,@point
[point]
fullname = URI:http://seed.example/part.crl
onlyuser = TRUE
END
: >index
echo 01 >crlnumber
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }
key ca
openssl req -x509 -new -key ca.key -config conf -out ca.crt -days 36500 -addext keyUsage=critical,keyCertSign,cRLSign
for name in leaf other ocsp; do
	key $name
	openssl req -new -key $name.key -config conf -subj "/O=$name" -out $name.csr
	section=leaf
	[ $name != ocsp ] || section=ocsp
	openssl ca -batch -notext -config conf -extensions $section -days 36500 -in $name.csr -out $name.crt 2>/dev/null
done

answer() { # FILE RESPONDER OPTIONS...
	openssl ocsp -issuer ca.crt -cert leaf.crt -reqout question "${@:3}" 2>/dev/null
	openssl ocsp -index index -CA ca.crt -rsigner "$2.crt" -rkey "$2.key" -ndays 7 -reqin question \
		-respout "$here/corpus/ocsp/$1" >/dev/null 2>&1
}
crl() { # FILE OPTIONS...
	openssl ca -config conf -gencrl "${@:2}" -out crl.pem 2>/dev/null
	openssl crl -in crl.pem -outform DER -out "$here/corpus/crl/$1"
}
answer good.ors ocsp
answer issuer.ors ca -no_nonce
crl good.crl
crl part.crl -crlexts part
openssl ca -batch -config conf -revoke leaf.crt -crl_reason keyCompromise 2>/dev/null
answer revoked.ors ocsp
crl revoked.crl

array() { # NAME
	echo "static const unsigned char $1[] = {"
	openssl x509 -in "$1.crt" -outform DER | od -An -v -tu1 -w16 | sed 's/  */,/g; s/^,/	/; s/$/,/'
	echo '};'
}
{
	echo "/* revocation.h - what the seeds of ocsp and crl are about; made by seeds-revocation.sh. */"
	echo '#ifndef YX_FUZZ_REVOCATION_H'
	echo '#define YX_FUZZ_REVOCATION_H'
	echo
	echo "#define SEED_TIME $(($(date +%s) + 3600))"
	for name in ca leaf other; do array $name; done
	echo
	echo '#endif'
} >"$here/revocation.h"
