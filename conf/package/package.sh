#!/usr/bin/env bash
# package.sh: what `make package` does. From the environment:
#   SITE  the origin that users see, https://host[:port]; the extension serves this one only
#   KEY   PEM file with the RSA key that signs the extension; made if it is not there
#   OUT   where everything goes: *.deb, downloads/, policies/
set -eu
cd "$(dirname "$0")/../.."
. conf/package/deb.sh
export LC_ALL=C.UTF-8
site=${SITE:-https://mydoc.gov.taipei} key=${KEY:-keys/extension.pem} out=${OUT:-build/package}
version=$(cat VERSION)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

# What `make install` installs, and which package takes what of it.
take() { # PACKAGE PATH...
	local package=$1 path
	shift
	for path in "$@"; do
		mkdir -p "$(dirname "$stage/$package/usr/$path")"
		mv "$stage/all/usr/$path" "$stage/$package/usr/$path"
	done
}

finish() { # PACKAGE: programs without symbols, compressed manual, licence, the administrator's page
	local package=$1 doc=$stage/$1/usr/share/doc/yinxin-$1
	find "$stage/$package/usr" -path '*/*bin/*' -type f -exec strip {} +
	find "$stage/$package/usr/share/man" -type f -exec gzip -9n {} +
	install -D -m 644 LICENSE "$doc/copyright"
	install -D -m 644 "docs/deploy/$package.md" "$doc/$package.md"
	[ "$package" != server ] || install -m 644 docs/deploy/key.md "$doc/key.md"
	cp -r "$out/policies" "$doc/policies"
}

host_manifest() { # BROWSER TO
	mkdir -p "$(dirname "$stage/signer$2")"
	sed -e 's|@HOST_PATH@|/usr/bin/yinxin-signer|' -e "s|@EXTENSION_ID@|$(cat "$out/extension.id")|" \
		"conf/native-messaging/$1.json.in" >"$stage/signer$2"
	chmod 644 "$stage/signer$2"
}

signer() {
	local path
	take signer bin/yinxin-signer share/man/man1/yinxin-signer.1 share/man/man5/signer.conf.5
	mkdir -p "$stage/signer/etc/yinxin"
	sed "s|^allowed_origins =.*|allowed_origins = $site|" conf/signer.conf >"$stage/signer/etc/yinxin/signer.conf"
	for path in /etc/chromium /etc/opt/chrome /etc/opt/edge; do
		host_manifest chromium "$path/native-messaging-hosts/tw.yinxin.signer.json"
	done
	host_manifest firefox /usr/lib/mozilla/native-messaging-hosts/tw.yinxin.signer.json
	finish signer
	build_deb "$stage/signer" conf/package/signer/control.in "$out" "$version"
}

server() {
	# What ends TLS says who asks.
	local etc=$stage/server/etc/yinxin front='\n\t\tset_real_ip_from 127.0.0.1;\n\t\treal_ip_header X-Real-IP;'
	rm "$stage/all/usr/share/yinxin/installed.txt" "$stage"/all/usr/share/yinxin/web/*.md
	take server bin sbin lib share
	mkdir -p "$etc"
	sed "s|@SITE@|$site|" conf/package/server/yinxin.conf >"$etc/yinxin.conf"
	sed -e "s|listen 127.0.0.1:8460;|&$front|" -e 's|/var/lib/yinxin/conf/|/etc/yinxin/|' \
		"$stage/server/usr/share/doc/yinxin/examples/nginx.conf" >"$etc/nginx.conf"
	install -m 644 conf/nginx/fastcgi.conf "$etc/fastcgi.conf"
	cp -r "$out/downloads" "$stage/server/usr/share/yinxin/downloads"
	finish server
	build_deb "$stage/server" conf/package/server/control.in "$out" "$version" \
		conf/package/server/{postinst,prerm,postrm}
}

# What the page that installs the signer reads: the packages by system.
offer() {
	local deb sum
	deb=$(basename "$out"/yinxin-signer_*.deb)
	cp "$out/$deb" "$out/downloads/"
	sum=$(sha256sum "$out/$deb" | cut -d' ' -f1)
	printf '{"extensionId":"%s","packages":[{"system":"debian","file":"%s","version":"%s","sha256":"%s"}]}\n' \
		"$(cat "$out/extension.id")" "$deb" "$version" "$sum" >"$out/downloads/signer.json"
}

rm -rf "${out:?}/policies" "${out:?}/downloads" "$out"/*.deb
mkdir -p "$out"
node conf/package/extension.mjs "$site" "$key" "$out"
PREFIX=/usr DESTDIR=$stage/all conf/install.sh
signer
offer
server
