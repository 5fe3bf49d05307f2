// 個人證件包: keys, storing, lists, deletion, export; that nobody but its owner can read it, neither
// through the API nor from the database and the disk.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as, DIR, ROOT, sql, URL_BASE, worked } from './client.mjs';
import { png } from './png.mjs';
import { forget, holder, Holder, OTHER, PASSPHRASE, privateFiles, readPrivate } from './wallet_client.mjs';

const PDF = readFileSync(join(ROOT, 'sql/demo/contract.pdf'));
const dir = mkdtempSync(join(tmpdir(), 'yinxin-wallet-'));
const code = (answer) => answer.body?.error?.code;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};
let me;

before(async () => {
  me = await holder('vendor');
});
after(() => {
  for (const account of ['vendor', 'lin']) forget(account);
  rmSync(dir, { recursive: true });
});

test('a wallet is made once, with a good passphrase, and tells its recovery code once', async () => {
  forget('vendor2');
  const other = new Holder();
  ok(await other.login('vendor2'));
  assert.equal(ok(await other.get('/wallet')).there, false);
  assert.equal(code(await other.post('/wallet', { passphrase: 'short' })), 'password_short');
  assert.equal(code(await other.post('/wallet', { passphrase: 'abcdefghijklmnop' })), 'password_common');
  assert.equal(code(await other.unlock()), 'wallet_none');
  assert.equal(code(await other.store('證', PDF)), 'wallet_none');
  const made = ok(await other.post('/wallet', { passphrase: PASSPHRASE }), 201);
  assert.match(made.recoveryCode, /^(\w{4}-){7}\w{4}$/);
  assert.equal(code(await other.post('/wallet', { passphrase: PASSPHRASE })), 'wrong_state');
  assert.equal(ok(await other.get('/wallet')).unlocked, false, 'not unlocked by having been made');
  forget('vendor2');
});

test('a PDF is verified as it comes in, and comes out as it was', async () => {
  const made = ok(await me.store('交貨證明', PDF, { kind: 'certificate', issuer: '臺北市政府', note: '第一批',
    issuedOn: '2026-01-01', expiresOn: '2099-12-31' }), 201);
  assert.equal(made.verdict, 'unsigned');
  const item = ok(await me.get(`/wallet/items/${made.id}`));
  assert.deepEqual([item.kind, item.issuer, item.expiresOn, item.format],
    ['certificate', '臺北市政府', '2099-12-31', 'pdf']);
  const content = await me.get(`/wallet/items/${made.id}/content`);
  assert.equal(content.status, 200);
  assert.equal(sha256(content.body), sha256(PDF));
  assert.match(content.headers.get('content-disposition'), /attachment/);
  assert.match(content.headers.get('cache-control'), /no-store/);
  const facts = ok(await me.get(`/wallet/items/${made.id}/facts`));
  assert.equal(facts.fileName, '交貨證明.pdf');
  assert.equal(facts.sha256, sha256(PDF));
  assert.deepEqual(facts.report.signatures, []);
});

test('what is no PDF, or a broken one, is kept and plainly marked', async () => {
  const cases = [['圖', png(40, () => [9, 99, 9, 255]), 'not_pdf', 'png'],
    ['文字', Buffer.from('plain'), 'not_pdf', 'other'],
    ['壞檔', Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(500)]), 'unreadable', 'pdf']];
  for (const [name, bytes, verdict, format] of cases) {
    const made = ok(await me.store(name, bytes, { file: `../../${name}.bin` }), 201);
    const item = ok(await me.get(`/wallet/items/${made.id}`));
    assert.deepEqual([item.verdict, item.format], [verdict, format]);
    assert.equal(sha256((await me.get(`/wallet/items/${made.id}/content`)).body), sha256(bytes));
    const facts = ok(await me.get(`/wallet/items/${made.id}/facts`));
    assert.equal(facts.report, null);
    assert.equal(facts.fileName, `${name}.bin`, 'without a folder');
  }
  assert.equal(code(await me.store('空', Buffer.alloc(0))), 'no_document');
});

