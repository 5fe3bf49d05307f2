// 新增電子契約 STEP3: signing units, sealing staff, the notice; then, once it is confirmed, it goes out.
import { html, useContext, useState } from '../vendor/preact.js';
import { get, post, put } from '../shared/api.js';
import { Clashes } from './clash.js';
import { Began } from './contract-basics.js';
import { bodyOf } from './contract-form.js';
import { SendDialog } from './send-dialog.js';
import { useFormStore } from './form-store.js';
import { errorText, t } from '../shared/i18n.js';
import { Emails, OrganizationDialog, PeopleDialog, organizationChips } from './pickers.js';
import { go } from '../shared/router.js';
import { MessageTemplates } from '../template/choose.js';
import { Filled, lastDay, NoticeTexts } from '../template/fields.js';
import { RULE_FIELDS, SigningRules, rulesOf } from './rules.js';
import { SEAL_FAILED } from './states.js';
import { Saved, StepPage, leaveSteps, useDiscard, useDraftOnly } from './steps.js';
import {
	Alert, Button, Chips, ErrorAlert, Group, Loading, Session, TextField, focusWrong, peopleChips, useAction, useLoad,
} from '../shared/ui.js';

const formOf = (c) => ({
	vendors: c.vendors,
	sealers: c.sealers,
	subject: c.subject,
	body: c.body,
	emails: c.emails,
	deadlineDays: c.deadlineDays ? String(c.deadlineDays) : '',
	deadlineHard: c.deadlineHard,
	...rulesOf(c),
});
const daysOf = (f) => Math.min(3650, Math.max(0, Math.trunc(Number(f.deadlineDays)) || 0));
const stored = (c) => ({ form: formOf(c), version: c.version });
const names = (list) => list.map((x) => x.name).join(t('comma'));
const ids = (list) => list.map((x) => x.id);

/** @type {import('./form-store.js').Field[]} */
const FIELDS = [
	{ name: 'vendors', label: 'signer.step1', of: (f) => ids(f.vendors), text: (f) => names(f.vendors) },
	{ name: 'sealers', label: 'signer.step2', of: (f) => ids(f.sealers), text: (f) => names(f.sealers) },
	{ name: 'subject', label: 'notice.subject', of: (f) => f.subject.trim(), text: (f) => f.subject },
	{ name: 'body', label: 'notice.body', of: (f) => f.body.trim(), text: (f) => f.body },
	{ name: 'emails', label: 'notice.emails', of: (f) => f.emails, text: (f) => f.emails.join(t('comma')) },
	...RULE_FIELDS,
	{
		name: 'deadlineDays',
		label: 'template.days',
		of: daysOf,
		text: (f) => (daysOf(f) > 0 ? t('template.after', { n: daysOf(f) }) : t('life.deadline_none')),
	},
	{
		name: 'deadlineHard',
		label: 'template.hard',
		of: (f) => Boolean(f.deadlineHard),
		text: (f) => t(f.deadlineHard ? 'life.deadline_hard' : 'life.deadline_soft'),
	},
];

const complete = (form) => Boolean(form.subject.trim() && form.body.trim());

function missing(form) {
	const errors = {};
	if (form.vendors.length === 0) errors.vendors = t('error.no_vendor');
	if (form.sealers.length === 0) errors.sealers = t('error.no_sealer');
	if (!form.subject.trim()) errors.subject = t('error.field_required');
	if (!form.body.trim()) errors.body = t('error.field_required');
	return errors;
}

function Parties({ form, set, errors }) {
	const [open, setOpen] = useState(null);
	const without = (list, item) => list.filter((x) => x.id !== item.id);
	return html`
		<section class="card" aria-labelledby="parties">
			<div class="card-head">
				<h2 id="parties">${t('signer.heading')}</h2>
			</div>
			<div class="card-body">
				<${Group} label=${t('signer.step1')} required error=${errors.vendors} hint=${t('signer.hint')}>
					<${Chips}
						items=${organizationChips(form.vendors)}
						testid="vendor-chip"
						onRemove=${(v) => set('vendors')(without(form.vendors, v))}
					>
						<${Button} kind="add" icon="plus-lg" testid="vendor-add" onClick=${() => setOpen('vendor')}>
							${t('signer.choose_unit')}
						<//>
					<//>
				<//>
				<${Group} label=${t('signer.step2')} required error=${errors.sealers}>
					<${Chips}
						items=${peopleChips(form.sealers)}
						testid="sealer-chip"
						onRemove=${(s) => set('sealers')(without(form.sealers, s))}
					>
						<${Button} kind="add" icon="plus-lg" testid="sealer-add" onClick=${() => setOpen('sealer')}>
							${t('sealer.list')}
						<//>
					<//>
				<//>
				<${SigningRules} form=${form} set=${set} errors=${errors} />
				<p class="note note-warning" data-testid="no-sealer">
					<span aria-hidden="true">△</span> ${t('sealer.none_hint')}
				</p>
				${open === 'vendor' && html`
					<${OrganizationDialog}
						chosen=${form.vendors}
						onAdd=${(v) => set('vendors')([...form.vendors, v])}
						onClose=${() => setOpen(null)}
					/>
				`}
				${open === 'sealer' && html`
					<${PeopleDialog}
						title=${t('sealer.query')}
						role="sealer"
						what="sealer"
						chosen=${form.sealers}
						onAdd=${(s) => set('sealers')([...form.sealers, s])}
						onClose=${() => setOpen(null)}
					/>
				`}
			</div>
		</section>
	`;
}

