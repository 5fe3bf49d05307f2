#!/usr/bin/env bash
# client.sh COMMAND …: a client of Yinxin's public API, with curl and sed only.
#
#   client.sh send NUMBER TITLE UNIT OFFICER VENDOR FILE.pdf    a draft is made, gets its PDF and is sent
#   client.sh state ID                                          what became of it
#   client.sh fetch ID FILE.pdf                                 its first document as it is now
#   client.sh events [CURSOR]                                   what happened since; the last line is the cursor
#
# YINXIN_URL (https://mydoc.example.tw), CLIENT_ID and CLIENT_SECRET come from the environment.
set -euo pipefail
: "${YINXIN_URL:?}" "${CLIENT_ID:?}" "${CLIENT_SECRET:?}"
api=$YINXIN_URL/api/public/v1

# The first member of that name of a JSON text, if it is a string.
field() { sed -nE 's/.*"'"$1"'":"([^"]*)".*/\1/p' | head -n 1; }

# The secret goes by standard input, so that no list of processes shows it.
token() {
	printf 'user = "%s:%s"' "$CLIENT_ID" "$CLIENT_SECRET" |
		curl -fsS -K - -d grant_type=client_credentials "$api/oauth/token" | field access_token
}
bearer=$(token)
call() { # METHOD PATH [curl's options]; curl tries again when it is asked too often or the server is away
	local method=$1 path=$2
	shift 2
	printf 'header = "Authorization: Bearer %s"' "$bearer" |
		curl -sS --fail-with-body --retry 3 -K - -X "$method" "$@" "$api$path"
}
# A key for each thing that shall happen once, whatever is repeated.
key() { printf 'Idempotency-Key: %s-%s' "$1" "$(printf %s "$2" | sha256sum | cut -c 1-40)"; }
quote() { printf %s "$1" | sed 's/["\\]/\\&/g'; }

send_contract() { # NUMBER TITLE UNIT OFFICER VENDOR FILE
	local id draft
	draft=$(printf '{"number":"%s","title":"%s","unit":"%s","officers":["%s"],"vendors":["%s"]}' \
		"$(quote "$1")" "$(quote "$2")" "$(quote "$3")" "$(quote "$4")" "$(quote "$5")")
	id=$(call POST /contracts -H "$(key create "$1")" -H 'Content-Type: application/json' -d "$draft" | field id)
	call POST "/contracts/$id/documents" -H "$(key upload "$id")" -H 'Content-Type: application/pdf' \
		-H 'X-File-Name: contract.pdf' --data-binary "@$6" >/dev/null
	call POST "/contracts/$id/send" -H "$(key send "$id")" >/dev/null
	echo "$id"
}

fetch() { # ID FILE
	local document
	document=$(call GET "/contracts/$1" | sed -E 's/.*"documents":\[//' | field id)
	call GET "/documents/$document/file" -o "$2"
}

events() { # [CURSOR]
	local answer cursor=${1-}
	answer=$(call GET "/events?limit=100${cursor:+&cursor=$cursor}")
	printf '%s' "$answer" | grep -oE '"(type|contractId)":"[^"]*"' | cut -d '"' -f 4 | paste - - || true
	printf '%s' "$answer" | field nextCursor
}

command=${1:?}
shift
case $command in
send) send_contract "$@" ;;
state) call GET "/contracts/$1" | field state ;;
fetch) fetch "$@" ;;
events) events "$@" ;;
*) echo "unknown command $command" >&2; exit 2 ;;
esac
