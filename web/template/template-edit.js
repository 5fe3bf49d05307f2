// A template is written: a new one, or the next version of one.
import { html, useState } from '../vendor/preact.js';
import { OrganizationDialog, PeopleDialog, organizationChips } from '../contract/pickers.js';
import { SigningRules, rulesOf } from '../contract/rules.js';
import { get, post, put } from '../shared/api.js';
import { errorText, t } from '../shared/i18n.js';
import { useLeaveGuard } from '../shared/leave.js';
import { go } from '../shared/router.js';
import {
	Button, Card, Chips, ErrorAlert, Group, LinkButton, Loading, Page, TextField, focusWrong, peopleChips, useAction,
	useLoad,
} from '../shared/ui.js';
import { Filled, NoticeTexts, SAMPLE } from './fields.js';
import { Seals } from './seals.js';
import { trail } from './templates.js';

const EMPTY = (kind) => ({
	kind,
	name: '',
	note: '',
	title: '',
	subject: kind === 'contract' ? '檢送「{{契約名稱}}案(契約編號：{{契約編號}})」專案契約書，請查照。' : '',
	body: kind === 'contract' ? '請使用本府MyDoc電子文件服務平台，以電子憑證簽署並回傳{{機關簡稱}}。' : '',
	deadlineDays: '',
	deadlineHard: false,
	vendors: [],
	sealers: [],
	places: [],
	vendorsInOrder: false,
	representative: '',
	sealRule: 'any',
	sealNeeded: 2,
});

const formOf = (x) => ({ ...x, note: '', deadlineDays: x.deadlineDays ? String(x.deadlineDays) : '', ...rulesOf(x) });
const ids = (list) => list.map((x) => x.id);
const daysOf = (form) => Math.max(0, Math.trunc(Number(form.deadlineDays)) || 0);

/** What is sent: of a message template the texts only. */
function bodyOf(form) {
	const { name, note, title, subject, body } = form;
	const texts = { name: name.trim(), note: note.trim(), subject: subject.trim(), body: body.trim() };
	if (form.kind === 'message') return texts;
	const needed = Math.min(Math.max(1, Math.trunc(Number(form.sealNeeded)) || 1), Math.max(1, form.sealers.length));
	return {
		...texts,
		title: title.trim(),
		deadlineDays: daysOf(form),
		deadlineHard: form.deadlineHard,
		vendors: ids(form.vendors),
		sealers: ids(form.sealers),
		vendorsInOrder: form.vendorsInOrder,
		...(form.vendors.some((v) => v.id === form.representative) && { representative: form.representative }),
		sealRule: form.sealRule,
		sealNeeded: form.sealRule === 'some' ? needed : 1,
		places: form.places,
	};
}

function missing(form) {
	const errors = {};
	for (const name of ['name', 'subject', 'body'])
		if (!form[name].trim()) errors[name] = t('error.field_required');
	if (form.places.some((p) => !p.seam && p.page === 0 && !p.anchor.trim()))
		errors.places = t('template.anchor_missing');
	return errors;
}

const Texts = ({ form, set, errors }) => html`
	<${Card} title=${t('template.texts')} headingId="texts">
		<p class="note">${t('template.texts_hint')}</p>
		<${NoticeTexts} form=${form} set=${set} errors=${errors} tag="template" />
		<${Filled} subject=${form.subject} body=${form.body} values=${SAMPLE()} title=${t('template.sample')} />
	<//>
`;

const Basics = ({ form, set, errors, fresh }) => html`
	<${Card} title=${t('template.basics')} headingId="basics">
		<div class="form-grid">
			<${TextField}
				label=${t('template.name')}
				required
				value=${form.name}
				onInput=${set('name')}
				error=${errors.name}
				maxLength="100"
				testid="template-name"
			/>
			${form.kind === 'contract' && html`
				<${TextField}
					label=${t('contract.title')}
					hint=${t('template.title_hint')}
					value=${form.title}
					onInput=${set('title')}
					error=${errors.title}
					maxLength="100"
					testid="template-contract-title"
				/>
			`}
			${!fresh && html`
				<${TextField}
					label=${t('template.note')}
					hint=${t('template.note_hint')}
					value=${form.note}
					onInput=${set('note')}
					maxLength="200"
					testid="template-note"
				/>
			`}
		</div>
	<//>
`;

