#!/usr/bin/env bash
# make-pki.sh DIR PORT: the test PKI in DIR/pki, with the names of the training deck.
# Its revocation service and timestamps answer on 127.0.0.1:PORT+3 (responder.mjs).
#
#   root            the one anchor
#     ca            issues nearly all: platform vendor agency person …; help for paths
#     ca2           the same name as ca, another key (as the generations of a real CA)
#     sub           known only by the address that its certificates name (AIA)
# Run twice it does nothing. Certificates are valid from 2020, so that the demo's
# signatures of 2021 lie inside.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1/pki base=http://127.0.0.1:$(($2 + 3))
[ ! -e "$dir/done" ] || exit 0
rm -rf "$dir.new"
mkdir -p "$dir.new/anchors" "$dir.new/intermediates" "$dir.new/issued"
chmod 700 "$dir.new"
cd "$dir.new"
umask 077

cat >openssl.cnf <<END
[ca]
default_ca = ca
END
section() { # NAME
	cat <<END
[$1]
database = $1.index
new_certs_dir = issued
certificate = $1.crt
private_key = $1.key
default_md = sha256
default_crl_days = 7
crlnumber = $1.crlnumber
policy = any
unique_subject = no
rand_serial = yes
preserve = yes
END
	: >"$1.index"
	echo 1000 >"$1.crlnumber"
}
signer() { # SECTION ATTRIBUTES
	cat <<END
[$1]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
authorityInfoAccess = OCSP;URI:$base/ocsp,caIssuers;URI:$base/ca.crt
crlDistributionPoints = URI:$base/crl/ca.crl
certificatePolicies = 2.16.886.101.0.3.0
2.5.29.9 = ASN1:SEQUENCE:$2
END
}
for name in root ca ca2 sub; do section $name; done >>openssl.cnf
signer x_signer attributes_other >>openssl.cnf
for kind in company agency person; do signer x_$kind attributes_$kind; done >>openssl.cnf
cat >>openssl.cnf <<END
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
crlDistributionPoints = URI:$base/crl/root.crl
[x_signer2]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
authorityInfoAccess = OCSP;URI:$base/ocsp2
crlDistributionPoints = URI:$base/crl/ca2.crl
[x_far]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
authorityInfoAccess = caIssuers;URI:$base/sub.crt
crlDistributionPoints = URI:$base/crl/sub.crl
[x_sub]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
crlDistributionPoints = URI:$base/crl/root.crl
# Signers whose status stands in one part of the CRL, or is asked of a wrong responder.
[x_part]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
crlDistributionPoints = URI:$base/crl/part-1.crl
[x_misplaced]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
crlDistributionPoints = URI:$base/crl/misplaced.crl
[x_foreign]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
authorityInfoAccess = OCSP;URI:$base/ocsp-foreign
[x_undelegated]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
authorityInfoAccess = OCSP;URI:$base/ocsp-undelegated
[crl_part]
issuingDistributionPoint = critical,@part
[part]
fullname = URI:$base/crl/part-1.crl
onlyuser = TRUE
# What the government's cards say of their holder (subjectDirectoryAttributes).
[attributes_other]
class = SEQUENCE:class_other
[attributes_company]
number = SEQUENCE:company_number
card = SEQUENCE:primary_card
[attributes_agency]
oid = SEQUENCE:agency_oid
card = SEQUENCE:attached_card
[attributes_person]
last4 = SEQUENCE:last_four
[class_other]
type = OID:2.16.886.1.100.2.1
values = SET:class_values
[class_values]
v = OID:2.16.886.1.100.3.3.1
[company_number]
type = OID:2.16.886.1.100.2.101
values = SET:company_number_values
[company_number_values]
v = PRINTABLESTRING:97162640
[primary_card]
type = OID:2.16.886.1.100.2.2
values = SET:primary_values
[primary_values]
v = UTF8String:primary
[attached_card]
type = OID:2.16.886.1.100.2.2
values = SET:attached_values
[attached_values]
v = UTF8String:secondary
[agency_oid]
type = OID:2.16.886.1.100.2.102
values = SET:agency_oid_values
[agency_oid_values]
v = OID:2.16.886.101.90003.20001
[last_four]
type = OID:2.16.886.1.100.2.51
values = SET:last_four_values
[last_four_values]
v = PRINTABLESTRING:0001
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
[x_tls]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1
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
echo 01 >tsa.serial

