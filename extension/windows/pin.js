// The PIN window: shows who asks, what is signed and with which certificate; hands the PIN
// to the background and forgets it.
import { isWhole, readDocument } from '../lib/documents.js';
import { $, connect, element, showOrigin, text, whatToDo } from '../lib/view.js';

/** @typedef {import('../lib/documents.js').Document & {sha256: string}} Item */
/** @typedef {import('../lib/certificate.js').Certificate} Certificate */

/** @type {Record<string, string>} */
const TITLES = { sign: 'titleSign', prove: 'titleProve', authenticate: 'titleAuthenticate' };
const LAST_TRY = new Set(['pin_wrong', 'pin_last_try']);
let shown = false;
let busy = false;
/** Where the PIN is typed: here, on the reader, or in the host's own window; or the host remembers it (記憶密碼). */
const PLACES = {
	field: { note: '', working: 'working' },
	reader: { note: 'pinOnReader', working: 'workingReader' },
	host: { note: 'pinInHost', working: 'workingHost' },
	memory: { note: 'pinRemembered', working: 'working' },
};
/** @type {keyof typeof PLACES} */
let place = 'field';
/** @type {keyof typeof PLACES} where it is typed when nothing is remembered */
let usual = 'field';
let lengthRule = '';
let mayRemember = false;

