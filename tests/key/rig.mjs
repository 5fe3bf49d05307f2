// An instance of its own whose platform key lies in a token of SoftHSM: a real PKCS #11 module
// in the place of the agency's HSM.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const PIN = '73519284';
export const MODULE = ['x86_64-linux-gnu', 'aarch64-linux-gnu', '']
  .map((place) => join('/usr/lib', place, 'softhsm/libsofthsm2.so'))
  .find(existsSync);
export const PORT = Number(process.env.YINXIN_PORT ?? 18460) + 10;
export const DIR = process.env.YX_KEY_DIR ?? mkdtempSync(join(tmpdir(), 'yxkey-'));
export const PIN_FILE = join(DIR, 'conf/pin');
export const uri = (name) => `pkcs11:token=yinxin;object=${name}`;

// Before client.mjs is loaded: it reads these.
Object.assign(process.env, { YINXIN_DIR: DIR, YINXIN_URL: `http://127.0.0.1:${PORT}`,
  SOFTHSM2_CONF: join(DIR, 'conf/softhsm.conf') });

const run = (...command) => execFileSync(command[0], command.slice(1), { stdio: 'pipe' });

export function writePin(pin = PIN, mode = 0o640) {
  writeFileSync(PIN_FILE, `${pin}\n`);
  run('chmod', mode.toString(8), PIN_FILE);
}

/** Puts the key of a certificate of the test PKI into the token. */
export function importKey(name, id, file = join(DIR, `pki/${name}.key`)) {
  run('softhsm2-util', '--import', file, '--token', 'yinxin', '--label', name, '--id', id, '--pin', PIN);
}

export const up = (...more) => promisify(execFile)(join(ROOT, 'conf/dev/up.sh'), [DIR, String(PORT), '--san', ...more]);
export const down = () => promisify(execFile)(join(ROOT, 'conf/dev/down.sh'), [DIR]);

/** Settings, token and the platform's key in it; no copy of the key stays on the disk. */
export function prepare() {
  for (const name of ['conf', 'tokens', 'keys']) mkdirSync(join(DIR, name), { recursive: true });
  run(join(ROOT, 'tests/pki/make-pki.sh'), DIR, String(PORT));
  writeFileSync(process.env.SOFTHSM2_CONF,
    `directories.tokendir = ${join(DIR, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  run('softhsm2-util', '--init-token', '--free', '--label', 'yinxin', '--so-pin', '87654321', '--pin', PIN);
  importKey('platform', 'a1');
  writePin();
  run('shred', '-u', join(DIR, 'pki/platform.key'));
  writeFileSync(join(DIR, 'conf/more.conf'),
    `seal_key = ${uri('platform')}\npkcs11_module = ${MODULE}\npkcs11_pin_file = ${PIN_FILE}\n`);
}

export const pidOf = (name) => Number(readFileSync(join(DIR, `run/${name}.pid`), 'utf8'));

/** The process in which a daemon's module runs. */
export function helperOf(name) {
  const children = run('ps', '--ppid', String(pidOf(name)), '-o', 'pid=,args=').toString().trim().split('\n');
  const line = children.find((text) => text.includes('--hsm-module'));
  return line ? Number(line.trim().split(' ')[0]) : null;
}
