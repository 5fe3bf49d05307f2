// Hash routes: #/contracts/ID?page=2. A page with unsaved input sets a guard.
import { useEffect, useState } from '../vendor/preact.js';

export function parse(hash) {
	const [path, search = ''] = hash.replace(/^#/, '').split('?');
	return {
		path: `/${path.split('/').filter(Boolean).join('/')}`,
		query: Object.fromEntries(new URLSearchParams(search)),
	};
}

/** {id: …} if the path fits the pattern "/contracts/:id", else null. */
export function match(pattern, path) {
	const want = pattern.split('/');
	const have = path.split('/');
	const params = {};
	if (want.length !== have.length) return null;
	for (let i = 0; i < want.length; i++) {
		if (want[i].startsWith(':') && have[i]) params[want[i].slice(1)] = decodeURIComponent(have[i]);
		else if (want[i] !== have[i]) return null;
	}
	return params;
}

export function href(path, query = {}) {
	const search = new URLSearchParams(
		Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== '' && v !== false),
	);
	const text = search.toString();
	return `#${path}${text ? `?${text}` : ''}`;
}

let guard = null; // async () => may we leave?
let current = typeof location === 'undefined' ? '' : location.hash;

// Each entry of the tab's history carries its place in it (history.state.turn), so that one can
// tell back from forward and how far; what stands at the places is kept beside it.
const TRAIL = 'yinxin-trail';
const PLACES = 200;

/** @returns {{ turn: number, paths: Record<string, string> }} */
function trail() {
	try {
		return JSON.parse(sessionStorage.getItem(TRAIL) ?? 'null') ?? { turn: 0, paths: {} };
	} catch {
		return { turn: 0, paths: {} }; // storage may be switched off
	}
}

let turn = typeof history === 'undefined' ? 0 : (history.state?.turn ?? trail().turn);

/** Notes where one is: an entry that has no place yet comes after the last one. */
function mark() {
	if (Number.isInteger(history.state?.turn)) turn = history.state.turn;
	else history.replaceState({ turn: ++turn }, '');
	const paths = { ...trail().paths, [turn]: parse(location.hash).path };
	delete paths[turn - PLACES];
	try {
		sessionStorage.setItem(TRAIL, JSON.stringify({ turn, paths }));
	} catch {
		// then nobody can go back over a finished form
	}
}

/** While the page is mounted and `dirty`, leaving asks first (ask: () => Promise<boolean>). */
export function useGuard(dirty, ask) {
	useEffect(() => {
		if (!dirty) return undefined;
		const stay = (event) => event.preventDefault();
		guard = ask;
		addEventListener('beforeunload', stay);
		return () => {
			guard = null;
			removeEventListener('beforeunload', stay);
		};
	}, [dirty]);
}

/** This entry shows another address from now on; nothing is added to the history. */
function replaceAddress(address) {
	history.replaceState(history.state, '', address);
	dispatchEvent(new Event('hashchange'));
}

export function go(path, query, { replace = false, force = false } = {}) {
	if (force) guard = null;
	if (replace) replaceAddress(href(path, query));
	else location.hash = href(path, query);
}

/** The address changes under the page that is shown: what it made has a name now. */
export function rename(path) {
	history.replaceState(history.state, '', href(path));
	current = location.hash;
	mark();
}

/**
 * Leaves a form of several pages for good: its entries (those next to this one whose path fits)
 * are gone back over and the last of them shows `path`, so that Back leads before the form.
 */
export function leaveFor(fits, path, query) {
	const { paths } = trail();
	let first = turn;
	guard = null;
	while (paths[first - 1] && fits(paths[first - 1])) first--;
	if (first === turn) {
		replaceAddress(href(path, query));
		return;
	}
	addEventListener('popstate', () => replaceAddress(href(path, query)), { once: true });
	history.go(first - turn);
}

/** Asked to leave: back to where one was until the answer is there. */
async function askFirst(wanted) {
	const fresh = !Number.isInteger(history.state?.turn);
	const by = fresh ? 1 : history.state.turn - turn;
	if (by === 0) history.replaceState(history.state, '', current || '#/');
	else history.go(-by);
	if (!(await guard())) return;
	guard = null;
	if (fresh) location.hash = wanted;
	else if (by === 0) replaceAddress(wanted);
	else history.go(by);
}

/** {path, query, visit}: `visit` is another one whenever another page is asked for, not another query. */
export function useRoute() {
	const [route, setRoute] = useState(() => ({ ...parse(location.hash), visit: 1 }));
	useEffect(() => {
		current = location.hash;
		mark();
		function changed() {
			if (guard && location.hash !== current) {
				askFirst(location.hash);
				return;
			}
			const moved = parse(location.hash).path !== parse(current).path;
			current = location.hash;
			mark();
			setRoute((r) => ({ ...parse(current), visit: r.visit + (moved ? 1 : 0) }));
		}
		addEventListener('hashchange', changed);
		return () => removeEventListener('hashchange', changed);
	}, []);
	return route;
}