test('a completed contract comes in with one request, verified, once; a locked wallet takes it too', async () => {
  const chen = await holder('chen', { open: false });
  const done = (await chen.get('/contracts?state=completed')).body.items[0];
  const document = (await chen.get(`/contracts/${done.id}`)).body.documents[0];
  const made = ok(await chen.post('/wallet/items', { documentId: document.id }), 201);
  assert.equal(made.verdict, 'valid');
  assert.ok(made.signatures >= 2);
  assert.equal(code(await chen.post('/wallet/items', { documentId: document.id })), 'wallet_there');
  const item = ok(await chen.get(`/wallet/items/${made.id}`));
  assert.equal(item.kind, 'contract');
  assert.ok(item.name.length > 0 && item.issuer.length > 0 && item.issuedOn);
  assert.equal(code(await chen.get(`/wallet/items/${made.id}/content`)), 'wallet_locked');
  ok(await chen.unlock());
  const file = await chen.get(`/documents/${document.id}/file`);
  assert.equal(sha256((await chen.get(`/wallet/items/${made.id}/content`)).body), sha256(file.body));
  const stranger = await holder('officer01');
  assert.equal((await stranger.post('/wallet/items', { documentId: document.id })).status, 404);
  const open = (await chen.get('/contracts?state=vendor_pending')).body.items[0];
  const waiting = (await chen.get(`/contracts/${open.id}`)).body.documents[0];
  assert.equal(code(await chen.post('/wallet/items', { documentId: waiting.id })), 'wrong_state');
  for (const account of ['chen', 'officer01']) forget(account);
});

test('unlocking is for this session alone, and the database has half of it only', async () => {
  const again = new Holder();
  ok(await again.login('vendor'));
  const { id } = ok(await me.get('/wallet/items')).items[0];
  assert.equal(code(await again.get(`/wallet/items/${id}/content`)), 'wallet_locked');
  again.jar.set('__Host-yinxin-wallet', me.jar.get('__Host-yinxin-wallet'));
  assert.equal(code(await again.get(`/wallet/items/${id}/content`)), 'wallet_locked', 'another session\'s half');
  again.jar.set('__Host-yinxin-wallet', 'f'.repeat(64));
  assert.equal(code(await again.get('/wallet/export')), 'wallet_locked');
  ok(await again.unlock());
  assert.equal((await again.get(`/wallet/items/${id}/content`)).status, 200);
  ok(await again.post('/wallet/lock', {}));
  assert.equal(code(await again.get(`/wallet/items/${id}/content`)), 'wallet_locked');
  assert.equal((await me.get(`/wallet/items/${id}/content`)).status, 200, 'the other session stays open');
  const cookie = (await again.unlock()).headers.getSetCookie()[0];
  for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(part), cookie);
  sql('UPDATE wallet_unlock SET until = UTC_TIMESTAMP() - INTERVAL 1 SECOND');
  assert.equal(code(await again.get(`/wallet/items/${id}/content`)), 'wallet_locked', 'its time is over');
  await again.delete('/session');
  assert.equal(sql(`SELECT COUNT(*) FROM wallet_unlock u LEFT JOIN session s ON s.id = u.session_id
    WHERE s.id IS NULL`), '0');
  ok(await me.unlock());
});

test('five wrong passphrases, and the right one has to wait; many at once are no more than five', async () => {
  const lin = await holder('lin', { open: false });
  const tries = await Promise.all(Array.from({ length: 8 }, () => lin.unlock('wrong passphrase it is')));
  const codes = tries.map(code).sort();
  assert.deepEqual(codes, [...Array(5).fill('wallet_passphrase'), ...Array(3).fill('wallet_tries')]);
  assert.equal(code(await lin.unlock()), 'wallet_tries', 'the right one too');
  assert.equal(code(await lin.post('/wallet/recover', { code: lin.recovery, newPassphrase: OTHER })), 'wallet_tries');
  sql("UPDATE wallet SET locked_until = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE locked_until IS NOT NULL");
  ok(await lin.unlock());
  assert.equal(sql("SELECT COUNT(*) FROM audit WHERE action = 'wallet.refused'") >= 5, true);
});

