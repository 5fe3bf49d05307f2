// Real Chromium with the extension and the host on the instance's own pcscd and cards.
import { chromium } from 'playwright-core';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIR, PASSWORD, ROOT, URL_BASE } from '../api/client.mjs';

export { DIR, ROOT, URL_BASE, PASSWORD };
export const SCREENS = join(ROOT, 'tests/out/screens');
const EXTENSION = join(ROOT, 'extension');
const HOST = process.env.YX_HOST ?? join(ROOT, 'build/san/yinxin-signer');
const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');
mkdirSync(SCREENS, { recursive: true });

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A line to a test card's control socket.
export function card(name, command) {
  return new Promise((resolve, reject) => {
    const socket = connect(join(DIR, 'run', `card-${name}.sock`));
    let text = '';
    socket.on('data', (data) => { text += data; });
    socket.on('end', () => resolve(text.trim()));
    socket.on('error', reject);
    socket.write(`${command}\n`);
  });
}

export class Browser {
  static async open({ width = 1440, height = 960, language = 'zh-TW', host = true } = {}) {
    const browser = new Browser();
    browser.profile = mkdtempSync(join(tmpdir(), 'yinxin-e2e-'));
    browser.manifest = join(browser.profile, 'NativeMessagingHosts/tw.yinxin.signer.json');
    mkdirSync(join(browser.profile, 'NativeMessagingHosts'));
    const template = readFileSync(join(ROOT, 'conf/native-messaging/chromium.json.in'), 'utf8');
    writeFileSync(browser.manifest, template.replace('@HOST_PATH@', HOST)
      .replace('@EXTENSION_ID@', readFileSync(join(EXTENSION, 'ID.txt'), 'utf8').trim()));
    if (!host) browser.hideHost();
    browser.context = await chromium.launchPersistentContext(browser.profile, {
      executablePath: '/usr/lib/chromium/chromium', headless: true, viewport: null, acceptDownloads: true,
      ignoreDefaultArgs: ['--disable-extensions'],
      env: { ...process.env, LANGUAGE: language.replace('-', '_'), YINXIN_SIGNER_CONF: join(DIR, 'conf/signer.conf'),
        PCSCLITE_CSOCK_NAME: join(DIR, 'run/pcscd.sock'), ASAN_OPTIONS: 'detect_leaks=0' },
      args: ['--no-sandbox', `--disable-extensions-except=${EXTENSION}`, `--load-extension=${EXTENSION}`,
        `--lang=${language}`, `--accept-lang=${language}`, `--window-size=${width},${height}`],
    });
    browser.page = browser.context.pages()[0] ?? await browser.context.newPage();
    browser.errors = [];
    browser.page.on('pageerror', (error) => browser.errors.push(String(error)));
    return browser;
  }

  hideHost() { renameSync(this.manifest, `${this.manifest}.hidden`); }
  showHost() { if (existsSync(`${this.manifest}.hidden`)) renameSync(`${this.manifest}.hidden`, this.manifest); }

  async close() {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  at(testid) { return this.page.getByTestId(testid); }

  async go(route) {
    await this.page.goto(`${URL_BASE}/#${route}`);
    await this.page.waitForLoadState('networkidle').catch(() => {});
  }

  async login(account) {
    await this.page.goto(`${URL_BASE}/#/login`);
    await this.at('login-account').fill(account);
    await this.at('login-password').fill(PASSWORD);
    await this.at('login-submit').click();
    await this.at('user-menu').waitFor();
  }

  async logout() {
    await this.context.clearCookies();
    await this.page.goto('about:blank');
  }

  // Clicks what opens the extension's window and gives that window.
  async window(click) {
    const opened = this.context.waitForEvent('page', { timeout: 20000 });
    await click();
    const popup = await opened;
    await popup.waitForLoadState();
    return popup;
  }

  async shot(name, page = this.page) {
    await page.screenshot({ path: join(SCREENS, `${name}.png`) });
  }

  // Violations that axe finds, as short lines.
  async axe(page = this.page) {
    await page.evaluate(`${AXE};0`);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document,
      { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } }));
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')} ${v.nodes[0]?.failureSummary ?? ''}`);
  }
}

// Waits until a window of the extension has closed itself.
export const closed = (popup) => (popup.isClosed() ? Promise.resolve() : popup.waitForEvent('close', { timeout: 20000 }));

// Types the PIN and confirms; the window may close during the click.
export async function typePin(popup, pin) {
  await popup.waitForSelector('#pin:not([disabled])');
  await popup.fill('#pin', pin);
  await popup.click('#ok').catch(() => {});
}

// Is there something drawn on the first canvas?
export async function drawn(page) {
  await page.waitForFunction(() => {
    const canvas = document.querySelector('[data-testid="viewer-page"] canvas, canvas');
    if (!canvas || canvas.width === 0) return false;
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let dark = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0 && data[i] < 128) dark++;
    return dark > 200;
  }, undefined, { timeout: 30000 });
}
