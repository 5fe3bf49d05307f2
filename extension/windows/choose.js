// The certificates of the inserted cards, one of which the user gives to the page.
import { $, connect, element, showOrigin, text, whatToDo } from '../lib/view.js';

/** @typedef {import('../lib/certificate.js').Certificate} Certificate */

function number(/** @type {string | undefined} */ serial) {
	if (!serial) return '';
	return /^\d{8}$/.test(serial) ? text('companyNumber', serial) : text('holderNumber', serial);
}

function row(/** @type {Certificate & {certificate: string}} */ certificate) {
	const button = element(
		'button',
		{ type: 'button', class: 'choice' },
		element(
			'span',
			{ class: 'holder' },
			element('bdi', { text: certificate.name ?? '?' }),
			` ${number(certificate.number)}`,
		),
		element(
			'span',
			{ class: 'small' },
			`${certificate.issuerName ?? '?'}　${text('validUntil')} ${certificate.notAfter ?? '?'}`,
		),
	);
	button.addEventListener('click', () => background.send({ picked: certificate.certificate }));
	const details = element(
		'details',
		{ class: 'small' },
		element('summary', { text: text('details') }),
		element('bdi', { text: certificate.subject ?? '?' }),
		element('p', { text: `${text('serial')} ${certificate.serial ?? '?'}` }),
	);
	return element('li', {}, button, details);
}

/** @param {{certificates?: (Certificate & {certificate: string})[], error?: {code: string}}} found */
function list({ certificates = [], error }) {
	$('busy').textContent = '';
	$('again').disabled = false;
	$('error').hidden = !error && certificates.length > 0;
	$('error').textContent = error ? whatToDo(error) : text('noCertificate');
	$('error').dataset.code = error?.code ?? '';
	$('list').replaceChildren(...certificates.map(row));
	($('list').querySelector('button') ?? $('again')).focus();
}

const background = connect((message) => {
	if (message.show) {
		document.title = text('titleChoose');
		showOrigin(message.show);
		$('busy').textContent = text('reading');
	}
	if (message.found) list(message.found);
});

$('again').addEventListener('click', () => {
	$('busy').textContent = text('reading');
	$('again').disabled = true;
	background.send({ again: true });
});
$('cancel').addEventListener('click', () => background.send({ cancel: true }));
document.addEventListener('keydown', (event) => {
	if (event.key === 'Escape') background.send({ cancel: true });
});
