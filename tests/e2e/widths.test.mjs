// No page scrolls sideways, at any width from 320 px, in both languages; nothing is wider
// than what it stands in. Every route of the departments is walked.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { as } from '../api/client.mjs';
import { id, launch, login, open, until } from './harness.mjs';
import { draftOf, messageOf, namesOf, send } from './many.mjs';

const WIDTHS = [1440, 1093, 1024, 991, 768, 390, 320]; // 1093: 1366 px at 125 %
const number = `W-${randomUUID()}-契約編號`;
const title = '臺北市政府資訊局115年度公務文件數位簽章服務整合平臺維運暨功能擴充委外服務案後續擴充';
let browser, sent, draft;
const ids = {};

before(async () => {
	const chen = await as('chen');
	const vendor = await as('vendor');
	sent = await draftOf(chen, number, title, namesOf(9));
	draft = await draftOf(chen, `${number}-2`.slice(0, 50), title, namesOf(3));
	await send(chen, sent);
	ids.vendor = await messageOf(vendor, number);
	ids.sealing = (await chen.get('/sealing?tab=pending&size=50')).body.items[0].id;
	ids.sent = (await chen.get('/messages/sent?size=10')).body.items[0].id;
	ids.received = (await chen.get('/messages/received?size=10')).body.items[0].id;
	ids.template = (await chen.post('/templates', {
		kind: 'contract', name: title, title, subject: '檢送「{{契約名稱}}」', body: '請於{{截止日}}前簽署。',
	})).body.id;
	ids.agency = (await (await as('admin')).get('/admin/agencies?size=10')).body.items[0].id;
	browser = await launch();
});
after(async () => {
	await browser?.close();
});

/** Route as the departments list it → the address of an example. */
const examples = () => ({
	'/admin/agencies/:id/merge': [`/admin/agencies/${ids.agency}/merge`],
	'/contracts/:id': [`/contracts/${sent}`],
	'/contracts/:id/basics': [`/contracts/${draft}/basics`],
	'/contracts/:id/files': [`/contracts/${draft}/files`],
	'/contracts/:id/parameters': [`/contracts/${sent}/parameters`],
	'/contracts/:id/places': [`/contracts/${draft}/places`],
	'/contracts/:id/signers': [`/contracts/${draft}/signers`],
	'/account/confirm/:token': [`/account/confirm/${'a'.repeat(64)}`],
	'/account/password/:token': [`/account/password/${'a'.repeat(64)}`],
	'/help/:id': ['/help/contract-new', '/help/sealing'],
	'/received': ['/received', '/received?tab=read&from=2021-01-01&q=xyzxyz'],
	'/sent/:id': [`/sent/${ids.sent}`],
	'/messages/:id': [`/messages/${ids.received}`],
	'/templates/:id': [`/templates/${ids.template}`],
	'/templates/:id/edit': [`/templates/${ids.template}/edit`],
	'/wallet/link/:id/:code': [`/wallet/link/${'a'.repeat(32)}/${'a'.repeat(43)}`],
	'/sealing/:id': [`/sealing/${ids.sealing}`],
});
/** What is one of several objects, and walked where one is made. */
const ELSEWHERE = ['/admin/agencies/:id', '/admin/destructions/:id', '/admin/members/:id', '/admin/merges/:id',
	'/clients/:id', '/clients/:id/hooks/:hookId', '/letters/:id', '/registry/:id', '/seals/:id', '/seals/:id/version',
	'/wallet/items/:id'];
/** Who may see the pages of a role. */
const ACCOUNTS = { platform_admin: 'admin', agency_admin: 'agencyadmin', auditor: 'auditor', registry: 'registry',
	vendor_signer: 'vendor' };

