#!/usr/bin/env bash
# Installs what Yinxin needs on Debian 12: packages that are missing, the npm
# packages of package-lock.json, and the web libraries in web/vendor. Quick when
# nothing is missing. Root, or a user with sudo. With --vendor only web/vendor, which make asks for.
set -eu
cd "$(dirname "$0")/../.."

packages=(gcc make pkg-config git curl ca-certificates openssl iproute2 procps
	nginx-light mariadb-server libfcgi-dev libmariadb-dev libssl-dev libyajl-dev libsodium-dev
	libutf8proc-dev liboath-dev libqrencode-dev libqpdf-dev libcurl4-openssl-dev zlib1g-dev libpng-dev libcmocka-dev
	pcscd libpcsclite-dev vsmartcard-vpcd opensc opensc-pkcs11 yubico-piv-tool softhsm2 libp11-kit-dev pinentry-curses
	chromium firefox-esr fonts-noto-cjk poppler-utils mupdf-tools qpdf ghostscript
	clang-14 libclang-rt-14-dev libccid libreoffice-writer-nogui libcairo2-dev libpango1.0-dev universal-ctags
	libseccomp-dev libarchive-dev libharfbuzz-dev default-jdk-headless libpdfbox2-java libbcpkix-java
	clang-format-14 shellcheck cppcheck mandoc ccache dpkg-dev)
# Any node from 18 on will do, wherever it comes from; Debian's if there is none.
node_major() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p'; }
[ "$(node_major || true)" ] && [ "$(node_major)" -ge 18 ] && command -v npm >/dev/null || packages+=(nodejs npm)

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		# Asks for the password where somebody can type one.
		if [ -t 2 ]; then sudo "$@"; else sudo -n "$@"; fi
	else
		echo "packages are missing; run this as root or install sudo" >&2
		exit 1
	fi
}

missing() {
	dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null |
		awk '$2 == "installed" { print $1 }' | sort -u >"$1"
	printf '%s\n' "${packages[@]}" | sort -u | comm -23 - "$1"
}

install_packages() {
	local have want policy=/usr/sbin/policy-rc.d made=
	have=$(mktemp)
	want=$(missing "$have")
	rm -f "$have"
	[ -n "$want" ] || return 0
	echo "installing: $(echo $want)"
	# No service of the packages is to start: we run everything privately.
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
		as_root chmod +x $policy
		made=1
	fi
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 update </dev/null
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
		-o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 install $want </dev/null >/dev/null
	[ -z "$made" ] || as_root rm -f $policy
}

install_npm() {
	local stamp=node_modules/.yinxin lock
	lock=$(sha256sum package-lock.json | cut -d' ' -f1)
	[ "$(cat $stamp 2>/dev/null || true)" = "$lock" ] && return 0
	echo "installing npm packages"
	npm ci --silent --no-audit --no-fund --ignore-scripts </dev/null
	echo "$lock" >$stamp
}

# Anew when the packages or the way they are copied change.
install_vendor() {
	local stamp=web/vendor/.yinxin now
	now=$(cat package-lock.json conf/dev/setup.sh conf/dev/viewer-css.mjs conf/dev/preact.d.ts | sha256sum)
	if [ "$(cat $stamp 2>/dev/null || true)" = "$now" ]; then
		touch $stamp
		return 0
	fi
	copy_vendor
	echo "$now" >$stamp
}

# The few files of the libraries that pages load, under names without versions.
copy_vendor() {
	rm -rf web/vendor.new
	mkdir -p web/vendor.new/pdfjs web/vendor.new/icons
	cp node_modules/htm/preact/standalone.module.js web/vendor.new/preact.js
	cp node_modules/pdfjs-dist/build/pdf.min.mjs node_modules/pdfjs-dist/build/pdf.worker.min.mjs web/vendor.new/pdfjs/
	cp node_modules/pdfjs-dist/web/pdf_viewer.mjs web/vendor.new/pdfjs/
	node conf/dev/viewer-css.mjs node_modules/pdfjs-dist/web/pdf_viewer.css web/vendor.new/pdfjs/pdf_viewer.css
	cp -r node_modules/pdfjs-dist/{cmaps,standard_fonts,wasm} web/vendor.new/pdfjs/
	for icon in patch-check patch-check-fill x-octagon-fill question-diamond-fill check-circle bank dash-circle \
		info-circle house inbox send file-earmark-plus search award pen trash download x plus-lg \
		chevron-left chevron-right chevron-bar-left chevron-bar-right person-vcard check-circle-fill \
		exclamation-triangle-fill exclamation-octagon-fill info-circle-fill list box-arrow-right \
		file-earmark-pdf translate zoom-in zoom-out arrows-expand-vertical clock-history envelope \
		envelope-open shield-check hourglass-split pencil-square upload file-earmark-text person-circle \
		chevron-up chevron-down arrows file-earmark arrow-clockwise printer eye-slash eye-fill check2-all bell \
		calendar-event slash-circle copy file-earmark-diff arrow-return-left \
		key shield-lock people building person-gear laptop person-plus patch-check \
		person-check person-x journal-text activity megaphone sliders unlock \
		wallet2 question-circle key reply file-earmark-zip mortarboard envelope-plus; do
		cp "node_modules/bootstrap-icons/icons/$icon.svg" web/vendor.new/icons/
	done
	vendor_types
	rm -rf web/vendor
	mv web/vendor.new web/vendor
}

# What the type check of the pages reads beside the libraries.
vendor_types() {
	echo "export * from 'pdfjs-dist';" >web/vendor.new/pdfjs/pdf.min.d.mts
	echo "export * from 'pdfjs-dist/web/pdf_viewer.mjs';" >web/vendor.new/pdfjs/pdf_viewer.d.mts
	cp conf/dev/preact.d.ts web/vendor.new/preact.d.ts
}

if [ "${1-}" = --vendor ]; then
	install_vendor
	exit
fi
install_packages
# pcscd wants this directory even when its socket is elsewhere.
[ -d /run/pcscd ] || as_root mkdir -p /run/pcscd
install_npm
install_vendor
