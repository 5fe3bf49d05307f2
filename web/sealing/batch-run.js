// Many contracts with one PIN. Each contract is a preparation of its own and a reply of its own, so
// that each has its own result; the card signs the documents of all of them in one request. What
// was signed before a stop is handed in; the rest stays, and can be gone on with.
import { del, post } from '../shared/api.js';
import { callSigner } from '../signer/preflight.js';

/** So many documents the extension takes in one request. */
export const MOST_DOCUMENTS = 100;
/** A preparation that dies within so many ms is made anew before the card is asked. */
const TOO_LATE_MS = 2 * 60 * 1000;

/**
 * @typedef {{ id: string, number: string, subject: string, tasks: string[] }} Ask a message and what of it is ticked
 * @typedef {'idle' | 'preparing' | 'made' | 'held' | 'sending' | 'done' | 'failed'} Stage
 * @typedef {{ stage: Stage, error?: any, answer?: any, signing?: any, signatures?: string[] }} Line of one message
 */

/** What the window of the extension shows says which contract a document belongs to. */
const named = (ask, documents) => documents.map((d) => ({ ...d, name: `${ask.number} ${d.name}` }));

/** As many of `asks` as the card can be asked for at once. */
export function oneGo(asks) {
	const some = [];
	let documents = 0;
	for (const ask of asks) {
		documents += ask.tasks.length;
		if (documents > MOST_DOCUMENTS) break;
		some.push(ask);
	}
	return some;
}

/**
 * @param {(id: string, line: Line) => void} onLine told of every change
 */
export function makeRun(onLine) {
	/** @type {Map<string, Line>} */
	const lines = new Map();
	let stopped = false;
	const lineOf = (ask) => lines.get(ask.id) ?? { stage: 'idle' };
	function set(ask, line) {
		lines.set(ask.id, line);
		onLine(ask.id, line);
	}
	const alive = (line) => line.signing && Date.parse(line.signing.expiresAt) > Date.now() + TOO_LATE_MS;

	async function prepare(ask, certificateId, sealId) {
		const { signing } = lineOf(ask);
		const wanted = JSON.stringify([ask.tasks, certificateId, sealId]);
		if (alive(lineOf(ask)) && signing.wanted === wanted) return;
		if (signing) await del(`/signings/${signing.id}`).catch(() => {}); // it dies by itself
		set(ask, { stage: 'preparing' });
		try {
			const made = await post('/signings', { tasks: ask.tasks, certificateId, ...(sealId && { sealId }) });
			set(ask, { stage: 'made', signing: { ...made, wanted } });
		} catch (error) {
			set(ask, { stage: 'failed', error });
		}
	}

	/** Each message whose documents are all signed can be handed in. */
	async function askCard(asks) {
		const documents = asks.flatMap((ask) => named(ask, lineOf(ask).signing.documents));
		const { certificate } = lineOf(asks[0]).signing;
		const answer = await callSigner('sign', { certificate, documents, partial: true });
		let from = 0;
		for (const ask of asks) {
			const { signing } = lineOf(ask);
			const signatures = answer.signatures.slice(from, (from += signing.documents.length));
			if (signatures.length === signing.documents.length && signatures.every(Boolean))
				set(ask, { stage: 'held', signing, signatures });
		}
		return answer.stopped ?? null;
	}

	async function handIn(ask, body) {
		const line = lineOf(ask);
		set(ask, { ...line, stage: 'sending' });
		try {
			const answer = await post(`/signings/${line.signing.id}/complete`, { signatures: line.signatures, body });
			set(ask, { stage: 'done', answer });
		} catch (error) {
			// Without an answer nobody knows; handed in again it is answered once more.
			if (error.code === 'network' || error.code === 'unavailable') set(ask, { ...line, error });
			else set(ask, { stage: 'failed', error });
		}
	}

	/** Does `step` for each until it is stopped or, if it shall not go on, one fails. */
	async function each(asks, goOn, step) {
		for (const ask of asks) {
			if (stopped) return;
			await step(ask);
			if (!goOn && lineOf(ask).stage === 'failed') stopped = true;
		}
	}

	const of = (asks, ...stages) => asks.filter((ask) => stages.includes(lineOf(ask).stage));

	/**
	 * Goes on with what is not done. Gives why it stopped, or null.
	 * @param {Ask[]} asks
	 * @param {{ certificateId: string, sealId?: string, body: string, goOn: boolean }} how sealId: the picture; the
	 *     fittest if it is empty
	 */
	async function run(asks, { certificateId, sealId = '', body, goOn }) {
		stopped = false;
		const some = oneGo(asks.filter((ask) => !['done', 'held'].includes(lineOf(ask).stage)));
		let why = null;
		await each(some, goOn, (ask) => prepare(ask, certificateId, sealId));
		const prepared = of(some, 'made');
		if (!stopped && prepared.length > 0) {
			try {
				why = await askCard(prepared);
			} catch (error) {
				why = error; // nothing was signed
			}
		}
		// What the card has signed is handed in, also after a stop.
		stopped = false;
		await each(of(asks, 'held'), goOn, (ask) => handIn(ask, body));
		return why;
	}

	return {
		run,
		stop: () => {
			stopped = true;
		},
		/** What is prepared and was never signed is given back. */
		drop: () =>
			Promise.all(
				[...lines.values()]
					.filter((line) => line.stage === 'made')
					.map((line) => del(`/signings/${line.signing.id}`).catch(() => {})),
			),
	};
}
