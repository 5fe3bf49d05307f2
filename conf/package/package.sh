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
