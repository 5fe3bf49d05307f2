// Which documents were opened on this screen, and how many of their pages stood in view.
// Kept for the session of the browser tab: a reload forgets nothing.
import { useState } from '../vendor/preact.js';

/** @typedef {{ seen: number, pages: number }} Read pages that were seen, of how many */

const keyOf = (d) => `yinxin-read ${d.id} ${d.revision}`;

/** @returns {Read | null} */
function stored(d) {
	try {
		return JSON.parse(sessionStorage.getItem(keyOf(d)) ?? 'null');
	} catch {
		return null; // storage may be switched off
	}
}

function store(d, read) {
	try {
		sessionStorage.setItem(keyOf(d), JSON.stringify(read));
	} catch {
		// known to this page only
	}
}

/**
 * {of(document), note(document, seen, pages)}: note is told by the viewer.
 * @param {{ id: string, revision: number }[]} documents
 */
export function useReading(documents) {
	const [reads, setReads] = useState(() => new Map(documents.map((d) => [keyOf(d), stored(d)])));
	return {
		/** @returns {Read | null} null: never opened */
		of: (d) => reads.get(keyOf(d)) ?? null,
		note: (d, seen, pages) => {
			const before = stored(d);
			const read = { seen: Math.max(seen, before?.seen ?? 0), pages };
			store(d, read);
			setReads((all) => new Map(all).set(keyOf(d), read));
		},
	};
}