test('another passphrase, the recovery code, and another code', async () => {
  const lin = await holder('lin');
  const { id } = ok(await lin.store('證', PDF), 201);
  const change = { passphrase: 'x', newPassphrase: OTHER };
  assert.equal(code(await lin.put('/wallet/passphrase', change)), 'wallet_passphrase');
  ok(await lin.put('/wallet/passphrase', { passphrase: PASSPHRASE, newPassphrase: OTHER }));
  assert.equal(code(await lin.get(`/wallet/items/${id}/content`)), 'wallet_locked', 'locked everywhere');
  assert.equal(code(await lin.unlock()), 'wallet_passphrase');
  ok(await lin.unlock(OTHER));
  assert.equal(sha256((await lin.get(`/wallet/items/${id}/content`)).body), sha256(PDF));
  const { recoveryCode } = ok(await lin.post('/wallet/code', { passphrase: OTHER }));
  const recover = (words, newPassphrase) => lin.post('/wallet/recover', { code: words, newPassphrase });
  assert.equal(code(await recover(lin.recovery, PASSPHRASE)), 'wallet_code');
  const typed = recoveryCode.toLowerCase().replaceAll('-', ' ');
  const next = ok(await recover(typed, PASSPHRASE));
  assert.notEqual(next.recoveryCode, recoveryCode);
  assert.equal(code(await recover(typed, OTHER)), 'wallet_code', 'used up');
  ok(await lin.unlock());
  assert.equal(sha256((await lin.get(`/wallet/items/${id}/content`)).body), sha256(PDF));
});

test('nobody else reaches a document, an administrator neither, and break-glass has no way to it', async () => {
  const { id } = ok(await me.get('/wallet/items')).items[0];
  for (const account of ['admin', 'agencyadmin', 'auditor', 'company', 'chen', 'registry']) {
    const other = await as(account);
    for (const path of [`/wallet/items/${id}`, `/wallet/items/${id}/grants`])
      assert.equal((await other.get(path)).status, 404, `${account} ${path}`);
    for (const path of [`/wallet/items/${id}/content`, `/wallet/items/${id}/facts`])
      assert.ok([404, 423].includes((await other.get(path)).status), `${account} ${path}`);
    assert.equal((await other.delete(`/wallet/items/${id}`)).status, 404, account);
  }
  const admin = await holder('admin');
  for (const path of [`/wallet/items/${id}/content`, `/wallet/items/${id}/facts`])
    assert.equal((await admin.get(path)).status, 404, 'with an open wallet of one\'s own');
  forget('admin');
});

