// Who is logged in: loaded at the start, renewed by a login, over when the server says so.
import { useEffect, useRef, useState } from '../vendor/preact.js';
import { del, get, setCsrf, whenSessionEnds } from '../shared/api.js';
import { setYears } from '../shared/format.js';
import { suggestLanguage } from '../shared/i18n.js';
import { forgetAll } from '../shared/keep.js';

/** @typedef {{ session: any, error: any, ended: boolean }} State */

/**
 * session: undefined while nobody knows, null when nobody is logged in. ended: it ran out
 * while somebody worked, whose page stays below a login dialog.
 * @returns {{ session: any, error: any, ended: boolean, load: () => Promise<void>,
 *     start: (session: any) => boolean, logout: () => Promise<void> }}
 */
export function useSession() {
	const [state, setState] = useState(/** @type {State} */ ({ session: undefined, error: null, ended: false }));
	const known = useRef(null);

	/** Takes a session that the API gave; tells whether it is the same member's as before. */
	function start(session) {
		const same = known.current?.member.id === session.member.id;
		const renewals = (known.current?.renewals ?? 0) + 1;
		setCsrf(session.csrf);
		setYears(session.member.years);
		suggestLanguage(session.member.language);
		known.current = { ...session, renewals, refresh: load };
		setState({ session: known.current, error: null, ended: false });
		return same;
	}
	async function load() {
		setState((s) => ({ ...s, error: null }));
		try {
			start(await get('/session'));
		} catch (error) {
			const nobody = error.code === 'not_logged_in';
			setState({ session: nobody ? null : undefined, error: nobody ? null : error, ended: false });
		}
	}
	async function logout() {
		try {
			await del('/session');
		} catch {
			// already over
		}
		forgetAll();
		known.current = null;
		setCsrf('');
		setState({ session: null, error: null, ended: false });
	}
	useEffect(() => {
		whenSessionEnds(() => known.current && setState((s) => ({ ...s, ended: true })));
		load();
	}, []);
	return { ...state, load, start, logout };
}
