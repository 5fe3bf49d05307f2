#!/usr/bin/env bash
# install.sh [--uninstall]: what `make install` and `make uninstall` do, below $DESTDIR$PREFIX.
# Settings in /etc/yinxin are the administrator's: only examples are installed, beside the
# documentation, and nothing there is touched.
set -eu
cd "$(dirname "$0")/.."
prefix=${PREFIX:-/usr/local} root=${DESTDIR:-}${PREFIX:-/usr/local}
share=$root/share/yinxin doc=$root/share/doc/yinxin list=$root/share/yinxin/installed.txt

# Every file that is installed is noted, so that exactly these go again.
put() { # MODE FROM TO
	install -D -m "$1" "$2" "$3"
	echo "${3#"$root"/}" >>"$list.new"
}

# The comment on top tells what is filled in, and goes with it.
put_rendered() { # FROM TO
	local made
	made=$(mktemp)
	sed -e '1,/^[^#]/{/^#/d}' -e "s|@SBINDIR@|$prefix/sbin|g" -e "s|@ROOT@|$prefix/share/yinxin|g" \
		-e 's|@DIR@|/var/lib/yinxin|g' \
		-e 's|@PORT@|8460|g' -e 's|^@USER@$||; s|@USER@|user|g' \
		-e 's|@LOGIN_RATE@|5r/s|g; s|@LOGIN_BURST@|50|g; s|@UPLOAD_RATE@|2r/s|g; s|@UPLOAD_BURST@|40|g' \
		-e 's|@VERIFY_RATE@|1r/s|g; s|@VERIFY_BURST@|20|g' "$1" >"$made"
	put 644 "$made" "$2"
	rm -f "$made"
}

put_tree() { # FROM TO
	local file
	while IFS= read -r file; do put 644 "$1/$file" "$2/$file"; done < <(cd "$1" && find . -type f -printf '%P\n' | sort)
}

put_all() {
	local page
	for program in yinxind yinxin-worker; do put 755 "build/$program" "$root/sbin/$program"; done
	for program in yinxinctl yinxin-signer; do put 755 "build/$program" "$root/bin/$program"; done
	for page in build/man/*.[158]; do put 644 "$page" "$root/share/man/man${page##*.}/${page##*/}"; done
	put_tree web "$share/web"
	for file in sql/*.sql; do put 644 "$file" "$share/$file"; done
	put 644 conf/common-passwords.txt "$share/common-passwords.txt"
	for unit in conf/systemd/*.in; do
		unit=${unit##*/}
		put_rendered "conf/systemd/$unit" "$root/lib/systemd/system/${unit%.in}"
	done
	put 644 build/man/yinxin.conf.example "$doc/examples/yinxin.conf"
	put 644 conf/signer.conf "$doc/examples/signer.conf"
	put_rendered conf/nginx/nginx.conf.in "$doc/examples/nginx.conf"
	put 644 conf/nginx/fastcgi.conf "$doc/examples/fastcgi.conf"
	for file in README.md NEWS LICENSE SECURITY.md; do put 644 "$file" "$doc/$file"; done
	put_tree docs "$doc/docs"
}

if [ "${1:-}" = --uninstall ]; then
	[ -f "$list" ] || { echo "nothing is installed under $root" >&2; exit 1; }
	while IFS= read -r file; do
		rm -f "${root:?}/$file"
		rmdir -p --ignore-fail-on-non-empty "$root/$(dirname "$file")" 2>/dev/null || true
	done <"$list"
	rm -f "$list"
	rmdir -p --ignore-fail-on-non-empty "$share" 2>/dev/null || true
	exit 0
fi
mkdir -p "$share"
rm -f "$list.new"
put_all
# What an older version had and this one has not.
if [ -f "$list" ]; then
	while IFS= read -r file; do rm -f "${root:?}/$file"; done < <(comm -23 <(sort "$list") <(sort "$list.new"))
fi
mv "$list.new" "$list"
