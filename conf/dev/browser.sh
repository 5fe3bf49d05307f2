#!/usr/bin/env bash
# make browser: Chromium with a throw-away profile, the extension and the host ready,
# on the cards of `make run`. CARDS=system: the machine's own pcscd and a real reader.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
[ -e var/conf/port ] || { echo "start 'make run' first" >&2; exit 1; }
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || { echo "no display: run this in a desktop session" >&2; exit 1; }
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
mkdir -p "$profile/NativeMessagingHosts"
sed -e "s|@HOST_PATH@|$root/build/yinxin-signer|" -e "s|@EXTENSION_ID@|$(cat extension/ID.txt)|" \
	conf/native-messaging/chromium.json.in >"$profile/NativeMessagingHosts/tw.yinxin.signer.json"
export YINXIN_SIGNER_CONF=$root/var/conf/signer.conf
[ "${CARDS:-}" = system ] || export PCSCLITE_CSOCK_NAME=$root/var/run/pcscd.sock
sandbox=()
[ "$(id -u)" != 0 ] || sandbox=(--no-sandbox)
/usr/lib/chromium/chromium "${sandbox[@]}" --user-data-dir="$profile" --no-first-run --no-default-browser-check \
	--load-extension="$root/extension" "http://127.0.0.1:$(cat var/conf/port)/"
