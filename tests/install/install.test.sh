#!/usr/bin/env bash
# make install into an empty directory: the programs run from there, the manual pages are without
# a warning, the units are understood, what is installed goes again, and nothing else does.
set -u
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
dest=$(mktemp -d)
trap 'rm -rf "$dest"' EXIT
root=$dest/usr

check() { # NAME COMMAND...
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then passed=$((passed + 1)); echo "ok   $name"
	else failed=$((failed + 1)); echo "FAIL $name"; printf '%s\n' "$output" | head -n 20 | sed 's/^/     /'; fi
}

install_it() { make -s install DESTDIR="$dest" PREFIX=/usr; }
uninstall_it() { make -s uninstall DESTDIR="$dest" PREFIX=/usr; }

says_version() { "$1" --version | grep -q " $(cat VERSION)\b"; }
# --help names every option and every setting of --man.
helps() {
	local help name
	help=$("$1" --help) || return 1
	"$1" --man | awk -F '\t' '$1 != "program" { print $2 }' | while read -r name; do
		grep -qF -- "  $name" <<<"$help" || { echo "$1 --help has no $name"; exit 1; }
	done
}
refuses() { "$1" --no-such-option >/dev/null 2>&1; [ $? = 2 ]; }

page_is_clean() { # mandoc and groff find nothing; every row of the table is there
	local lint
	lint=$(mandoc -T lint -W warning "$1"; groff -k -mandoc -ww -T utf8 "$1" 2>&1 >/dev/null)
	[ -z "$lint" ] || { echo "$lint"; return 1; }
	! grep -q '@[A-Z]*@' "$1"
}
page_has_settings() { # PAGE PROGRAM
	local text name
	text=$(mandoc -T ascii "$1" | sed 's/.\x08//g')
	"$2" --man | awk -F '\t' '$1 == "setting" { print $2 }' | while read -r name; do
		grep -qF "$name" <<<"$text" || { echo "no $name"; exit 1; }
	done
}
# The example is a file that the server reads: it only asks for what must be given.
example_is_read() {
	local said
	said=$("$root/bin/yinxinctl" audit-verify --conf "$root/share/doc/yinxin/examples/yinxin.conf" 2>&1)
	grep -q 'listen is missing' <<<"$said" || { echo "$said"; return 1; }
}
pages_are_there() { diff <(cd web && find . -type f | sort) <(cd "$root/share/yinxin/web" && find . -type f | sort); }
no_placeholder() { ! grep -rnE '@[A-Z]+@' "$root/lib" "$root/share/doc/yinxin/examples"; }
no_foreign_path() { ! grep -rlI -- "$dest" "$root"; }
unit_is_understood() {
	command -v systemd-analyze >/dev/null || return 0
	sed "s|^ExecStart\(Pre\)\?=.*|ExecStart\1=/bin/true|" "$1" >"$dest/${1##*/}"
	local said
	said=$(systemd-analyze verify --man=no "$dest/${1##*/}" 2>&1 | grep -F "${1##*/}" |
		grep -vE 'mariadb|yinxin.*not found')
	[ -z "$said" ] || { echo "$said"; return 1; }
}
# What an administrator has put there stays.
only_ours_goes() {
	mkdir -p "$root/share/yinxin/web" && echo mine >"$root/share/yinxin/web/local.css" && echo mine >"$root/bin/other"
	uninstall_it || return 1
	diff <(cd "$root" && find . -type f | sort) <(printf '%s\n' ./bin/other ./share/yinxin/web/local.css)
}

check "make install" install_it
for program in sbin/yinxind sbin/yinxin-worker bin/yinxinctl bin/yinxin-signer; do
	check "$program --version" says_version "$root/$program"
	check "$program --help" helps "$root/$program"
	check "$program refuses an unknown option" refuses "$root/$program"
done
for page in man8/yinxind.8 man8/yinxin-worker.8 man1/yinxinctl.1 man1/yinxin-signer.1 \
	man5/yinxin.conf.5 man5/signer.conf.5; do
	check "$page" page_is_clean "$root/share/man/$page"
done
check "yinxin.conf(5) has every setting" page_has_settings "$root/share/man/man5/yinxin.conf.5" "$root/sbin/yinxind"
check "signer.conf(5) has every setting" \
	page_has_settings "$root/share/man/man5/signer.conf.5" "$root/bin/yinxin-signer"
check "the example of yinxin.conf is read" example_is_read
check "all pages are installed" pages_are_there
check "no placeholder is left" no_placeholder
check "no path of the build" no_foreign_path
for unit in "$root"/lib/systemd/system/*.service; do check "${unit##*/}" unit_is_understood "$unit"; done
check "installing again" install_it
check "make uninstall takes ours only" only_ours_goes
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
