#!/usr/bin/env bash
# revoke.sh DIR NAME: revokes a certificate of the test PKI; OCSP and CRL say so at once.
set -eu
cd "$1/pki"
openssl ca -config openssl.cnf -name issuing -revoke "$2.crt" -crl_reason keyCompromise 2>>openssl.log
