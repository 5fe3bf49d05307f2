#!/usr/bin/env bash
# revoke.sh DIR NAME [REASON]: revokes a certificate of the test PKI, or suspends it with
# the reason certificateHold; OCSP and CRL say so at once.
set -eu
cd "$1/pki"
openssl ca -config openssl.cnf -name ca -revoke "$2.crt" -crl_reason "${3:-keyCompromise}" 2>>openssl.log