/** What the fields stand for, with what was typed and is not stored yet. */
const valuesOf = (contract, form) => ({
	...contract.fields,
	廠商名稱: form.vendors.map((v) => v.name).join('、'),
	截止日: contract.deadline ? contract.fields['截止日'] : daysOf(form) > 0 ? lastDay(daysOf(form)) : '',
});

const Notice = ({ contract, form, set, put: putAll, errors }) => html`
	<section class="card" aria-labelledby="notice">
		<div class="card-head">
			<h2 id="notice">${t('notice.title')}</h2>
			<div class="card-actions"><${TakeTemplate} onTake=${putAll} /></div>
		</div>
		<div class="card-body">
			<p class="note">${t('notice.hint')}</p>
			<${NoticeTexts} form=${form} set=${set} errors=${errors} tag="notice" rows="4" />
			<${Filled} subject=${form.subject} body=${form.body} values=${valuesOf(contract, form)} />
			<${Group} label=${t('notice.emails')} error=${errors.emails}>
				<${Emails} emails=${form.emails} onChange=${set('emails')} />
			<//>
		</div>
	</section>
`;

/** 簽署期限, counted from the sending. */
const Deadline = ({ contract, form, set, errors }) => html`
	<section class="card" aria-labelledby="deadline">
		<div class="card-head">
			<h2 id="deadline">${t('life.deadline')}</h2>
		</div>
		<div class="card-body form-grid">
			<${TextField}
				type="number"
				min="0"
				max="3650"
				label=${t('template.days')}
				hint=${contract.deadline && !daysOf(form) ? contract.deadline : t('template.days_hint')}
				value=${form.deadlineDays}
				onInput=${set('deadlineDays')}
				error=${errors.deadlineDays}
				testid="deadline-days"
			/>
			${daysOf(form) > 0 && html`
				<label class="choice">
					<input
						type="checkbox"
						checked=${form.deadlineHard}
						data-testid="deadline-hard"
						onChange=${(e) => set('deadlineHard')(e.target.checked)}
					/>
					<span>${t('template.hard')}</span>
				</label>
			`}
		</div>
	</section>
`;

/** 帶入訊息範本: subject and body are the template's. */
function TakeTemplate({ onTake }) {
	const [open, setOpen] = useState(false);
	return html`
		<${Button} icon="copy" testid="template-open" onClick=${() => setOpen(true)}>${t('template.message_open')}<//>
		${open && html`
			<${MessageTemplates}
				onChoose=${({ subject, body }) => {
					onTake({ subject, body });
					setOpen(false);
				}}
				onClose=${() => setOpen(false)}
			/>
		`}
	`;
}

/** The template's seals on these documents, in the place of those that are there. */
function PutPlaces({ contract, store, onPut }) {
	const [put_, setPut] = useState(null);
	const action = useAction();
	const { template } = contract;
	if (!template || template.places === 0 || contract.documents.length === 0) return null;
	const run = () => action.run(async () => {
		await store();
		setPut(await post(`/contracts/${contract.id}/places/template`, {}));
		onPut();
	});
	return html`
		<${Button} icon="copy" testid="place-template" busy=${action.busy} onClick=${run}>
			${t('template.put_places', { n: template.places })}
		<//>
		<${ErrorAlert} error=${action.error} />
		${put_ && html`
			<div class="wide" data-testid="places-put" data-missed=${put_.missed}>
				<${Alert} kind=${put_.missed > 0 ? 'warning' : 'success'}>
					${t('template.places_put', { places: put_.places })}
					${put_.missed > 0 && t('template.places_missed', { n: put_.missed })}
				<//>
			</div>
		`}
	`;
}

