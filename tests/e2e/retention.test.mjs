// 銷毀清冊 and 契約保全, clicked: listed, one kept longer, proposed, approved by another, destroyed; a hold asked
// for, confirmed and lifted by two; in both languages and narrow.
import test from 'node:test';
import assert from 'node:assert/strict';
import { as, draft } from '../api/client.mjs';
import { completed, fresh, lineOf, longAgo, until } from '../api/retention_rig.mjs';
import { Browser } from './browser.mjs';

let browser, gone, longer, list;
test.before(async () => {
  browser = await Browser.open();
  [gone, longer] = [await completed(), await completed()];
  for (const c of [gone, longer]) longAgo(c.id, 31);
  await until('listed', () => [gone, longer].every((c) => lineOf(c.id)?.state === 'listed'));
  list = lineOf(gone.id).list;
});
test.after(() => browser?.close());
const at = (id) => browser.at(id);
const line = (contract) => at('destruction-item').filter({ hasText: contract.number });
async function enter(account, path) {
  await browser.logout().catch(() => {});
  await browser.login(account);
  await browser.go(path);
}

test('what is over is looked through, and proposed', async () => {
  await browser.login('agencyadmin');
  await at('menu-destructions').click();
  await at('destruction-row').first().waitFor();
  await browser.shot('destructions');
  await browser.clean('the lists');
  await browser.go(`/admin/destructions/${list}`);
  await line(gone).waitFor();
  await line(longer).getByTestId('destruction-keep').click();
  await at('destruction-years').selectOption('10');
  await at('destruction-ok').click();
  await at('field-error').waitFor();
  await at('destruction-reason').fill('訴訟進行中，續存備查');
  await browser.shot('destruction-keep');
  await browser.clean('the dialog to keep');
  await at('destruction-ok').click();
  await at('destruction-said').waitFor();
  await line(longer).filter({ hasText: '續存' }).waitFor();
  await at('destruction-propose').click();
  await at('destruction-reason').fill('府檔字第 1150001234 號同意銷毀');
  await browser.clean('the dialog to propose');
  await at('destruction-ok').click();
  await at('destruction-state').filter({ hasText: '待核准' }).waitFor();
  assert.equal(await at('destruction-approve').count(), 0, 'not by oneself');
});

test('a second person approves; the digests stay, and the contract says so', async () => {
  await enter('agencyadmin2', `/admin/destructions/${list}`);
  await at('destruction-approve').click();
  await browser.shot('destruction-approve');
  await at('confirm-ok').click();
  await at('destruction-said').waitFor();
  await until('destroyed', () => lineOf(gone.id).state === 'destroyed');
  await browser.page.reload();
  await line(gone).getByTestId('destruction-files').click();
  await at('destroyed-file').first().waitFor();
  assert.match(await at('destruction-digest').textContent(), /^[0-9a-f]{64}$/);
  await browser.shot('destruction-files');
  await browser.clean('the digests');
  await browser.page.keyboard.press('Escape');
  await browser.shot('destruction');
  await browser.clean('a list');
  await enter('chen', `/contracts/${gone.id}`);
  await at('retention-destroyed').waitFor();
  await at('event').filter({ hasText: '檔案已銷毀' }).waitFor();
  await browser.shot('contract-destroyed');
  await browser.clean('a contract whose files are gone');
});

test('a hold: asked for, confirmed, seen on the contract, lifted by two', async () => {
  const number = fresh('HOLD');
  const id = await draft(await as('chen'), number);
  await (await as('chen')).post(`/contracts/${id}/send`, {});
  const row = at('hold-row').filter({ hasText: number });
  await enter('agencyadmin', '/admin/holds');
  await at('hold-ask').first().click();
  await at('hold-number').fill('no such');
  await at('hold-caseNumber').fill('115 年度訴字第 88 號');
  await at('hold-reason').fill('法院命保全證據');
  await at('hold-ok').click();
  await at('field-error').waitFor();
  await at('hold-number').fill(number);
  await browser.shot('hold-ask');
  await browser.clean('the dialog to hold');
  await at('hold-ok').click();
  await row.filter({ hasText: '待確認' }).waitFor();
  await enter('chen', `/contracts/${id}`);
  await at('retention-hold').filter({ hasText: '115 年度訴字第 88 號' }).waitFor();
  await browser.shot('contract-held');
  await browser.clean('a contract that is held');
  await enter('agencyadmin2', '/admin/holds');
  await row.getByTestId('hold-agree').click();
  await at('confirm-ok').click();
  await row.filter({ hasText: '保全中' }).waitFor();
  await row.getByTestId('hold-lift').click();
  await at('hold-lift-reason').fill('判決確定');
  await at('hold-ok').click();
  await row.filter({ hasText: '待同意解除' }).waitFor();
  await browser.shot('holds');
  await browser.clean('the holds');
  await enter('agencyadmin', '/admin/holds');
  await row.getByTestId('hold-agree').click();
  await at('confirm-ok').click();
  await row.filter({ hasText: '已解除' }).waitFor();
});

test('in English and narrow, as auditor and as the platform\'s administrator', async () => {
  await browser.page.evaluate(() => localStorage.setItem('yinxin-language', 'en'));
  await browser.page.setViewportSize({ width: 390, height: 844 });
  for (const account of ['auditor', 'admin']) {
    await enter(account, '/');
    for (const [path, ready] of [['/admin/destructions', 'destruction-row'],
      [`/admin/destructions/${list}`, 'destruction-item'], ['/admin/holds', 'hold-row']]) {
      const name = `retention-en-390-${account}${path.replaceAll('/', '-').replace(list, 'one')}`;
      await browser.go(path);
      await browser.page.reload();
      await at(ready).first().waitFor();
      await browser.shot(name);
      await browser.clean(name);
      const wide = await browser.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
      assert.equal(await at('destruction-keep').count() + await at('destruction-propose').count(), 0, 'only looks');
    }
    assert.equal(await at('hold-ask').count(), account === 'auditor' ? 1 : 0);
  }
  assert.deepEqual(browser.errors, []);
});
