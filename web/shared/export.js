// What a list shows as a file: CSV (UTF-8 with its mark, so that spreadsheets read Chinese) or XLSX
// (ECMA-376; a ZIP without compression). All pages are fetched, up to MOST rows.
import { html } from '../vendor/preact.js';
import { get } from './api.js';
import { t } from './i18n.js';
import { Button, ErrorAlert, useAction } from './ui.js';

export const MOST = 5000;

/** All rows behind a list, page by page. */
async function fetchAll(api, query) {
	const rows = [];
	for (let page = 1; ; page++) {
		const answer = await get(api, { ...query, page, size: 100 });
		rows.push(...answer.items);
		if (page >= answer.pages || answer.items.length === 0 || rows.length >= MOST) return rows.slice(0, MOST);
	}
}

/** What begins like a formula is text to a spreadsheet. */
const safe = (value) => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** @param {string[]} head @param {string[][]} rows */
export const csvOf = (head, rows) =>
	`\ufeff${[head, ...rows].map((row) => row.map((v) => quoted(safe(String(v ?? '')))).join(',')).join('\r\n')}\r\n`;

const CRC = Array.from({ length: 256 }, (_, n) => {
	let c = n;
	for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
	return c >>> 0;
});

function crcOf(bytes) {
	let c = 0xffffffff;
	for (const byte of bytes) c = CRC[(c ^ byte) & 0xff] ^ (c >>> 8);
	return (c ^ 0xffffffff) >>> 0;
}

const header = (signature, size, fields) => {
	const view = new DataView(new ArrayBuffer(size));
	view.setUint32(0, signature, true);
	for (const [at, bytes, value] of fields) {
		if (bytes === 2) view.setUint16(at, value, true);
		else view.setUint32(at, value, true);
	}
	return new Uint8Array(view.buffer);
};

/** A ZIP of stored files (APPNOTE 4.3). @param {[string, string][]} files */
function zipOf(files) {
	const encoder = new TextEncoder();
	const parts = [];
	const directory = [];
	let at = 0;
	for (const [name, text] of files) {
		const path = encoder.encode(name);
		const data = encoder.encode(text);
		const crc = crcOf(data);
		const n = data.length;
		const sizes = (from) => [[from, 4, crc], [from + 4, 4, n], [from + 8, 4, n], [from + 12, 2, path.length]];
		const local = header(0x04034b50, 30, [[4, 2, 20], [6, 2, 0x800], [12, 2, 0x21], ...sizes(14)]);
		const entry = [[4, 2, 20], [6, 2, 20], [8, 2, 0x800], [14, 2, 0x21], ...sizes(16), [42, 4, at]];
		directory.push(header(0x02014b50, 46, entry), path);
		parts.push(local, path, data);
		at += local.length + path.length + data.length;
	}
	const length = directory.reduce((n, part) => n + part.length, 0);
	const end = header(0x06054b50, 22, [[8, 2, files.length], [10, 2, files.length], [12, 4, length], [16, 4, at]]);
	return new Blob([...parts, ...directory, end]);
}

const xml = (value) =>
	String(value ?? '')
		.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '') // eslint-disable-line no-control-regex
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;');
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** @param {string} name of the sheet @param {string[]} head @param {string[][]} rows */
export function xlsxOf(name, head, rows) {
	const cell = (v) => `<c t="inlineStr"><is><t xml:space="preserve">${xml(v)}</t></is></c>`;
	const sheet = [head, ...rows].map((row) => `<row>${row.map(cell).join('')}</row>`).join('');
	return zipOf([
		['[Content_Types].xml', `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" `
			+ 'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
			+ 'ContentType="application/xml"/>'
			+ `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>`
			+ `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/></Types>`],
		['_rels/.rels', `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" `
			+ `Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
		['xl/workbook.xml', `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>`
			+ `<sheet name="${xml(name)}" ` + 'sheetId="1" r:id="r1"/></sheets></workbook>'],
		['xl/_rels/workbook.xml.rels', `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" `
			+ `Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`],
		['xl/worksheets/sheet1.xml', `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${sheet}</sheetData></worksheet>`],
	]);
}

function save(blob, name) {
	const a = document.createElement('a');
	a.href = URL.createObjectURL(blob);
	a.download = name;
	a.click();
	setTimeout(() => URL.revokeObjectURL(a.href), 60000);
}

/**
 * Buttons that save what a list shows. columns: [heading, row → text].
 * @param {{ name: string, api: string, query: any, columns: [string, (row: any) => any][] }} props
 */
export function ExportButtons({ name, api, query, columns }) {
	const action = useAction();
	const head = columns.map(([text]) => text);
	const make = (kind) => action.run(async () => {
		const rows = (await fetchAll(api, query)).map((row) => columns.map(([, of]) => of(row) ?? ''));
		const blob = kind === 'csv' ? new Blob([csvOf(head, rows)], { type: 'text/csv' }) : xlsxOf(name, head, rows);
		save(blob, `${name}.${kind}`);
	});
	return html`
		<span class="export-buttons">
			<${Button} icon="download" testid="export-csv" busy=${action.busy} onClick=${() => make('csv')}>CSV<//>
			<${Button} icon="download" testid="export-xlsx" busy=${action.busy} onClick=${() => make('xlsx')}>XLSX<//>
			<${ErrorAlert} error=${action.error} />
			<span class="visually-hidden" role="status">${action.busy ? t('loading') : ''}</span>
		</span>
	`;
}
