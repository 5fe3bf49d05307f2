// Login by card, with a real browser, extension, host and card: the button on the login page, in
// both languages, where it fails, and when a session has ended over open work.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { accessible, card, cardsSeen, chooseWindow, finish, givePin, id, launch, open, ORIGIN, pinWindow, refusedPin,
	shot, sql, until } from './harness.mjs';

let browser, page;

before(async () => {
	browser = await launch();
});
after(() => browser?.close());

beforeEach(async () => {
	await card('vendor', 'pin-reset');
	await browser.context.clearCookies();
	await page?.close();
	page = await open(browser);
	await id(page, 'login-card').waitFor();
	await cardsSeen(page, 2);
});

/** Clicks the button and picks the card; gives the window that asks for the PIN. */
async function pick(text, button = id(page, 'login-card')) {
	const choose = await chooseWindow(browser, () => button.click());
	const opened = browser.context.waitForEvent('page');
	await finish(choose, `#list button:has-text("${text}")`);
	return pinWindow(browser, () => opened);
}

const actions = () => sql("SELECT action FROM audit WHERE action LIKE 'session.%' ORDER BY seq DESC LIMIT 1");

test('the card logs in: chosen in one window, the PIN in another that says for whom', async () => {
	const window = await pick('測試公司1');
	assert.match(await window.title(), /登入/);
	assert.equal(await window.textContent('#origin'), ORIGIN);
	assert.equal(await window.isVisible('#documents'), false);
	assert.equal(await window.isVisible('#remember'), false, 'a PIN for a login is never remembered');
	await accessible(window, 'the window of a login');
	await shot(window, 'card-login-window');
	assert.equal((await refusedPin(window, '999999')).code, 'pin_wrong');
	await givePin(window, '123456');
	await id(page, 'user-menu').waitFor();
	assert.match(await until(actions), /session\.card/);
	await id(page, 'user-menu').click();
	assert.match(await page.textContent('body'), /vendor/);
	assert.deepEqual(page.problems, []);
});

test('a card that nobody registered logs nobody in, and it is said what to do', async () => {
	sql("UPDATE certificate SET disabled_at = NOW() WHERE subject LIKE '%測試機關1%'");
	try {
		await givePin(await pick('測試機關1'), '654321');
		await page.locator('[data-testid=alert-error][data-code=certificate_not_registered]').waitFor();
		await shot(page, 'card-login-unknown');
	} finally {
		sql("UPDATE certificate SET disabled_at = NULL WHERE subject LIKE '%測試機關1%'");
	}
	await id(page, 'login-account').waitFor();
});

test('closed windows are a cancel: nobody is logged in, and the button works again', async () => {
	const choose = await chooseWindow(browser, () => id(page, 'login-card').click());
	await finish(choose, '#cancel');
	await page.locator('[data-testid=alert-error][data-code=cancelled]').waitFor();
	const window = await pick('測試公司1');
	await finish(window, '#cancel');
	await page.locator('[data-testid=alert-error][data-code=cancelled]').waitFor();
	assert.equal(await id(page, 'user-menu').count(), 0);
	await givePin(await pick('測試公司1'), '123456');
	await id(page, 'user-menu').waitFor();
});

test('the windows speak the language of the page', async () => {
	await id(page, 'language').click();
	await page.getByText('Log in', { exact: true }).first().waitFor();
	const choose = await chooseWindow(browser, () => id(page, 'login-card').click());
	assert.equal(await choose.title(), 'Choose a certificate on the card');
	await finish(choose, '#cancel');
	await shot(page, 'card-login-en');
	await id(page, 'language').click();
});

test('a session that ended over open work goes on with the card', async () => {
	await givePin(await pick('測試公司1'), '123456');
	await id(page, 'user-menu').waitFor();
	sql('DELETE FROM session');
	await page.evaluate(() => {
		location.hash = '#/received';
	});
	const dialog = id(page, 'dialog');
	await dialog.waitFor();
	await givePin(await pick('測試公司1', dialog.getByTestId('login-card')), '123456');
	await dialog.waitFor({ state: 'detached' });
	assert.match(page.url(), /#\/received$/);
});

test('who has no signer is led to it without an account', async () => {
	browser.hostAway();
	try {
		await id(page, 'login-card').click();
		await page.locator('[data-testid=alert-error][data-code=host_missing]').waitFor();
		await id(page, 'install-open').click();
		await id(page, 'install-system').waitFor();
		await accessible(page, 'the installation page before a login');
		await page.goBack();
		await id(page, 'login-check').click();
		await page.locator('[data-testid=check-host][data-state=bad]').waitFor();
		await shot(page, 'card-login-check');
	} finally {
		browser.hostBack();
	}
	await page.locator('[data-testid=check-host][data-state=ok]').waitFor(); // it notices by itself
	assert.deepEqual(page.problems, []);
});
