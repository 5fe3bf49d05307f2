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

export function go(path, query, { replace = false, force = false } = {}) {
	if (force) guard = null;
	if (replace) location.replace(href(path, query));
	else location.hash = href(path, query);
}

export function useRoute() {
	const [route, setRoute] = useState(() => parse(location.hash));
	useEffect(() => {
		current = location.hash;
		async function changed() {
			const wanted = location.hash;
			if (guard && wanted !== current) {
				history.pushState(null, '', current || '#/');
				if (!(await guard())) return;
				guard = null;
				location.hash = wanted;
				return;
			}
			current = wanted;
			setRoute(parse(wanted));
		}
		addEventListener('hashchange', changed);
		return () => removeEventListener('hashchange', changed);
	}, []);
	return route;
}
