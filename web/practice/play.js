// Into the practice, out of it, from one part to the next: the whole page begins anew, for everything
// that it holds is another world's.
import { del, post } from '../shared/api.js';
import { forgetAll } from '../shared/keep.js';
import { href } from '../shared/router.js';

function begin(path) {
	forgetAll();
	history.replaceState(null, '', href(path));
	location.reload();
}

/** @param {'officer' | 'vendor' | 'sealer'} role */
export async function play(role, path = '/practice') {
	await post('/practice', { as: role });
	begin(path);
}

export async function leave() {
	await del('/practice/session');
	begin('/practice');
}

export async function reset() {
	await post('/practice/reset');
	begin('/practice');
}

/** The part of the member that the session is of. */
export const partOf = (member) =>
	member.roles.includes('officer') ? 'officer' : member.roles.includes('sealer') ? 'sealer' : 'vendor';

/** @type {('officer' | 'vendor' | 'sealer')[]} */
export const PARTS = ['officer', 'vendor', 'sealer'];
