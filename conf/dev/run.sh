#!/usr/bin/env bash
# make run: set-up, build, the private instance under var/, and where to go. Stays until
# Ctrl-C, which ends the instance and nothing else. A second one says so and leaves.
set -eu
cd "$(dirname "$0")/../.."
port=${YINXIN_PORT:-8460}

guide() {
	cat <<END

  印信 Yinxin    http://127.0.0.1:$port/

  示範帳號 demo accounts（密碼 password: Yinxin-demo-2021）
    chen         陳00   臺北市政府資訊局   承辦人、機關用印   case officer, sealing staff
    he           何00   臺北市政府資訊局   承辦人、機關用印   case officer, sealing staff
    vendor       王大明 關貿網路股份有限公司 廠商簽署人       vendor signer
    vendor2      李小華 測試公司2           廠商簽署人        vendor signer
    registry     方收發 總收發 registry           agencyadmin, agencyadmin2  機關管理者 agency administrators
    auditor      稽核員 auditor                   admin, admin2              平台管理者 platform administrators

  卡片 PIN 碼 card PINs    廠商卡 vendor 123456    機關卡 agency 654321
  測試信箱 mailbox         http://127.0.0.1:$((port + 2))/
  簽章 to sign             make browser（另開終端機 in another terminal; CARDS=system 用實體讀卡機 a real reader）
                           或 or: chrome://extensions → 載入未封裝項目 Load unpacked → extension/
  重新開始 start anew      make reset        停止 stop  Ctrl-C

END
}

if [ -e var/.yinxin-instance ] &&
	curl -sf --noproxy '*' -o /dev/null "http://127.0.0.1:$(cat var/conf/port)/api/v1/health"; then
	port=$(cat var/conf/port)
	echo "執行中，未做任何變更。It runs already; nothing was changed."
	guide
	exit 0
fi
conf/dev/setup.sh
make --no-print-directory -s -j"$(nproc)" build
down() { trap - INT TERM EXIT; echo; echo "停止中… stopping"; conf/dev/down.sh var; }
trap 'down; exit 0' INT TERM
trap down EXIT
conf/dev/up.sh var "$port"
guide
while :; do sleep 1 & wait $!; done