function size(/** @type {number} */ bytes) {
	return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(2)}KB` : `${(bytes / 1048576).toFixed(2)}MB`;
}

// What is no PDF is looked at with the program that it is for.
function save(/** @type {Uint8Array<ArrayBuffer>} */ bytes, /** @type {string} */ name) {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
	link.download = name;
	link.click();
}

// Read again and checked again: what opens here has the digest that is signed.
async function view(/** @type {string} */ origin, /** @type {Item} */ item, /** @type {any} */ button) {
	button.disabled = true;
	try {
		const { bytes } = await readDocument(origin, item);
		if (isWhole(item)) save(bytes, item.name);
		else window.open(URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' })), '_blank', 'noopener');
	} catch (error) {
		fail({ code: /** @type {any} */ (error).code ?? 'document_unreadable' });
	} finally {
		button.disabled = false;
	}
}

function row(/** @type {string} */ origin, /** @type {Item} */ item) {
	const word = text(isWhole(item) ? 'save' : 'view');
	const open = element('button', { type: 'button', text: word, ariaLabel: `${word} ${item.name}` });
	open.addEventListener('click', () => view(origin, item, open));
	return element(
		'li',
		{},
		element(
			'div',
			{ class: 'what' },
			element('bdi', { text: item.name }),
			element('p', { class: 'small', text: `${item.number}　${size(item.size)}` }),
			element(
				'details',
				{ class: 'small' },
				element('summary', { text: `SHA-256 ${item.sha256.slice(0, 16)}…` }),
				element('code', { text: item.sha256 }),
			),
		),
		open,
	);
}

function number(/** @type {string} */ serial) {
	if (!serial) return '';
	return /^\d{8}$/.test(serial) ? text('companyNumber', serial) : text('holderNumber', serial);
}

function showCertificate(/** @type {Certificate | null} */ certificate) {
	$('details').hidden = !certificate;
	$('holder').textContent = certificate?.name ?? '?';
	$('number').textContent = number(certificate?.number ?? '');
	$('issuer').textContent = certificate?.issuerName ?? '?';
	$('until').textContent = certificate?.notAfter ?? '?';
	$('subject').textContent = certificate?.subject ?? '';
	$('issuer-name').textContent = certificate?.issuer ?? '';
	$('serial').textContent = certificate?.serial ?? '';
	$('validity').textContent = certificate ? `${certificate.notBefore} – ${certificate.notAfter}` : '';
	$('fingerprint').textContent = certificate?.fingerprint ?? '';
}

/** @param {{kind: string, origin: string, topOrigin: string, certificate: Certificate | null, documents: Item[],
 *           pinMinLength?: number, rememberMinutes?: number, remembered?: boolean, ownDialog?: boolean}} what */
function show({ kind, origin, topOrigin, certificate, documents, ...rules }) {
	$('title').textContent = text(TITLES[kind]);
	document.title = $('title').textContent;
	showOrigin({ origin, topOrigin });
	$('documents').hidden = documents.length === 0;
	$('documents-title').textContent = text('documents', String(documents.length));
	$('list').replaceChildren(...documents.map((item) => row(origin, item)));
	showCertificate(certificate);
	$('note').textContent = documents.length > 1 ? text('noteMany', String(documents.length)) : text('noteOne');
	showRules(rules);
	shown = true;
}

/** @typedef {{pinMinLength?: number, rememberMinutes?: number, remembered?: boolean, ownDialog?: boolean}} Rules */

function showRules(/** @type {Rules} */ { pinMinLength, rememberMinutes = 0, remembered = false, ownDialog = false }) {
	if (pinMinLength) $('pin').minLength = pinMinLength;
	mayRemember = rememberMinutes > 0;
	$('remember-text').textContent = text('remember', String(rememberMinutes));
	usual = ownDialog ? 'host' : 'field';
	askForPin(remembered ? 'memory' : usual);
}

// Not before one sees what the PIN is for; here only if it is nowhere else.
function askForPin(/** @type {keyof typeof PLACES} */ where) {
	const here = where === 'field';
	place = where;
	$('elsewhere').hidden = here;
	$('elsewhere').textContent = here ? '' : text(PLACES[where].note);
	$('elsewhere').dataset.place = where;
	$('entry').hidden = !here;
	$('pin').disabled = !here;
	$('may-remember').hidden = !mayRemember || where === 'memory' || where === 'reader';
	(here ? $('pin') : $('ok')).focus();
}

/**
 * The inserted card's own rules.
 * @param {{pinMin?: number, pinMax?: number, triesLeft?: number, pinPad?: boolean}} card
 */
function showCard({ pinMin, pinMax, triesLeft, pinPad }) {
	if (pinPad && usual === 'field') {
		usual = 'reader';
		if (place === 'field') askForPin('reader');
	}
	lengthRule = pinMin && pinMax ? text('pinLength', String(pinMin), String(pinMax)) : '';
	const tries = Number.isInteger(triesLeft) ? text('triesLeft', String(triesLeft)) : '';
	$('rule').textContent = [lengthRule, tries].filter(Boolean).join(' ');
	if (pinMin) $('pin').minLength = Math.max(pinMin, $('pin').minLength);
	if (pinMax) $('pin').maxLength = Math.max(pinMax, $('pin').minLength);
	if (triesLeft === 1) askForTick(true);
}

/** How far the batch is: the bar, and a tick before each document that is signed. */
function showProgress(/** @type {{done: number, of: number}} */ { done, of }) {
	$('bar').hidden = of < 2;
	$('bar').max = of;
	$('bar').value = done;
	$('busy').textContent = text('signedSoFar', String(done), String(of));
	const signed = [...$('list').children].slice(0, done);
	for (const item of signed.filter((one) => !one.classList.contains('signed'))) {
		item.classList.add('signed');
		item.querySelector('.what > bdi').after(element('span', { class: 'tick', text: `　${text('signed')}` }));
	}
	signed.at(-1)?.scrollIntoView({ block: 'nearest' });
}

function setBusy(/** @type {boolean} */ on) {
	busy = on;
	$('ok').disabled = on;
	$('pin').disabled = on || place !== 'field';
	$('entry').hidden = on || place !== 'field';
	$('busy').textContent = on ? text(PLACES[place].working) : '';
	$('cancel').textContent = text(on ? 'stop' : 'cancel');
	$('cancel').disabled = false;
	if (on) return;
	$('bar').hidden = true;
	for (const item of $('list').children) item.classList.remove('signed');
	for (const tick of document.querySelectorAll('.tick')) tick.remove();
}

// The card's last try is only taken with a tick: after it the issuer must unblock the card.
function askForTick(/** @type {boolean} */ last) {
	$('last').hidden = !last;
	$('last-try').checked = false;
	$('last-try').required = last;
}

function fail(/** @type {{code: string, triesLeft?: number}} */ error, final = false) {
	setBusy(false);
	askForPin(usual); // whatever was remembered
	$('pin').value = '';
	$('error').hidden = false;
	$('error').dataset.code = error.code;
	$('error').textContent = whatToDo(error);
	$('rule').textContent = lengthRule; // the tries stand with the error
	if (LAST_TRY.has(error.code)) askForTick(error.triesLeft === 1);
	if (!final) return;
	$('ok').hidden = $('entry').hidden = true;
	$('pin').disabled = true;
	$('cancel').textContent = text('close');
	$('cancel').focus();
}

// The background was ended and is back: what was under way is not signed; the rest stays as it is.
function showAgain() {
	if (busy) fail({ code: 'interrupted' });
}

const background = connect((message) => {
	if (message.show) (shown ? showAgain : show)(message.show);
	if (message.card) showCard(message.card);
	if (message.progress && busy) showProgress(message.progress);
	if (message.error) fail(message.error, message.final);
});

// While the card works the button stops it: the card is given nothing more, and what is signed so
// far goes nowhere unless the page asked for parts.
function leave() {
	if (!busy) return background.send({ cancel: true });
	$('cancel').disabled = true;
	$('busy').textContent = text('stopping');
	return background.send({ stop: true });
}

function givenHere() {
	const lastTry = $('last-try').checked;
	if (place === 'memory') return { lastTry };
	if (place === 'reader') return { onReader: true, lastTry };
	return { ...(place === 'field' ? { pin: $('pin').value } : {}), remember: $('remember').checked, lastTry };
}

$('form').addEventListener('submit', (/** @type {Event} */ event) => {
	event.preventDefault();
	if (busy || (place === 'field' && $('pin').value === '')) return;
	const given = givenHere();
	$('pin').value = '';
	$('error').hidden = true;
	setBusy(true);
	background.send({ sign: true, ...given });
});
$('cancel').addEventListener('click', leave);
document.addEventListener('keydown', (event) => {
	if (event.key === 'Escape') leave();
});
