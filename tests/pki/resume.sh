#!/usr/bin/env bash
# resume.sh DIR NAME: takes a suspended certificate of the test PKI back into use; OCSP
# and CRL say so at once. (openssl ca has no command for it: its index is a text file.)
set -eu
cd "$1/pki"
serial=$(openssl x509 -in "$2.crt" -noout -serial)
awk -F'\t' -v OFS='\t' -v serial="${serial#serial=}" '
	$4 == serial && $1 == "R" && $3 ~ /,certificateHold$/ { $1 = "V"; $3 = ""; found = 1 }
	{ print }
	END { exit !found }' ca.index >ca.index.new
mv ca.index.new ca.index