test('a dump of the database and the store have no plaintext, no passphrase and no code', async () => {
  const secret = `機密內容-${randomBytes(12).toString('hex')}`;
  const file = `檔名-${randomBytes(8).toString('hex')}`;
  const bytes = Buffer.from(`${secret}\n`.repeat(40000));
  const made = ok(await me.store('名稱可見', bytes, { file }), 201);
  const signed = ok(await me.store('合約', readFileSync(join(ROOT, 'sql/demo/contract.pdf'))), 201);
  const grant = ok(await me.post(`/wallet/items/${made.id}/grants`,
    { toName: '銀行', purpose: '貸款', days: 1, original: true }), 201);
  const dump = execFileSync('mysqldump', ['--no-defaults', '-u', 'root', '-S', join(DIR, 'db.sock'), '--hex-blob',
    '--skip-lock-tables', 'yinxin'], { maxBuffer: 1 << 30 });
  const hex = (text) => Buffer.from(text).toString('hex').toUpperCase();
  const hidden = { content: secret, file, passphrase: PASSPHRASE, recovery: me.recovery,
    bare: me.recovery.replaceAll('-', ''), link: grant.code, cookie: me.jar.get('__Host-yinxin-wallet'),
    digest: sha256(bytes) };
  for (const [what, text] of Object.entries(hidden)) {
    assert.ok(!dump.includes(text), `the dump has the ${what}`);
    assert.ok(!dump.includes(hex(text)), `the dump has the ${what} in hex`);
  }
  assert.ok(!dump.includes(sha256(bytes).toUpperCase()), 'nor the digest of the content');
  for (const top of ['store', 'run', 'log', 'mail'].map((d) => join(DIR, d))) {
    const names = readdirSync(top, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
    for (const e of names) {
      const kept = readFileSync(join(e.parentPath ?? e.path, e.name));
      for (const [what, text] of Object.entries(hidden))
        assert.ok(!kept.includes(text), `${e.name} has the ${what}`);
    }
  }
  const kept = readPrivate(signed.id);
  assert.ok(!kept.includes('%PDF') && !kept.includes('endobj'));
  for (const id of [made.id, signed.id]) ok(await me.delete(`/wallet/items/${id}`));
});

test('a file that was altered, cut or swapped is refused, before a byte is given', async () => {
  const bytes = randomBytes(200000);
  const a = ok(await me.store('甲', bytes), 201);
  const b = ok(await me.store('乙', randomBytes(200000)), 201);
  const [pathA, pathB] = [a, b].map((i) => privateFiles().get(i.id));
  const good = readFileSync(pathA);
  const refused = async (what) => {
    const answer = await me.get(`/wallet/items/${a.id}/content`);
    assert.equal(answer.status, 500, what);
    assert.equal(code(answer), 'wallet_damaged', what);
  };
  for (const at of [0, 9, 15, 25, 60, 84, 84 + 65536 + 3, good.length - 1]) {
    const bad = Buffer.from(good);
    bad[at] ^= 1;
    writeFileSync(pathA, bad);
    await refused(`byte ${at}`);
  }
  const chunk = 65536 + 16;
  const swapped = Buffer.concat([good.subarray(0, 84), good.subarray(84 + chunk, 84 + 2 * chunk),
    good.subarray(84, 84 + chunk), good.subarray(84 + 2 * chunk)]);
  for (const [what, bad] of [['cut', good.subarray(0, good.length - 16)],
    ['a chunk less', good.subarray(0, good.length - chunk)],
    ['longer', Buffer.concat([good, Buffer.alloc(16)])], ['chunks in another order', swapped],
    ['another document', readFileSync(pathB)], ['empty', Buffer.alloc(0)]]) {
    writeFileSync(pathA, bad);
    await refused(what);
  }
  writeFileSync(pathA, good);
  assert.equal(sha256((await me.get(`/wallet/items/${a.id}/content`)).body), sha256(bytes));
  // The sealed key is bound to its document: another row's key opens nothing.
  sql(`UPDATE wallet_item x JOIN wallet_item y ON y.id = '${b.id}' SET x.sealed_key = y.sealed_key
    WHERE x.id = '${a.id}'`);
  await refused('another document\'s key');
  for (const i of [a, b]) {
    ok(await me.delete(`/wallet/items/${i.id}`));
    ok(await me.delete(`/wallet/items/${i.id}/file`));
  }
});

test('labels can be changed, and are found by any part, in pages', async () => {
  const lin = await holder('lin');
  for (let i = 1; i <= 23; i++)
    ok(await lin.store(`完稅證明第${String(i).padStart(2, '0')}號`, Buffer.from(`x${i}`), { kind: i % 2 ? 'tax' : 'other',
      issuer: i === 7 ? '財政部台北國稅局' : '' }), 201);
  const all = [];
  let after_;
  do {
    const page = ok(await lin.get(`/wallet/items?size=10${after_ ? `&after=${after_}` : ''}`));
    assert.ok(page.items.length <= 10);
    all.push(...page.items);
    after_ = page.next;
  } while (after_);
  assert.equal(all.length, 23);
  assert.equal(all[0].name, '完稅證明第23號', 'the newest first');
  const find = async (q, more = '') => ok(await lin.get(`/wallet/items?q=${encodeURIComponent(q)}${more}`));
  assert.equal((await find('第07號')).items.length, 1);
  assert.equal((await find('證明')).items.length, 20, 'a page of them');
  assert.equal((await find('證明', '&size=100&kind=tax')).items.length, 12);
  assert.equal((await find('臺北國稅局')).items[0].name, '完稅證明第07號', '台 is 臺');
  assert.equal((await find('０７')).items[0].name, '完稅證明第07號', 'full width');
  assert.equal((await find('明第2')).items.length, 4, 'three characters in a row');
  assert.equal((await find('明2第')).items.length, 0);
  assert.equal((await find('稅')).items.length, 20);
  assert.equal((await lin.get('/wallet/items?after=x')).status, 400);
  const item = all[3];
  const labels = { kind: 'licence', name: '營業執照', issuer: '', note: '', expiresOn: '2099-01-01',
    version: item.version };
  ok(await lin.put(`/wallet/items/${item.id}`, labels));
  assert.equal(code(await lin.put(`/wallet/items/${item.id}`, labels)), 'conflict', 'changed meanwhile');
  assert.equal((await find('營業')).items.length, 1);
  assert.equal((await find('第20號')).items.length, 0, 'the old name is gone');
  const backwards = { ...labels, issuedOn: '2100-01-01', version: 3 };
  assert.equal((await lin.put(`/wallet/items/${item.id}`, backwards)).status, 400);
});

test('what is deleted can come back for some days, counts until then, and is gone afterwards', async () => {
  const lin = await holder('lin');
  const used = async () => ok(await lin.get('/wallet')).used;
  const { id } = ok(await lin.store('證', PDF), 201);
  ok(await lin.delete(`/wallet/items/${id}`));
  assert.equal((await lin.get(`/wallet/items/${id}/content`)).status, 404);
  assert.equal(ok(await lin.get('/wallet/items')).items.length, 0);
  assert.equal(ok(await lin.get('/wallet/items?tab=deleted')).items[0].id, id);
  assert.equal(await used(), PDF.length, 'still counts');
  ok(await lin.post(`/wallet/items/${id}/restore`, {}));
  assert.equal((await lin.get(`/wallet/items/${id}/content`)).status, 200);
  assert.equal((await lin.delete(`/wallet/items/${id}/file`)).status, 404, 'only what is deleted');
  ok(await lin.delete(`/wallet/items/${id}`));
  sql(`UPDATE wallet_item SET deleted_at = UTC_TIMESTAMP() - INTERVAL 15 DAY WHERE id = '${id}'`);
  await worked('the worker took it', () => sql(`SELECT COUNT(*) FROM wallet_item WHERE id = '${id}'`) === '0');
  assert.ok(!privateFiles().has(id), 'and its file');
  assert.equal(await used(), 0, 'its room is free');
});

test('a wallet holds what the platform allows, at the same moment too', async () => {
  const lin = await holder('lin');
  sql(`UPDATE wallet w JOIN member m ON m.id = w.member_id SET used_bytes = 2147483648 - 25000
    WHERE m.account = 'lin'`);
  const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => lin.store(`證${i}`, randomBytes(10000))));
  assert.deepEqual(answers.map((a) => a.status).sort(), [201, 201, 409, 409]);
  assert.equal(code(answers.find((a) => a.status === 409)), 'wallet_full');
});

