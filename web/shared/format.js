// How times, sizes and counts are written. Times come in UTC and are shown in Taipei time.
/** @type {Intl.DateTimeFormatOptions} */
const TAIPEI = {
	timeZone: 'Asia/Taipei',
	hourCycle: 'h23',
	year: 'numeric',
	month: '2-digit',
	day: '2-digit',
	hour: '2-digit',
	minute: '2-digit',
	second: '2-digit',
};
const CLOCK = new Intl.DateTimeFormat('en-GB', TAIPEI);

let minguo = false;

/** "minguo": years are counted from 1912, as 110/09/22; "common": 2021/09/22. */
export function setYears(years) {
	minguo = years === 'minguo';
}

function parts(iso) {
	const time = iso ? new Date(iso) : null;
	if (!time || Number.isNaN(time.getTime())) return null;
	const p = Object.fromEntries(CLOCK.formatToParts(time).map((part) => [part.type, part.value]));
	return minguo ? { ...p, year: String(Number(p.year) - 1911) } : p;
}

/** "2021-09-22T08:09:42Z" → "2021/09/22 16:09:42"; "" for nothing. */
export function dateTime(iso) {
	const p = parts(iso);
	return p ? `${p.year}/${p.month}/${p.day} ${p.hour}:${p.minute}:${p.second}` : '';
}

/** "2021-09-22T08:09:42Z" → "2021/09/22". */
export function date(iso) {
	const p = parts(iso);
	return p ? `${p.year}/${p.month}/${p.day}` : '';
}

/** 245309 → "239.56KB": two decimals and a unit. */
export function fileSize(bytes) {
	if (bytes < 1024) return `${bytes}B`;
	const units = ['KB', 'MB', 'GB'];
	let value = bytes / 1024;
	let unit = 0;
	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit++;
	}
	return `${value.toFixed(2)}${units[unit]}`;
}

/** The file's name without ".pdf". */
export const documentName = (name) => name.replace(/\.pdf$/i, '');

const PICTURE = 'file-earmark';
const ICONS = { pdf: 'file-earmark-pdf', zip: 'file-earmark-zip', png: PICTURE, jpeg: PICTURE, tiff: PICTURE };
/** The icon of a document's format, as the API tells it. */
export const formatIcon = (format) => ICONS[format] ?? 'file-earmark-text';

/** A unit as lists show it: name and code. */
export const unitName = (unit) => (unit ? `${unit.name}(${unit.code})` : '');

export const isEmail = (text) => /^[^\s@,;<>"]{1,64}@[^\s@,;<>"]+\.[^\s@,;<>".]{2,}$/.test(text);