key() { # FILE KIND
	case $2 in
	p256) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ||
		openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ;;
	rsa*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" -out "$1" 2>/dev/null ;;
	esac
}

issue() { # NAME KIND SUBJECT EXTENSIONS [START END]; CA says who issues
	key "$1.key" "$2"
	openssl req -new -utf8 -config openssl.cnf -key "$1.key" -subj "$3" -out "$1.csr"
	openssl ca -batch -utf8 -notext -config openssl.cnf -name "${CA:-ca}" -extensions "$4" \
		-startdate "${5:-20200101000000Z}" -enddate "${6:-20361231155959Z}" \
		-in "$1.csr" -out "$1.crt" 2>>openssl.log
	cat "$1.crt" "${CA:-ca}.crt" >"$1.chain.pem"
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
CA=root issue ca2 p256 '/C=TW/O=行政院/OU=(測試用) 政府測試憑證管理中心' x_ca
CA=root issue sub p256 '/C=TW/O=行政院/OU=(測試用) 另處憑證管理中心' x_sub

issue platform p256 '/C=TW/O=測試機關1/CN=mydoc' x_agency
issue vendor rsa2048 '/C=TW/O=測試公司1/serialNumber=97162640' x_company
issue agency rsa2048 '/C=TW/O=測試機關1' x_agency
issue person rsa2048 '/C=TW/CN=測試自然人5/serialNumber=2144427513365339' x_person
issue vendor2 p256 '/C=TW/O=測試公司2/serialNumber=90000006' x_signer
issue vendor3 p256 '/C=TW/O=測試公司3/serialNumber=90000023' x_signer
issue misnumbered p256 '/C=TW/O=測試公司4/serialNumber=90000024' x_signer
issue expired rsa2048 '/C=TW/O=測試公司1/serialNumber=97162640' x_signer 20200101000000Z 20210811000000Z
issue revoked rsa2048 '/C=TW/O=測試公司1/serialNumber=97162640' x_signer
issue encrypt rsa2048 '/C=TW/O=測試公司1/serialNumber=97162640' x_encrypt
issue tsa rsa3072 '/C=TW/O=測試機關1/CN=測試時戳服務' x_tsa
issue ocsp p256 '/C=TW/O=行政院/CN=測試憑證狀態服務' x_ocsp
issue tls p256 /CN=127.0.0.1 x_tls
for name in suspended resumed; do issue $name p256 "/C=TW/O=測試公司2/OU=$name/serialNumber=90000006" x_signer; done
for name in part part-revoked; do issue $name p256 "/C=TW/O=測試公司2/OU=$name" x_part; done
for name in misplaced foreign undelegated; do issue $name p256 "/C=TW/O=測試公司2/OU=$name" x_$name; done
# By the CA of the same name, whose answers are no answers for the other's certificates.
CA=ca2 issue same p256 '/C=TW/O=測試公司2/OU=same' x_signer2
CA=ca2 issue ocsp2 p256 '/C=TW/O=行政院/CN=測試憑證狀態服務' x_ocsp
CA=sub issue far p256 '/C=TW/O=測試公司2/OU=far' x_far
for name in revoked part-revoked misplaced; do
	openssl ca -config openssl.cnf -name ca -revoke $name.crt -crl_reason keyCompromise 2>>openssl.log
done
for name in suspended resumed; do
	openssl ca -config openssl.cnf -name ca -revoke $name.crt -crl_reason certificateHold 2>>openssl.log
done

# A certificate of a CA that nobody trusts.
key stranger.key rsa2048
openssl req -x509 -new -utf8 -config openssl.cnf -key stranger.key -days 3650 \
	-addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
	-subj '/C=TW/O=測試公司1/serialNumber=97162640' -out stranger.crt

cp root.crt anchors/root.pem
cp ca.crt intermediates/ca.pem
cp ca.crt chain.pem
# Whom the act's presumption is for (backend/pki/approved.h).
cat >approved.json <<END
[
	{
		"certificate": "intermediates/ca.pem",
		"nameZh": "(測試用) 政府測試憑證管理中心",
		"nameEn": "Government Test Certification Authority (for tests only)",
		"approval": "測試字第1130000001號",
		"statement": "https://example.test/cps.pdf",
		"from": "2020-01-01",
		"until": "2044-12-31"
	}
]
END
touch "done"
rm -rf "$dir"
mv "$dir.new" "$dir"
"$here/resume.sh" "$1" resumed
