// What the places of seals are made of, without a page: hundredths of a point from the lower
// left corner of the page as it is seen, as the server keeps them.

export const POINT = 100;
const SIDE_MIN = 2000;
export const SIZE = { w: 16000, h: 6000 };
/** Where a party's seal lies when it is put on a page: one above the other from the foot. */
const START = { x: 5000, y: 5000, step: 7500 };
const COLUMN = 9;
const NTH_MAX = 20; // as the server has it

/**
 * @typedef {object} Place
 * @property {string} documentId
 * @property {'platform' | 'vendor' | 'sealer'} party
 * @property {string | null} organizationId
 * @property {number} nth of the agency's seals, in the order in which they seal; of others 1
 * @property {boolean} seam
 * @property {number} page
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {number} rise
 * @property {string} anchor
 * @typedef {{ key: string, party: Place['party'], organizationId: string | null, nth: number, mark: string,
 *     name: string }} Party mark: for tests
 * @typedef {{ width: number, height: number }} Size of a page in points
 */

/** How many of the agency seal: each has a field of its own. */
export const sealsOf = ({ sealRule, sealNeeded, sealers }) =>
	Math.min(Math.max(1, sealRule === 'all' ? sealers.length : sealRule === 'some' ? sealNeeded : 1), NTH_MAX);

/**
 * @param {(n: number, of: number) => string} sealerName
 * @returns {Party[]}
 */
export const partiesOf = (contract, platformName, sealerName) => [
	{ key: 'platform', party: 'platform', organizationId: null, nth: 1, mark: 'platform', name: platformName },
	...contract.vendors.map((v) => ({
		key: v.id,
		party: /** @type {const} */ ('vendor'),
		organizationId: v.id,
		nth: 1,
		mark: 'vendor',
		name: v.name,
	})),
	...Array.from({ length: sealsOf(contract) }, (_, i) => ({
		key: `sealer-${i + 1}`,
		party: /** @type {const} */ ('sealer'),
		organizationId: null,
		nth: i + 1,
		mark: i === 0 ? 'sealer' : `sealer-${i + 1}`,
		name: sealerName(i + 1, sealsOf(contract)),
	})),
];

export const isOf = (place, documentId, party) =>
	place.documentId === documentId && place.party === party.party && place.nth === party.nth &&
	(place.organizationId ?? null) === party.organizationId;

export const find = (places, documentId, party, seam) =>
	places.find((p) => p.seam === seam && isOf(p, documentId, party));

const without = (places, documentId, party, seam) =>
	places.filter((p) => p.seam !== seam || !isOf(p, documentId, party));

/** A party has one place a document, and one 騎縫章: a new one takes the old one's stead. */
export const put = (places, place) => [
	...without(places, place.documentId, place, place.seam),
	place,
];
export const remove = (places, place) => without(places, place.documentId, place, place.seam);

const between = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/** The same place moved and sized so that it lies on the page. */
export function fit(place, { width, height }) {
	const w = between(Math.round(place.w), SIDE_MIN, Math.floor(width * POINT));
	const h = between(Math.round(place.h), SIDE_MIN, Math.floor(height * POINT));
	return {
		...place,
		w,
		h,
		x: between(Math.round(place.x), 0, Math.floor(width * POINT) - w),
		y: between(Math.round(place.y), 0, Math.floor(height * POINT) - h),
	};
}

/** The n-th party's seal on a page, before anybody moves it. */
export const fresh = (documentId, party, page, n) => ({
	documentId,
	party: party.party,
	organizationId: party.organizationId,
	nth: party.nth,
	seam: false,
	page,
	x: START.x + Math.floor(n / COLUMN) * (SIZE.w + 1000),
	y: START.y + (n % COLUMN) * START.step,
	...SIZE,
	rise: 0,
	anchor: '',
});
export const freshSeam = (documentId, party) => ({
	documentId,
	party: party.party,
	organizationId: party.organizationId,
	nth: party.nth,
	seam: true,
	page: 0,
	x: 0,
	y: 0,
	w: 0,
	h: 0,
	rise: 50,
	anchor: '',
});

/** One millimetre, or ten with Shift. */
const MM = (72 / 25.4) * POINT;

/** What a key does to a place; null: nothing. */
export function byKey(place, key, far) {
	const step = far ? 10 * MM : MM;
	switch (key) {
		case 'ArrowLeft': return { ...place, x: place.x - step };
		case 'ArrowRight': return { ...place, x: place.x + step };
		case 'ArrowUp': return { ...place, y: place.y + step };
		case 'ArrowDown': return { ...place, y: place.y - step };
		case '+': case '=': return { ...place, w: place.w * 1.05, h: place.h * 1.05 };
		case '-': case '_': return { ...place, w: place.w / 1.05, h: place.h / 1.05 };
		default: return null;
	}
}

export const millimetres = (hundredths) => Math.round((hundredths / POINT / 72) * 25.4);

/** What the server takes: a place without what is not its own. */
export const bodyOf = (places) =>
	places.map(({ organizationId, ...p }) => (organizationId ? { ...p, organizationId } : p));
