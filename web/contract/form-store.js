// A form that two people, or two tabs, may have open: it knows what is stored, what was typed,
// and what to ask when both sides changed the same field. With `auto` it saves itself.
import { useEffect, useRef, useState } from '../vendor/preact.js';
import { forget, keep, kept } from '../shared/keep.js';

const PAUSE_MS = 1500;

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label a key of texts
 * @property {(form: any) => any} of what is compared and sent
 * @property {(form: any) => string} text what a person reads
 * @property {string[]} [also] goes with it when it is taken over
 * @typedef {{ form: any, version: number }} Stored
 */

const same = (/** @type {Field} */ f, a, b) => JSON.stringify(f.of(a)) === JSON.stringify(f.of(b));

const take = (/** @type {Field} */ f, from) =>
	Object.fromEntries([f.name, ...(f.also ?? [])].map((name) => [name, from[name]]));

/**
 * Three ways: what only they changed is taken over, what only I changed stays, the rest is asked.
 * @param {Field[]} fields
 * @returns {{ taken: any, clashes: Field[] }}
 */
export function merge(fields, base, mine, theirs) {
	const changed = fields.filter((f) => !same(f, base, theirs));
	return {
		taken: Object.assign({}, ...changed.filter((f) => same(f, base, mine)).map((f) => take(f, theirs))),
		clashes: changed.filter((f) => !same(f, base, mine) && !same(f, mine, theirs)),
	};
}

/** What was typed before the reload, with what was changed on the server meanwhile. */
function reopened(fields, stored, old) {
	if (!old) return { base: stored, form: stored.form };
	const { taken, clashes } = merge(fields, old.base.form, old.form, stored.form);
	return { base: clashes.length > 0 ? old.base : stored, form: { ...old.form, ...taken } };
}

const IDLE = /** @type {{ saving: boolean, at: Date | null, error: any }} */ ({
	saving: false,
	at: null,
	error: null,
});

/** Calls `save` when `text` rests for a moment, and when the page is left. */
function useAuto(text, save) {
	const latest = useRef(save);
	latest.current = save;
	useEffect(() => {
		const timer = setTimeout(() => latest.current(), PAUSE_MS);
		return () => clearTimeout(timer);
	}, [text]);
	useEffect(() => () => latest.current(), []);
}

/**
 * @param {object} options
 * @param {Stored} options.stored what the server has
 * @param {Field[]} options.fields
 * @param {(form: any, version: number) => Promise<number>} options.store gives the new version
 * @param {() => Promise<Stored>} options.read what the server has now
 * @param {string} [options.keepAs] name under which what is typed outlives a reload
 * @param {(form: any) => boolean} [options.complete] may it be stored as it is; with it, it saves itself
 */
export function useFormStore({ stored, fields, store, read, keepAs, complete }) {
	const [start] = useState(() => reopened(fields, stored, keepAs && kept(keepAs)));
	const base = useRef(start.base);
	const now = useRef(start.form);
	const queue = useRef(Promise.resolve());
	const dropped = useRef(false);
	const [form, setForm] = useState(start.form);
	const [clash, setClash] = useState(/** @type {{ theirs: Stored, fields: Field[] } | null} */ (null));
	const [state, setState] = useState(IDLE);
	const isDirty = () => fields.some((f) => !same(f, now.current, base.current.form));
	const put = (/** @type {any} */ part) => {
		now.current = { ...now.current, ...part };
		setForm(now.current);
		if (keepAs) keep(keepAs, { form: now.current, base: base.current });
	};

	/** They were faster: takes over what does not collide; gives true if it may be tried again. */
	async function reconcile() {
		const theirs = await read();
		const { taken, clashes } = merge(fields, base.current.form, now.current, theirs.form);
		if (clashes.length > 0) {
			setClash({ theirs, fields: clashes });
			return false;
		}
		base.current = theirs;
		put(taken);
		return true;
	}
	async function storeAll() {
		for (let tries = 0; isDirty(); tries++) {
			const sent = now.current;
			try {
				base.current = { form: sent, version: await store(sent, base.current.version) };
			} catch (error) {
				if (error.code !== 'conflict' || tries > 2 || !(await reconcile())) throw error;
			}
		}
		if (keepAs) forget(keepAs);
	}
	async function saveNow() {
		if (!isDirty() || dropped.current) return;
		setState((s) => ({ ...s, saving: true, error: null }));
		try {
			await storeAll();
			setState({ saving: false, at: new Date(), error: null });
		} catch (error) {
			setState((s) => ({ ...s, saving: false, error }));
			throw error;
		}
	}
	/** Stores what is typed, one after the other; an error is shown as well (`error`). */
	function save() {
		const run = queue.current.then(saveNow);
		queue.current = run.catch(() => {});
		return run;
	}
	/** The answer to a clash: the fields of which theirs is taken; mine stays for the others. */
	function decide(/** @type {Field[]} */ taken) {
		if (!clash) return;
		base.current = clash.theirs;
		put(Object.assign({}, ...taken.map((f) => take(f, clash.theirs.form))));
		setClash(null);
		setState((s) => ({ ...s, error: null }));
	}
	useAuto(JSON.stringify(fields.map((f) => f.of(form))), () => {
		if (complete?.(now.current) && !clash && !dropped.current && isDirty()) save().catch(() => {});
	});
	return {
		...state,
		form,
		put,
		save,
		decide,
		dirty: isDirty(),
		clashes: clash?.fields.map((f) => ({ field: f, mine: f.text(form), theirs: f.text(clash.theirs.form) })),
		/** It is thrown away: nothing of it is stored any more. */
		drop() {
			dropped.current = true;
			if (keepAs) forget(keepAs);
		},
	};
}