const Deadline = ({ form, set, errors }) => html`
	<${Card} title=${t('life.deadline')} headingId="deadline">
		<div class="form-grid">
			<${TextField}
				type="number"
				label=${t('template.days')}
				hint=${t('template.days_hint')}
				min="0"
				max="3650"
				value=${form.deadlineDays}
				onInput=${set('deadlineDays')}
				error=${errors.deadlineDays}
				testid="template-days"
			/>
			${daysOf(form) > 0 && html`
				<label class="choice">
					<input
						type="checkbox"
						checked=${form.deadlineHard}
						data-testid="template-hard"
						onChange=${(e) => set('deadlineHard')(e.target.checked)}
					/>
					<span>${t('template.hard')}</span>
				</label>
			`}
		</div>
	<//>
`;

function Parties({ form, set, errors }) {
	const [open, setOpen] = useState(null);
	const without = (list, item) => list.filter((x) => x.id !== item.id);
	const close = () => setOpen(null);
	return html`
		<${Card} title=${t('signer.heading')} headingId="parties">
			<${Group} label=${t('signer.step1')} hint=${t('template.vendors_hint')} error=${errors.vendors}>
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
			<${Group} label=${t('signer.step2')} hint=${t('template.sealers_hint')} error=${errors.sealers}>
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
			${open === 'vendor' && html`
				<${OrganizationDialog}
					chosen=${form.vendors}
					onAdd=${(v) => set('vendors')([...form.vendors, v])}
					onClose=${close}
				/>
			`}
			${open === 'sealer' && html`
				<${PeopleDialog}
					title=${t('sealer.query')}
					role="sealer"
					what="sealer"
					chosen=${form.sealers}
					onAdd=${(s) => set('sealers')([...form.sealers, s])}
					onClose=${close}
				/>
			`}
		<//>
	`;
}

const SealCard = ({ form, set, errors }) => html`
	<${Card} title=${t('place.title')} headingId="places">
		<p class="note">${t('template.seals_hint')}</p>
		<${Group} label=${t('place.parties')} error=${errors.places}>
			<${Seals} places=${form.places} onChange=${set('places')} />
		<//>
	<//>
`;

function Form({ id, start, version }) {
	const [form, setForm] = useState(start);
	const [errors, setErrors] = useState(/** @type {any} */ ({}));
	const action = useAction();
	const guard = useLeaveGuard(JSON.stringify(form) !== JSON.stringify(start) && !action.busy);
	const set = (name) => (value) => {
		setErrors({});
		setForm((f) => ({ ...f, [name]: value }));
	};
	const fits = (error) => error?.field && Object.hasOwn(form, error.field);
	const store = () => action.run(async () => {
		try {
			const made = id
				? await put(`/templates/${id}`, { ...bodyOf(form), version })
				: await post('/templates', { kind: form.kind, ...bodyOf(form) });
			go(`/templates/${id ?? made.id}`, { saved: made.version }, { force: true });
		} catch (error) {
			if (!fits(error)) throw error;
			setErrors({ [error.field]: errorText(error) });
			focusWrong();
		}
	});
	function submit(e) {
		e.preventDefault();
		const bad = missing(form);
		setErrors(bad);
		if (Object.keys(bad).length > 0) focusWrong();
		else store();
	}
	const parts = { form, set, errors };
	return html`
		<form onSubmit=${submit} noValidate>
			<${Basics} ...${parts} fresh=${!id} />
			<${Texts} ...${parts} />
			${form.kind === 'contract' && html`
				<${Parties} ...${parts} />
				<${Deadline} ...${parts} />
				<${SealCard} ...${parts} />
			`}
			<${ErrorAlert} error=${action.error} />
			<div class="form-foot form-foot-free">
				<${LinkButton} to=${id ? `/templates/${id}` : '/templates'} testid="template-cancel">${t('cancel')}<//>
				<span class="spring"></span>
				<${Button} kind="primary" type="submit" testid="template-save" busy=${action.busy}>
					${id ? t('template.save_version', { n: version + 1 }) : t('template.save')}
				<//>
			</div>
			${guard}
		</form>
	`;
}

export function TemplateEdit({ id, query }) {
	const kind = query.kind === 'message' ? 'message' : 'contract';
	const stored = useLoad(
		(signal) => (id ? get(`/templates/${id}`, {}, signal) : Promise.resolve(EMPTY(kind))),
		id ?? kind,
	);
	const x = stored.data;
	const title = id ? t('template.edit') : t(`template.new_${kind}`);
	return html`
		<${Page}
			title=${title}
			intro=${id ? x?.name : t(`template.intro_${kind}`)}
			trail=${trail({ text: t('template.title'), to: '/templates' }, { text: title, now: true })}
		>
			<${ErrorAlert} error=${stored.error} retry=${stored.reload} />
			${x
				? html`<${Form} key=${id ?? kind} id=${id} start=${id ? formOf(x) : x} version=${x.newest} />`
				: !stored.error && html`<${Loading} />`}
		<//>
	`;
}
