// The PIN window: shows who asks, what is signed and with which certificate; hands the PIN
// to the background and forgets it.
import { readDocument } from '../lib/documents.js';
import { $, connect, element, showOrigin, text, whatToDo } from '../lib/view.js';

/** @typedef {import('../lib/documents.js').Document & {sha256: string}} Item */
/** @typedef {import('../lib/certificate.js').Certificate} Certificate */

// A PIN that the card refused is asked anew; one that never reached it may be kept
// (記憶密碼), in this window only, until it closes.
const ASK_ANEW = new Set(['pin_wrong', 'pin_format', 'pin_blocked']);
let shown = false;
let busy = false;
let kept = '';

function size(/** @type {number} */ bytes) {
	return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(2)}KB` : `${(bytes / 1048576).toFixed(2)}MB`;
}

// Read again and checked again: what opens here has the digest that is signed.
async function view(/** @type {string} */ origin, /** @type {Item} */ item, /** @type {any} */ button) {
	button.disabled = true;
	try {
		const { bytes } = await readDocument(origin, item);
		const url = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
		window.open(url, '_blank', 'noopener');
	} catch (error) {
		fail({ code: /** @type {any} */ (error).code ?? 'document_unreadable' });
	} finally {
		button.disabled = false;
	}
}

function row(/** @type {string} */ origin, /** @type {Item} */ item) {
	const open = element('button', {
		type: 'button',
		text: text('view'),
		ariaLabel: `${text('view')} ${item.name}`,
	});
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
 *           pinMinLength?: number}} what */
function show({ kind, origin, topOrigin, certificate, documents, pinMinLength }) {
	$('title').textContent = text(kind === 'sign' ? 'titleSign' : 'titleProve');
	document.title = $('title').textContent;
	showOrigin({ origin, topOrigin });
	$('documents').hidden = documents.length === 0;
	$('documents-title').textContent = text('documents', String(documents.length));
	$('list').replaceChildren(...documents.map((item) => row(origin, item)));
	showCertificate(certificate);
	$('note').textContent = documents.length > 1 ? text('noteMany', String(documents.length)) : text('noteOne');
	if (pinMinLength) $('pin').minLength = pinMinLength;
	$('pin').disabled = false; // not before one sees what the PIN is for
	$('pin').focus();
	shown = true;
}

function setBusy(/** @type {boolean} */ on) {
	busy = on;
	$('ok').disabled = $('pin').disabled = on;
	$('busy').textContent = on ? text('working') : '';
}

// The card's last try is only taken with a tick: after it the issuer must unblock the card.
function askForTick(/** @type {boolean} */ last) {
	$('last').hidden = !last;
	$('last-try').checked = false;
	$('last-try').required = last;
}

function fail(/** @type {{code: string, triesLeft?: number}} */ error, final = false) {
	setBusy(false);
	$('error').hidden = false;
	$('error').dataset.code = error.code;
	$('error').textContent = whatToDo(error);
	if (error.code === 'pin_wrong') askForTick(error.triesLeft === 1);
	if (final) {
		$('ok').hidden = $('entry').hidden = true;
		$('pin').disabled = true;
		$('cancel').textContent = text('close');
		$('cancel').focus();
		kept = '';
	} else {
		$('pin').value = ASK_ANEW.has(error.code) ? '' : kept;
		$('pin').focus();
	}
}

// The background was ended and is back: what was under way is not signed; the rest stays as it is.
function showAgain() {
	if (busy) fail({ code: 'interrupted' });
}

const background = connect((message) => {
	if (message.show) (shown ? showAgain : show)(message.show);
	if (message.error) fail(message.error, message.final);
});

$('form').addEventListener('submit', (/** @type {Event} */ event) => {
	event.preventDefault();
	if (busy || $('pin').value === '') return;
	const pin = $('pin').value;
	kept = $('remember').checked ? pin : '';
	$('pin').value = '';
	$('error').hidden = true;
	setBusy(true);
	background.send({ pin });
});
$('cancel').addEventListener('click', () => background.send({ cancel: true }));
document.addEventListener('keydown', (event) => {
	if (event.key === 'Escape') background.send({ cancel: true });
});
