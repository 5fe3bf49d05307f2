#!/usr/bin/env bash
# up.sh DIR PORT [--san] [--empty]: a whole private instance in DIR on 127.0.0.1:PORT.
# What runs already is left alone, so it also brings back what was killed.
#   --san    the programs of the sanitizer build     --empty  no demo data
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -ge 2 ] || { echo "usage: up.sh DIR PORT [--san] [--empty]" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd) port=$2 bin=$root/build demo=1
for option in "${@:3}"; do
	case $option in
	--san) bin=$root/build/san ;;
	--empty) demo= ;;
	*) echo "unknown option $option" >&2; exit 2 ;;
	esac
done
. "$root/conf/dev/lib.sh"
PATH=$PATH:/usr/sbin
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1

[ ${#dir} -le 80 ] || die "the path $dir is too long for a unix socket; use a shorter one"
mkdir -p "$dir"/{conf,log,run,mail,heads,keys,store/incoming}
chmod 700 "$dir"
touch "$dir/.yinxin-instance"
echo "$port" >"$dir/conf/port"
exec 9>"$dir/run/lock"
flock -w 120 9 || die "another up.sh or down.sh is at work in $dir"

# The server's own user: what a migration may, it may not.
create_user() {
	[ -e "$dir/conf/db.password" ] || (umask 077; od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$dir/conf/db.password")
	mariadb --no-defaults -u root -S "$dir/db.sock" <<END
CREATE USER IF NOT EXISTS yinxin@localhost IDENTIFIED BY '$(cat "$dir/conf/db.password")';
GRANT SELECT, INSERT, UPDATE, DELETE ON yinxin.* TO yinxin@localhost;
END
}

# A file, unless a test says otherwise.
seal_key() {
	grep -s '^seal_key ' "$dir/conf/more.conf" || echo "seal_key = $dir/pki/platform.key"
}

write_conf() { # FILE USER PASSWORD
	(umask 077; cat >"$1" <<END
listen = $dir/run/backend.sock
db_socket = $dir/db.sock
db_name = yinxin
db_user = $2
db_password = $3
store_dir = $dir/store
incoming_dir = $dir/store/incoming
upload_limit = 150M
threads = 4
trust_dir = $dir/pki
$(seal_key)
seal_cert = $dir/pki/platform.crt
seal_chain = $dir/pki/chain.pem
key_dir = $dir/keys
platform_name = 臺北市政府電子文件服務平台
common_passwords = $root/conf/common-passwords.txt
second_factor_roles = ${YINXIN_FACTOR_ROLES:-none}
origin = http://127.0.0.1:$port
smtp_url = smtp://127.0.0.1:$((port + 1))
mail_from = mydoc@example.tw
ocsp_allow_hosts = 127.0.0.1:$((port + 3))
audit_publish_dir = $dir/heads
audit_publish_to = audit@example.tw
tsa_urls = http://127.0.0.1:$((port + 3))/tsa
hook_allow_hosts = localhost:$((port + 7)),*
hook_tls_ca = $dir/pki/hook.crt
END
	# What a test wants besides.
	[ ! -e "$dir/conf/more.conf" ] || sed "/^seal_key /d" "$dir/conf/more.conf" >>"$1"
	)
}

start_cards() {
	"$root/conf/dev/pcscd.sh" start "$dir" $((port + 4)) 9>&-
	running card-vendor test-card || launch card-vendor "$bin/test-card" --retry --port $((port + 4)) --slot 9C \
		--key "$dir/pki/vendor.key" --cert "$dir/pki/vendor.crt" --pin 123456 --control "$dir/run/card-vendor.sock"
	running card-agency test-card || launch card-agency "$bin/test-card" --retry --port $((port + 5)) --slot 9C \
		--key "$dir/pki/agency.key" --cert "$dir/pki/agency.crt" --pin 654321 --control "$dir/run/card-agency.sock"
}

answers() { # PATH
	curl -sf --noproxy '*' -o /dev/null "http://127.0.0.1:$port$1"
}

start_database
write_conf "$dir/conf/migrate.conf" root ""
"$root/tests/pki/make-pki.sh" "$dir" "$port"
[ -e "$dir/pki/hook.crt" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$dir/pki/hook.key" -out "$dir/pki/hook.crt" 2>/dev/null
"$bin/yinxinctl" migrate --conf "$dir/conf/migrate.conf" "$root/sql" >>"$dir/log/migrate.log" 2>&1 ||
	die "see $dir/log/migrate.log"
create_user
write_conf "$dir/conf/yinxin.conf" yinxin "$(cat "$dir/conf/db.password")"
printf 'allowed_origins = http://127.0.0.1:%s\n' "$port" >"$dir/conf/signer.conf"
running responder responder.mjs || launch responder node "$root/tests/pki/responder.mjs" "$dir" $((port + 3))
running mail mail.mjs || launch mail node "$root/conf/dev/mail.mjs" "$dir" "$port"
start_cards
# The demo's signatures are judged like any: the revocation service must answer.
responds() { (exec 3<>"/dev/tcp/127.0.0.1/$((port + 3))") 2>/dev/null; }
if [ -n "$demo" ]; then
	wait_for "the revocation service" 30 responds
	# A file of its own each time: the store has taken the last one in by a link.
	cp --remove-destination "$root/sql/demo/contract.pdf" "$dir/demo.pdf"
	"$bin/yinxinctl" demo-load --conf "$dir/conf/yinxin.conf" "$dir" >>"$dir/log/demo.log" 2>&1 ||
		die "see $dir/log/demo.log"
fi
export YINXIN_CRASH_FILE=$dir/run/crash-at
from=$(wc -c 2>/dev/null <"$dir/log/worker.log" || echo 0)
running yinxind yinxind || launch yinxind "$bin/yinxind" --conf "$dir/conf/yinxin.conf"
if running worker yinxin-worker; then from=; else launch worker "$bin/yinxin-worker" --conf "$dir/conf/yinxin.conf"; fi
render_nginx
running nginx nginx || launch nginx nginx -e "$dir/log/nginx.log" -c "$dir/conf/nginx.conf"
# Nobody waits for what has ended. The worker says that it is ready once it has all that it needs; what becomes of it
# afterwards is the affair of who killed it.
ended() { gone "$(cat "$dir/run/$1.pid")"; }
ready() { [ -z "$from" ] || tail -c "+$((from + 1))" "$dir/log/worker.log" | grep -q ready; }
serves() { answers /api/v1/health || ended yinxind; }
works() { ready || ended worker; }
wait_for "the server" 60 serves
answers /api/v1/health || die "yinxind ended; see $dir/log/yinxind.log"
wait_for "the worker" 60 works
ready || die "the worker ended; see $dir/log/worker.log"
