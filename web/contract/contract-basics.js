// 新增電子契約 STEP1: also reopens a draft (id). It saves itself as soon as it is complete.
import { html, useContext, useRef, useState } from '../vendor/preact.js';
import { get, post, put } from '../shared/api.js';
import { Clashes } from './clash.js';
import {
	BASICS, BasicsFields, Fixed, bodyOf, emptyFor, fieldErrors, formOf, missing, useSubmit,
} from './contract-form.js';
import { useFormStore } from './form-store.js';
import { t } from '../shared/i18n.js';
import { go, rename } from '../shared/router.js';
import { Saved, StepPage, useDiscard, useDraftOnly } from './steps.js';
import { unitName } from '../shared/format.js';
import { Button, ErrorAlert, Loading, Session, useLoad } from '../shared/ui.js';

const stored = (c) => ({ form: formOf(c), version: c.version });
const complete = (form) => Object.keys(missing(form)).length === 0;

/** Stores step 1; a new contract gets its id, and the page its address, with the first time. */
function useBasics(draft, member, setId) {
	const id = useRef(draft?.id ?? null);
	async function store(typed, version) {
		const body = bodyOf(BASICS, typed);
		if (id.current) return (await put(`/contracts/${id.current}`, { ...body, version })).version;
		const made = await post('/contracts', body);
		id.current = made.id;
		setId(made.id);
		rename(`/contracts/${made.id}/basics`);
		return made.version;
	}
	const form = useFormStore({
		stored: draft ? stored(draft) : { form: emptyFor(member), version: 0 },
		fields: BASICS,
		store,
		read: async () => stored(await get(`/contracts/${id.current}`)),
		keepAs: `${member.id}:basics:${id.current ?? 'new'}`,
		complete,
	});
	return { store: form, next: () => go(`/contracts/${id.current}/files`) };
}

function Basics({ draft, setId, id }) {
	const { member } = useContext(Session);
	const { store, next } = useBasics(draft, member, setId);
	const { submit, wrong, busy, forgive } = useSubmit(store, next);
	const discard = useDiscard(id, store.drop);
	const shown = store.error && Object.keys(fieldErrors(store.error, '')).length === 0 && !store.clashes;
	const handlingUnit = draft?.handlingUnit ?? member.unit;

	return html`
		<form class="card" onSubmit=${submit} noValidate>
			<div class="card-body">
				<p class="required-note">
					<span class="required" aria-hidden="true">
						*
					</span>
					${t('required_note')}
				</p>
				<${BasicsFields}
					form=${store.form}
					onChange=${(part) => {
						forgive();
						store.put(part);
					}}
					errors=${wrong}
				/>
				<div class="form-grid">
					<${Fixed}
						label=${t('contract.handling_unit')}
						value=${handlingUnit ? unitName(handlingUnit) : member.organization.name}
						testid="handling-unit"
					/>
					<${Fixed}
						label=${t('contract.handler')}
						value=${draft?.handler?.name ?? member.name}
						testid="handler"
					/>
				</div>
				<${Clashes} store=${store} onDecided=${submit} />
				<${ErrorAlert} error=${shown && store.error} />
				<${Saved} store=${store} />
			</div>
			<div class="form-foot">
				<${Button} kind="danger-quiet" testid="discard" onClick=${discard.ask}>
					${t('discard')}
				<//>
				<span class="spring"></span>
				<${Button}
					testid="clear"
					onClick=${() => {
						store.put(emptyFor(member));
						forgive();
					}}
				>
					${t('clear')}
				<//>
				<${Button} kind="primary" type="submit" busy=${busy} testid="next">
					${t('next')}
				<//>
			</div>
		</form>
		${discard.dialog}
	`;
}

export function ContractBasics({ id: opened }) {
	const [id, setId] = useState(opened ?? null);
	const draft = useLoad(
		(signal) => (opened ? get(`/contracts/${opened}`, {}, signal) : Promise.resolve(null)),
		opened ?? 'new',
	);
	useDraftOnly(draft.data);
	const ready = opened ? draft.data : !draft.loading;
	return html`
		<${StepPage} id=${id} step=${0} intro=${t('wizard.intro1')}>
			<${ErrorAlert} error=${draft.error} retry=${draft.reload} />
			${ready
				? html`<${Basics} draft=${draft.data} id=${id} setId=${setId} />`
				: !draft.error && html`<${Loading} />`}
		<//>
	`;
}
