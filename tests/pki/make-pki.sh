#!/usr/bin/env bash
# make-pki.sh DIR PORT: the test PKI in DIR/pki, with the names of the training deck.
# Its revocation service and timestamps answer on 127.0.0.1:PORT+3 (responder.mjs).
# Run twice it does nothing. Certificates are valid from 2020, so that the demo's
# signatures of 2021 lie inside.
set -eu
dir=$1/pki base=http://127.0.0.1:$(($2 + 3))
[ ! -e "$dir/done" ] || exit 0
rm -rf "$dir.new"
mkdir -p "$dir.new/anchors" "$dir.new/intermediates" "$dir.new/issued"
chmod 700 "$dir.new"
cd "$dir.new"
umask 077

cat >openssl.cnf <<END
[ca]
default_ca = issuing
[root]
database = root.index
new_certs_dir = issued
certificate = root.crt
private_key = root.key
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
preserve = yes
[issuing]
database = ca.index
new_certs_dir = issued
certificate = ca.crt
private_key = ca.key
default_md = sha256
default_crl_days = 7
crlnumber = crlnumber
policy = any
unique_subject = no
rand_serial = yes
preserve = yes
[any]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
serialNumber = optional
[req]
distinguished_name = dn
string_mask = utf8only
utf8 = yes
[dn]
[x_root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[x_ca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[x_signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
authorityInfoAccess = OCSP;URI:$base/ocsp,caIssuers;URI:$base/ca.crt
crlDistributionPoints = URI:$base/crl/ca.crl
certificatePolicies = 2.16.886.101.0.3.0
[x_encrypt]
basicConstraints = critical,CA:FALSE
keyUsage = critical,keyEncipherment,dataEncipherment
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[x_tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
authorityInfoAccess = OCSP;URI:$base/ocsp,caIssuers;URI:$base/ca.crt
[x_ocsp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,OCSPSigning
noCheck = ignored
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
[tsa]
default_tsa = tsa_1
[tsa_1]
serial = tsa.serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_alg = sha256
END
: >root.index
: >ca.index
echo 1000 >crlnumber
echo 01 >tsa.serial

key() { # FILE KIND
	case $2 in
	p256) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ||
		openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ;;
	rsa*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" -out "$1" 2>/dev/null ;;
	esac
}

issue() { # NAME KIND SUBJECT EXTENSIONS [START END]
	key "$1.key" "$2"
	openssl req -new -utf8 -config openssl.cnf -key "$1.key" -subj "$3" -out "$1.csr"
	openssl ca -batch -utf8 -notext -config openssl.cnf -name issuing -extensions "$4" \
		-startdate "${5:-20200101000000Z}" -enddate "${6:-20361231155959Z}" \
		-in "$1.csr" -out "$1.crt" 2>>openssl.log
	cat "$1.crt" ca.crt >"$1.chain.pem"
	rm "$1.csr"
}

# RSA for the CAs, as the government's; P-256 for the platform: it signs most often.
key root.key rsa3072
openssl req -new -utf8 -config openssl.cnf -key root.key -subj '/C=TW/O=行政院/OU=(測試用) 政府測試憑證總管理中心' -out root.csr
openssl ca -batch -utf8 -notext -selfsign -config openssl.cnf -name root -extensions x_root -keyfile root.key \
	-startdate 20200101000000Z -enddate 20491231155959Z -in root.csr -out root.crt 2>>openssl.log
key ca.key rsa3072
openssl req -new -utf8 -config openssl.cnf -key ca.key -subj '/C=TW/O=行政院/OU=(測試用) 政府測試憑證管理中心' -out ca.csr
openssl ca -batch -utf8 -notext -config openssl.cnf -name root -extensions x_ca \
	-startdate 20200101000000Z -enddate 20441231155959Z -in ca.csr -out ca.crt 2>>openssl.log

issue platform p256 '/C=TW/O=測試機關1/CN=mydoc' x_signer
issue vendor rsa2048 '/C=TW/O=測試公司1/serialNumber=97162640' x_signer
issue agency rsa2048 '/C=TW/O=測試機關1' x_signer
issue person rsa2048 '/C=TW/CN=測試自然人5/serialNumber=2144427513365339' x_signer
issue vendor2 p256 '/C=TW/O=測試公司2/serialNumber=90000006' x_signer
issue expired rsa2048 '/C=TW/O=測試公司1/serialNumber=97162640' x_signer 20200101000000Z 20210811000000Z
issue revoked rsa2048 '/C=TW/O=測試公司1/serialNumber=97162640' x_signer
issue encrypt rsa2048 '/C=TW/O=測試公司1/serialNumber=97162640' x_encrypt
issue tsa rsa3072 '/C=TW/O=測試機關1/CN=測試時戳服務' x_tsa
issue ocsp p256 '/C=TW/O=行政院/CN=測試憑證狀態服務' x_ocsp
openssl ca -config openssl.cnf -name issuing -revoke revoked.crt -crl_reason keyCompromise 2>>openssl.log

# A certificate of a CA that nobody trusts.
key stranger.key rsa2048
openssl req -x509 -new -utf8 -config openssl.cnf -key stranger.key -days 3650 \
	-addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
	-subj '/C=TW/O=測試公司1/serialNumber=97162640' -out stranger.crt

cp root.crt anchors/root.pem
cp ca.crt intermediates/ca.pem
cp ca.crt chain.pem
touch "done"
rm -rf "$dir"
mv "$dir.new" "$dir"