test('the export has everything, and sha256sum agrees', async () => {
  const lin = await holder('lin');
  const big = randomBytes(300001);
  ok(await lin.store('甲', PDF, { kind: 'contract', issuer: '=cmd' }), 201);
  ok(await lin.store('乙', big, { file: '大檔案.bin' }), 201);
  const bad = ok(await lin.store('壞', randomBytes(90000)), 201);
  const path = privateFiles().get(bad.id);
  const bytes = readFileSync(path);
  bytes[70000] ^= 4;
  writeFileSync(path, bytes);
  const zip = await lin.get('/wallet/export');
  assert.equal(zip.status, 200);
  assert.match(zip.headers.get('content-type'), /zip/);
  writeFileSync(join(dir, 'export.zip'), zip.body);
  const out = join(dir, 'out');
  execFileSync('python3', ['-m', 'zipfile', '-e', join(dir, 'export.zip'), out]);
  const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8');
  assert.equal(sums.trim().split('\n').length, 2, 'the damaged one is not among them');
  execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: out });
  assert.ok(sums.includes(sha256(big)) && sums.includes(sha256(PDF)));
  assert.ok(sums.includes('大檔案.bin'));
  const table = readFileSync(join(out, 'manifest.csv'), 'utf8');
  assert.match(table, /壞,.*,damaged,/);
  assert.match(table, /'=cmd/, 'no formula');
});

test('150 MB go in and out with little memory', { timeout: 300000 }, async () => {
  const lin = await holder('lin');
  const bytes = Buffer.alloc(150 * 1024 * 1024);
  for (let i = 0; i < bytes.length; i += 4096) bytes.writeUInt32LE(i, i);
  const pid = Number(readFileSync(join(DIR, 'run/yinxind.pid'), 'utf8'));
  const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before_ = peak();
  const { id } = ok(await lin.store('大', bytes), 201);
  const digest = sha256(bytes);
  const back = await lin.get(`/wallet/items/${id}/content`);
  assert.equal(sha256(back.body), digest);
  assert.ok(peak() - before_ < 40 * 1024, `${peak() - before_} KB more at the peak`);
  assert.equal(statSync(privateFiles().get(id)).size, bytes.length + 84 + 2400 * 16);
  assert.equal(readdirSync(join(DIR, 'run/fastcgi'), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile()).length, 0, 'nginx kept nothing of it in a file');
  forget('lin');
});

