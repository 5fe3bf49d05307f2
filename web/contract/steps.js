// What the three steps of a new contract share.
import { html, useEffect, useState } from '../vendor/preact.js';
import { del } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, leaveFor } from '../shared/router.js';
import { isDraft } from './states.js';
import { Confirm, Icon, Page, Stepper, useAction } from '../shared/ui.js';

export const trail = () => [{ text: t('menu.contracts_group') }, { text: t('wizard.title'), now: true }];

const STEPS = () => [
	{ text: t('wizard.step1'), icon: 'pencil-square' },
	{ text: t('wizard.step2'), icon: 'file-earmark-pdf' },
	{ text: t('wizard.step3'), icon: 'pen' },
];
const PAGES = ['basics', 'files', 'signers'];

// Where one was in a draft, in this browser: the drafts opened last, newest first.
const STORE = 'yinxin-steps';
const DRAFTS = 100;

/** @returns {[string, number][]} */
function visited() {
	try {
		return JSON.parse(localStorage.getItem(STORE) ?? '[]');
	} catch {
		return []; // storage may be switched off
	}
}

function remember(id, step) {
	try {
		const others = visited().filter(([draft]) => draft !== id);
		localStorage.setItem(STORE, JSON.stringify([[id, step], ...others].slice(0, DRAFTS)));
	} catch {
		// then it opens where the data says
	}
}

/** The page at which a draft is gone on with: where one was, as far as it is filled in. */
export function pageOf(contract) {
	const furthest = contract.documents.length === 0 ? 1 : 2;
	const [, step = furthest] = visited().find(([draft]) => draft === contract.id) ?? [];
	return `/contracts/${contract.id}/${PAGES[Math.min(step, furthest)]}`;
}

/** A contract that was sent has no steps any more: Back leads before them. */
export function leaveSteps(id, path, query) {
	const pages = ['/contracts/new', ...(id ? PAGES.map((page) => `/contracts/${id}/${page}`) : [])];
	leaveFor((path_) => pages.includes(path_), path, query);
}

/** A step of what is no draft any more shows the contract. */
export function useDraftOnly(contract) {
	useEffect(() => {
		if (contract && !isDraft(contract)) go(`/contracts/${contract.id}`, {}, { replace: true, force: true });
	}, [contract]);
}

export function StepPage({ id, step, intro, children }) {
	useEffect(() => {
		if (id) remember(id, step);
	}, [id]);
	return html`
		<${Page} title=${t('wizard.step_title', { n: step + 1 })} trail=${trail()} intro=${intro}>
			<${Stepper} steps=${STEPS()} current=${step} />
			${children}
		<//>
	`;
}

/** What became of what was typed: stored, being stored, or kept in this tab until it is complete. */
export function Saved({ store }) {
	const word = store.saving
		? t('autosave.saving')
		: store.dirty
			? t('autosave.kept')
			: store.at
				? t('autosave.saved', { time: dateTime(store.at.toISOString()) })
				: '';
	return html`
		<p class="autosave" role="status" data-testid="autosave" data-dirty=${store.dirty ? 'true' : 'false'}>
			${word && html`<${Icon} name=${store.dirty ? 'pencil-square' : 'check-circle-fill'} />`}
			${word}
		</p>
	`;
}

/** 捨棄: throws the draft away after asking. `drop` keeps the form from being stored once more. */
export function useDiscard(id, drop = () => {}) {
	const [asking, setAsking] = useState(false);
	const action = useAction();
	const discard = () =>
		action.run(async () => {
			if (id) await del(`/contracts/${id}`);
			drop();
			leaveSteps(id, '/contracts', { discarded: 1 });
		});
	return {
		ask: () => setAsking(true),
		dialog: asking && html`
			<${Confirm}
				title=${t('discard.title')}
				text=${t(id ? 'discard.text' : 'discard.text_new')}
				ok=${t('discard')}
				danger
				busy=${action.busy}
				error=${action.error}
				onOk=${discard}
				onCancel=${() => setAsking(false)}
			/>
		`,
	};
}
