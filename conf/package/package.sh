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
version=$(node -p 'require("./extension/manifest.json").version')
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

put() { install -D -m "$1" "$2" "$stage/$3/$4"; } # MODE FROM PACKAGE TO

host_manifest() { # BROWSER TO
	mkdir -p "$(dirname "$stage/signer$2")"
	sed -e 's|@HOST_PATH@|/usr/bin/yinxin-signer|' -e "s|@EXTENSION_ID@|$(cat "$out/extension.id")|" \
		"conf/native-messaging/$1.json.in" >"$stage/signer$2"
	chmod 644 "$stage/signer$2"
}

signer() {
	local doc=usr/share/doc/yinxin-signer path
	put 755 build/yinxin-signer signer usr/bin/yinxin-signer
	strip "$stage/signer/usr/bin/yinxin-signer"
	mkdir -p "$stage/signer/etc/yinxin" "$stage/signer/$doc"
	sed "s|^allowed_origins =.*|allowed_origins = $site|" conf/signer.conf >"$stage/signer/etc/yinxin/signer.conf"
	for path in /etc/chromium /etc/opt/chrome /etc/opt/edge; do
		host_manifest chromium "$path/native-messaging-hosts/tw.yinxin.signer.json"
	done
	host_manifest firefox /usr/lib/mozilla/native-messaging-hosts/tw.yinxin.signer.json
	cp -r "$out/policies" "$stage/signer/$doc/policies"
	put 644 docs/deploy/signer.md signer "$doc"/signer.md
	build_deb "$stage/signer" conf/package/signer/control.in "$out" "$version"
}

rendered() { # FROM PACKAGE TO
	# What ends TLS says who asks.
	local front='\n\t\tset_real_ip_from 127.0.0.1;\n\t\treal_ip_header X-Real-IP;'
	mkdir -p "$(dirname "$stage/$2/$3")"
	sed -e "s|listen 127.0.0.1:@PORT@;|&$front|" -e "s|@SITE@|$site|g" -e 's|@SBINDIR@|/usr/sbin|g' -e 's|@ROOT@|/usr/share/yinxin|g' \
		-e 's|@DIR@/conf/|/etc/yinxin/|g' -e 's|@DIR@|/var/lib/yinxin|g' -e 's|@PORT@|8460|g' -e 's|^@USER@$||' \
		-e 's|@LOGIN_RATE@|5r/s|g; s|@LOGIN_BURST@|50|g; s|@UPLOAD_RATE@|2r/s|g; s|@UPLOAD_BURST@|40|g' \
		-e 's|@VERIFY_RATE@|1r/s|g; s|@VERIFY_BURST@|20|g' "$1" >"$stage/$2/$3"
}

server() {
	local doc=usr/share/doc/yinxin-server program unit
	for program in yinxind yinxin-worker; do put 755 "build/$program" server "usr/sbin/$program"; done
	put 755 build/yinxinctl server usr/bin/yinxinctl
	strip "$stage"/server/usr/sbin/* "$stage/server/usr/bin/yinxinctl"
	mkdir -p "$stage/server/usr/share/yinxin/sql"
	cp -r web "$stage/server/usr/share/yinxin/web"
	rm "$stage"/server/usr/share/yinxin/web/*.md
	cp sql/*.sql "$stage/server/usr/share/yinxin/sql/"
	cp -r "$out/downloads" "$stage/server/usr/share/yinxin/downloads"
	for unit in conf/systemd/*.in; do
		rendered "$unit" server "usr/lib/systemd/system/$(basename "$unit" .in)"
	done
	rendered conf/package/server/yinxin.conf server etc/yinxin/yinxin.conf
	rendered conf/nginx/nginx.conf.in server etc/yinxin/nginx.conf
	put 644 conf/nginx/fastcgi.conf server etc/yinxin/fastcgi.conf
	put 644 docs/deploy/server.md server "$doc"/server.md
	cp -r "$out/policies" "$stage/server/$doc/policies"
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
signer
offer
server
