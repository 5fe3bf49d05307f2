#!/bin/sh
# render.sh PAGE.in PROGRAM: a manual page: the text of PAGE.in, the tables of PROGRAM --man.
# render.sh --example PROGRAM: a file of settings, each with its help and default.
set -eu
[ $# = 2 ] || { echo "usage: render.sh PAGE.in|--example PROGRAM" >&2; exit 2; }
tables=$(mktemp)
trap 'rm -f "$tables"' EXIT
"$2" --man >"$tables"

if [ "$1" = --example ]; then
	awk -F '\t' '$1 == "setting" {
		print "# " $5
		if ($4 == "-") print "#" $2 " =\n"
		else print "#" $2 " = " ($4 == "(empty)" ? "" : $4) "\n"
	}' "$tables"
	exit 0
fi
awk -F '\t' '
	# What mdoc would take for its own.
	function text(s) {
		gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/…/, "...", s)
		gsub(/\. /, ".\n", s)
		return s ~ /^[.'"'"']/ ? "\\&" s : s
	}
	function words(s) { gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/…/, "...", s); return s }
	function list(rows, n,   i) {
		print ".Bl -tag -width Ds"
		for (i = 1; i <= n; i++) print rows[i]
		print ".El"
	}
	NR == FNR && $1 == "program" { what = $4 }
	NR == FNR && $1 == "option" {
		name = $2; sub(/^--/, "\\-", name)
		option[++options] = ".It Fl " words(name) ($3 == "" ? "" : " Ar \"" words($3) "\"") "\n" text($4)
	}
	NR == FNR && $1 == "command" {
		command[++commands] = ".It Cm " words($2) ($3 == "" ? "" : " Ar \"" words($3) "\"") "\n" text($4)
	}
	NR == FNR && $1 == "setting" {
		value = $4 == "-" ? "must be given" : $4 == "(empty)" ? "empty" : "default: " words($4)
		setting[++settings] = ".It Va " $2 "\n" text($5) "\n(" $3 "; " value ")"
	}
	NR == FNR { next }
	/^@OPTIONS@$/ { list(option, options); next }
	/^@COMMANDS@$/ { list(command, commands); next }
	/^@SETTINGS@$/ { list(setting, settings); next }
	{ sub(/@WHAT@/, words(what)); print }
' "$tables" "$1"
