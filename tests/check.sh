#!/usr/bin/env bash
# make check: rules that a machine can hold us to. One line a finding, counted at the end.
set -u
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
passed=0 failed=0
files() { git ls-files -co --exclude-standard "$@"; }

rule() { # NAME; findings on stdin
	local found
	found=$(cat)
	if [ -z "$found" ]; then passed=$((passed + 1)); echo "ok   $1"; return; fi
	failed=$((failed + 1))
	echo "FAIL $1"
	printf '%s\n' "$found" | head -n 20 | sed 's/^/     /'
}

# A file may include its own floor or lower ones.
floor_of() {
	case $1 in
	common/*) echo 1 ;;
	backend/conf.* | backend/db/* | backend/store/* | backend/pki/*) echo 2 ;;
	backend/http/* | backend/pades/*) echo 3 ;;
	backend/domain/*) echo 4 ;;
	*) echo 5 ;;
	esac
}
floors() {
	local file include mine
	for file in $(files 'common/*.[ch]' 'backend/*.[ch]' 'native-host/*.[ch]'); do
		mine=$(floor_of "$file")
		for include in $(sed -n 's/^#include "\(.*\)"/\1/p' "$file"); do
			[ "$(floor_of "$include")" -le "$mine" ] || echo "$file includes $include, a floor above"
			case $file:$include in
			backend/*:native-host/* | native-host/*:backend/*) echo "$file includes $include: two programs" ;;
			backend/pades/*:backend/db/* | backend/pades/*:backend/http/*) echo "$file includes $include: pades knows neither" ;;
			esac
		done
	done
}

banned() {
	files 'common/*' 'backend/*' 'native-host/*' 'tests/card/*' | grep '[.][ch]$' | xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|system|popen|tmpnam|mktemp|alloca)\(' |
		grep -vE '^\S+:[0-9]+:\s*(\*|/\*)'
}

# Characters that exist only in simplified Chinese, by code point so that this file has none.
simplified() {
	local set='[\x{4EEC}\x{8FD9}\x{4E3A}\x{4E2A}\x{56FD}\x{65F6}\x{4F1A}\x{6765}\x{5BF9}\x{8BF4}\x{8FC7}\x{8FD8}\x{8FDB}\x{5F00}\x{5173}\x{95EE}\x{9898}\x{95E8}\x{89C1}\x{89C2}\x{5E94}\x{8BA9}\x{8BA4}\x{8BC1}\x{4E66}\x{7B7E}\x{8BFB}\x{5199}\x{7EA7}\x{7EA6}\x{7F51}\x{9875}\x{7535}\x{52A8}\x{52A1}\x{5458}\x{8BE5}\x{7ECF}\x{8F6C}\x{8F93}\x{5F55}\x{68C0}\x{9A8C}\x{56FE}\x{7EC4}\x{7EC7}\x{5355}\x{4EA7}\x{4E1A}\x{5382}\x{5F20}\x{7C7B}\x{7EB8}\x{5907}\x{8BBE}\x{9009}\x{62E9}\x{8BF7}\x{6837}\x{4ECE}\x{540E}\x{53D1}\x{5904}\x{6807}\x{4E13}\x{4E1C}\x{4E24}\x{4E25}\x{4E34}\x{4E3E}\x{4E49}\x{4E50}\x{4E60}\x{4E70}\x{4E71}\x{4E89}\x{4EB2}\x{4EBF}\x{4EC5}\x{4ECA}?\x{4ED3}\x{4EF7}\x{4F18}\x{4F20}\x{4F53}\x{51B3}\x{51B5}\x{51FB}\x{5219}\x{521A}\x{521B}\x{5220}\x{522B}?\x{529E}\x{52BF}\x{534E}\x{534F}\x{5385}\x{5386}\x{538B}\x{53BF}\x{53C2}\x{53CC}\x{53D8}\x{53F7}\x{5417}\x{542F}\x{5458}\x{54CD}\x{573A}\x{575A}\x{5757}\x{58F0}\x{5B66}\x{5B9E}\x{5BA1}\x{5BBD}\x{5C06}\x{5C42}\x{5C5E}\x{5E26}\x{5E38}?\x{5E93}\x{5F39}\x{5F53}\x{5F55}\x{603B}\x{62A5}\x{62A4}\x{6269}\x{6267}\x{635F}\x{6362}\x{636E}\x{65AD}\x{65E0}\x{663E}\x{6743}\x{6761}\x{6784}\x{6790}?\x{6D4B}\x{6D4F}\x{7EBF}\x{7ED3}\x{7ED9}\x{7EDC}\x{7EDF}\x{7EE7}\x{7EED}\x{7EF4}\x{7F16}\x{7F29}\x{8054}\x{8282}\x{8303}\x{89C4}\x{8BA1}\x{8BA2}\x{8BB0}\x{8BB8}\x{8BBF}\x{8BD5}\x{8BDD}\x{8BE2}\x{8BE6}\x{8BEF}\x{8BED}\x{8BFB}\x{8C03}\x{8D23}\x{8D25}\x{8D26}\x{8D27}\x{8D28}\x{8D44}\x{8D77}?\x{8DF5}\x{8F7D}\x{8F83}\x{8F91}\x{8FB9}\x{8FBE}\x{8FDE}\x{8FDF}\x{9002}\x{9009}\x{9012}\x{91CA}\x{94A5}\x{94FE}\x{9500}\x{9519}\x{952E}\x{957F}\x{95ED}\x{95F4}\x{961F}\x{9636}\x{9645}\x{9669}\x{968F}\x{9690}\x{9700}?\x{987B}\x{987A}\x{9879}\x{9884}\x{9886}\x{989C}\x{989D}\x{98CE}\x{9A71}\x{9ED8}]'
	# Characters that are good traditional ones as well were marked with '?' above: cut out.
	set=$(printf '%s' "$set" | sed -E 's/\\x\{[0-9A-F]{4}\}\?//g')
	files | grep -vE '\.(png|pdf|ico|woff2)$|package-lock.json|corpus/' | xargs -d '\n' grep -nP "$set"
}

machine_paths() {
	files | grep -vE 'tests/check.sh|package-lock.json|corpus/' |
		xargs -d '\n' grep -nE '/work/(main|shared|steering)|registry\.npmjs|deb\.debian|/tmp/(brief|inst)' 2>/dev/null
	grep -n '"resolved"' package-lock.json | head -n 3
}

headers_alone() {
	local flags
	flags="-std=c11 -D_GNU_SOURCE -I. -Wall -Wextra -Werror -fsyntax-only $(pkg-config --cflags openssl yajl libmariadb libpcsclite 2>/dev/null)"
	files 'common/*.h' 'backend/*.h' 'native-host/*.h' 'tests/card/*.h' |
		xargs -P4 -I{} sh -c "printf '#include \"{}\"\ntypedef int alone;\n' | gcc $flags -x c - >/dev/null 2>&1 || echo '{} does not compile alone'"
}

long_functions() {
	files 'common/*.c' 'backend/*.c' 'native-host/*.c' 'tests/card/*.c' |
		xargs ctags -x --c-kinds=f --_xformat='%N %F %n %{end}' 2>/dev/null | awk '$4 - $3 > 70 { print $2 ":" $3 " " $1 " has " $4 - $3 + 1 " lines" }'
}

# Only db/ knows the client library; SQL lives in db/ and domain/.
sql_places() {
	files 'backend/*.[ch]' | grep -v '^backend/db/' | xargs grep -nE 'MYSQL_|mysql_' /dev/null
	files 'backend/api/*.c' 'backend/pades/*.c' 'backend/jobs/*.c' | xargs grep -nE '"(SELECT|INSERT|UPDATE|DELETE) ' /dev/null
}

rule "floors: includes point down" < <(floors)
rule "no banned functions" < <(banned)
rule "no simplified characters" < <(simplified)
rule "no paths of a machine, no registry hosts" < <(machine_paths)
rule "every header compiles alone" < <(headers_alone)
rule "no function over 70 lines" < <(long_functions)
rule "SQL only where it belongs" < <(sql_places)
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