/** 印章位置: a page of its own, once the parties are stored. */
function PlaceCard({ contract, onOpen, store }) {
	const places = useLoad((signal) => get(`/contracts/${contract.id}/places`, {}, signal), contract.id);
	const n = places.data?.places.length ?? 0;
	return html`
		<section class="card" aria-labelledby="places">
			<div class="card-head">
				<h2 id="places">${t('place.title')}</h2>
			</div>
			<div class="card-body place-summary">
				<p class="note" data-testid="place-count">${n > 0 ? t('place.count', { n }) : t('place.count_none')}</p>
				<${Button} icon="pencil-square" testid="place-open" onClick=${onOpen}>${t('place.open')}<//>
				<${PutPlaces} contract=${contract} store=${store} onPut=${places.reload} />
			</div>
		</section>
	`;
}

function useSigners(contract) {
	const { member } = useContext(Session);
	const { id } = contract;
	return useFormStore({
		stored: stored(contract),
		fields: FIELDS,
		store: async (form, version) =>
			(await put(`/contracts/${id}/signers`, { ...bodyOf(FIELDS, form), version })).version,
		read: async () => stored(await get(`/contracts/${id}`)),
		keepAs: `${member.id}:signers:${id}`,
		complete,
	});
}

function Signers({ contract }) {
	const { id } = contract;
	const store = useSigners(contract);
	const [errors, setErrors] = useState({});
	const [confirming, setConfirming] = useState(false);
	const action = useAction();
	const discard = useDiscard(id, store.drop);
	const set = (name) => (value) => {
		setErrors({});
		store.put({ [name]: value });
	};
	const putAll = (part) => {
		setErrors({});
		store.put(part);
	};
	const sent = (number) => leaveSteps(id, `/contracts/${id}`, { sent: number });

	/** Stores what can be stored, then goes on; if it can't be, the form says why. */
	const stored_ = (then) =>
		action.run(async () => {
			try {
				await store.save();
			} catch (error) {
				if (FIELDS.some((f) => f.name === error.field)) setErrors({ [error.field]: errorText(error) });
				return;
			}
			then();
		});
	function check(e) {
		e?.preventDefault();
		const bad = missing(store.form);
		setErrors(bad);
		if (Object.keys(bad).length > 0) focusWrong();
		else stored_(() => setConfirming(true));
	}
	const back = () => go(`/contracts/${id}/files`);
	const places = () => go(`/contracts/${id}/places`);
	return html`
		<form onSubmit=${check} noValidate>
			<${Began} contract=${contract} />
			<${Parties} form=${store.form} set=${set} errors=${errors} />
			<${PlaceCard}
				contract=${contract}
				onOpen=${() => (complete(store.form) ? stored_(places) : places())}
				store=${store.save}
			/>
			<${Deadline} contract=${contract} form=${store.form} set=${set} errors=${errors} />
			<${Notice} contract=${contract} form=${store.form} set=${set} put=${putAll} errors=${errors} />
			<${Clashes} store=${store} onDecided=${() => stored_(() => {})} />
			<${ErrorAlert} error=${!store.clashes && store.error} />
			<${Saved} store=${store} />
			<div class="form-foot form-foot-free">
				<${Button} kind="danger-quiet" testid="discard" onClick=${discard.ask}>
					${t('discard')}
				<//>
				<span class="spring"></span>
				<${Button} testid="back" onClick=${() => (complete(store.form) ? stored_(back) : back())}>
					${t('previous')}
				<//>
				<${Button} kind="primary" type="submit" icon="send" testid="send" busy=${action.busy}>
					${t('send')}
				<//>
			</div>
		</form>
		${confirming && html`
			<${SendDialog} id=${id} onSent=${sent} onClose=${() => setConfirming(false)} />
		`}
		${discard.dialog}
	`;
}

export function ContractSigners({ id }) {
	const contract = useLoad((signal) => get(`/contracts/${id}`, {}, signal), id);
	useDraftOnly(contract.data);
	return html`
		<${StepPage} id=${id} step=${2} intro=${t('wizard.intro3')}>
			<${ErrorAlert} error=${contract.error} retry=${contract.reload} />
			${contract.data?.state === SEAL_FAILED && html`
				<${Alert} kind="warning" title=${t('state.seal_failed')}>
					${t('wizard.seal_failed')}
				<//>
			`}
			${contract.data
				? html`<${Signers} contract=${contract.data} />`
				: !contract.error && html`<${Loading} />`}
		<//>
	`;
}