/** What sticks out: of the window, or of a box of a table. */
const tooWide = (page) =>
	page.evaluate(async () => {
		await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
		const { clientWidth, scrollWidth } = document.documentElement;
		const out = (e) => {
			const { right, width } = e.getBoundingClientRect();
			// What scrolls by itself or is hidden by clipping may be wider than the window.
			return width > 0 && right > clientWidth + 0.5 && !e.closest('.viewer-scroll, .visually-hidden, thead, pre');
		};
		const found = scrollWidth > clientWidth ? [`page: ${scrollWidth} px`] : [];
		for (const e of document.querySelectorAll('main *, .top *, .footer *'))
			if (out(e)) found.push(`${e.tagName}.${e.className} ${e.textContent.slice(0, 30)}`);
		for (const e of document.querySelectorAll('.table-wrap'))
			if (e.scrollWidth > e.clientWidth + 1) found.push(`table: ${e.scrollWidth} px in ${e.clientWidth}`);
		return found.slice(0, 5);
	});

const settled = async (page) => {
	await id(page, 'page-title').waitFor();
	await until(async () => (await id(page, 'loading').count()) === 0);
};

async function walk(page, hash) {
	const wrong = [];
	await page.setViewportSize({ width: WIDTHS[0], height: 800 });
	await page.evaluate((to) => (location.hash = to), `#${hash}`);
	await settled(page);
	for (const width of WIDTHS) {
		await page.setViewportSize({ width, height: 800 });
		for (const one of await tooWide(page)) wrong.push(`${hash} at ${width}: ${one}`);
	}
	return wrong;
}

async function speak(page, language) {
	if ((await page.evaluate(() => document.documentElement.lang === 'en')) !== (language === 'en'))
		await id(page, 'language').click();
}

/** Every route, by the account that may go there: chen is officer and sealer. */
const byAccount = (page) => page.evaluate(async (accounts) => {
	const { DEPARTMENTS } = await import('/departments.js');
	const found = {};
	for (const { path, role } of DEPARTMENTS.flatMap((d) => d.routes)) {
		const roles = [role ?? []].flat();
		const mine = roles.length === 0 || roles.includes('officer') || roles.includes('sealer');
		const account = mine ? 'chen' : accounts[roles.find((r) => accounts[r])];
		if (account) (found[account] ??= []).push(path);
	}
	return found;
}, ACCOUNTS);

for (const language of ['zh', 'en']) {
	test(`every page, in ${language}`, async () => {
		const start = await open(browser);
		await id(start, 'login-account').waitFor();
		const routes = await byAccount(start);
		await start.close();
		assert.ok(Object.keys(routes).length >= 5, Object.keys(routes).join());
		const wrong = [];
		for (const [account, paths] of Object.entries(routes)) {
			const page = await login(browser, account);
			await speak(page, language);
			for (const path of paths.filter((one) => !ELSEWHERE.includes(one))) {
				const list = examples()[path] ?? (path.includes(':') ? undefined : [path]);
				assert.ok(list, `${path}: no example of it here`);
				for (const hash of list) wrong.push(...(await walk(page, hash)));
			}
			await page.close();
			await browser.context.clearCookies();
		}
		assert.deepEqual(wrong, []);
	});

	test(`the pages of a vendor, in ${language}; a reply, a dialog, the login`, async () => {
		const page = await login(browser, 'vendor');
		await speak(page, language);
		const wrong = [];
		for (const hash of ['/', '/received', `/messages/${ids.vendor}`]) wrong.push(...(await walk(page, hash)));
		await id(page, 'reply-open').click();
		await id(page, 'reply-body').waitFor();
		for (const width of WIDTHS) {
			await page.setViewportSize({ width, height: 800 });
			for (const one of await tooWide(page)) wrong.push(`a reply at ${width}: ${one}`);
		}
		await id(page, 'history-open').click();
		await id(page, 'card-info').first().click();
		for (const width of WIDTHS) {
			await page.setViewportSize({ width, height: 800 });
			for (const one of await tooWide(page)) wrong.push(`card information at ${width}: ${one}`);
		}
		assert.deepEqual(wrong, []);
		await page.close();
		await browser.context.clearCookies();
		const nobody = await open(browser);
		await id(nobody, 'login-account').waitFor();
		await speak(nobody, language);
		for (const width of WIDTHS) {
			await nobody.setViewportSize({ width, height: 800 });
			assert.deepEqual(await tooWide(nobody), [], `login at ${width}`);
		}
		await nobody.close();
	});
}