test('what ends is told, once for each of its days, by day', async () => {
  const lin = await holder('lin');
  const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
  const { id } = ok(await lin.store('到期的證', PDF, { expiresOn: day(40) }), 201);
  const next = () => sql(`SELECT COALESCE(remind_on, '') FROM wallet_item WHERE id = '${id}'`);
  assert.equal(next(), day(10), 'thirty days before');
  ok(await lin.put('/wallet/settings', { remindDays: 14 }));
  assert.equal(next(), day(26));
  ok(await lin.put('/wallet/settings', { remindDays: 0 }));
  assert.equal(next(), '');
  ok(await lin.put('/wallet/settings', { remindDays: 60 }));
  assert.equal(next(), day(33), 'sixty days before is over: the next is seven days before');
  const list = ok(await lin.get('/wallet/items?tab=expiring'));
  assert.deepEqual([list.items[0].id, list.items[0].daysLeft, list.expiring], [id, 40, 1]);
});

test('the reminder is a mail: it comes by day, once, with the day and the way to the document', { timeout: 600000 },
  async () => {
    const lin = await holder('lin'), admin = await as('admin');
    const name = `駕照${randomBytes(4).toString('hex')}`, address = sql("SELECT email FROM member WHERE account = 'lin'");
    const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);
    const hours = async (from, to) => {
      for (const [which, value] of [['from', from], ['to', to]])
        ok(await admin.put('/admin/parameters', { name: `reminder.${which}_hour`, value: String(value) }));
    };
    const mails = async () => {
      const port = Number(new URL(URL_BASE).port) + 2;
      const all = await (await fetch(`http://127.0.0.1:${port}/mails.json`)).json();
      return all.filter((m) => m.to.includes(address) && m.subject.includes(name));
    };
    const mailed = () => sql(`SELECT COUNT(*) FROM outbox WHERE subject LIKE '%${name}%'`);
    // One that began after this.
    const round = async () => {
      const from = sql('SELECT UTC_TIMESTAMP(3)');
      await worked('a round', () =>
        sql(`SELECT COUNT(*) FROM job_run WHERE name = 'wallets' AND at > '${from}'`) === '1');
    };
    const now = new Date(Date.now() + 8 * 3600e3).getUTCHours();
    try {
      // Hours without this one: nothing goes out, and the day is not lost. (Noon is always a day's.)
      await hours(...(now >= 13 ? [0, now] : [Math.min(now + 1, 12), 24]));
      const { id } = ok(await lin.store(name, PDF, { expiresOn: day(7) }), 201);
      sql(`UPDATE wallet_item SET remind_on = '${day(0)}' WHERE id = '${id}'`);
      if (now !== 12) {
        await round();
        assert.equal(mailed(), '0', 'not at night');
        assert.equal(sql(`SELECT remind_on FROM wallet_item WHERE id = '${id}'`), day(0));
      }
      await hours(0, 24);
      let got = [];
      await worked('the reminder', async () => (got = await mails()).length > 0);
      assert.equal(got.length, 1);
      assert.equal(got[0].subject, `證件將於 7 天後到期：${name}`);
      assert.ok(got[0].text.includes(day(7)) && got[0].text.includes(`/#/wallet/items/${id}`), got[0].text);
      assert.ok(!got[0].text.includes('%PDF'));
      assert.equal(sql(`SELECT remind_on FROM wallet_item WHERE id = '${id}'`), day(7), 'then on its last day');
      assert.equal(mailed(), '1', 'once');
    } finally {
      sql("DELETE FROM parameter_change WHERE undoes_id IS NOT NULL AND name LIKE 'reminder.%'");
      sql("DELETE FROM parameter_change WHERE name LIKE 'reminder.%'");
      sql("DELETE FROM parameter_value WHERE name LIKE 'reminder.%'");
    }
  });

test('a wallet that is deleted is gone at once, with its keys', async () => {
  const lin = await holder('lin');
  const { id } = ok(await lin.store('證', PDF), 201);
  ok(await lin.delete('/wallet'));
  assert.equal(ok(await lin.get('/wallet')).there, false);
  assert.equal(sql(`SELECT COALESCE(HEX(sealed_key), 'none') FROM wallet_item WHERE id = '${id}'`), 'none');
  assert.equal((await lin.get(`/wallet/items/${id}`)).status, 404);
});
