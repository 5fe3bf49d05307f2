// 新增電子契約 STEP1: also reopens a draft (id). It saves itself as soon as it is complete.
import { html, useContext, useEffect, useRef, useState } from '../vendor/preact.js';
import { del, get, post, put } from '../shared/api.js';
import { Clashes } from './clash.js';
import {
	BASICS, BasicsFields, Fixed, bodyOf, emptyFor, fieldErrors, formOf, missing, useSubmit,
} from './contract-form.js';
import { useFormStore } from './form-store.js';
import { t } from '../shared/i18n.js';
import { go, rename } from '../shared/router.js';
import { Saved, StepPage, useDiscard, useDraftOnly } from './steps.js';
import { dateTime, unitName } from '../shared/format.js';
import { keep, kept } from '../shared/keep.js';
import { Alert, Button, ErrorAlert, Field, Loading, Session, useLoad } from '../shared/ui.js';

const stored = (c) => ({ form: formOf(c), version: c.version });
const complete = (form) => Object.keys(missing(form)).length === 0;

const PAUSE_MS = 1500;
const nameOf = (member, id) => `${member.id}:basics:${id ?? 'new'}`;

/** What is not complete yet is kept on the server as typed; complete it is a draft like others. */
function useServerKeep(form, member, made) {
	const text = JSON.stringify(form);
	const untouched = text === JSON.stringify(emptyFor(member));
	const has = useRef(false);
	useEffect(() => {
		if (made) {
			if (has.current || !untouched) del('/kept/contract').catch(() => {});
			return undefined;
		}
		if (untouched || complete(form)) return undefined;
		const timer = setTimeout(() => {
			has.current = true;
			put('/kept/contract', { content: text }).catch(() => {}); // this tab keeps it as well
		}, PAUSE_MS);
		return () => clearTimeout(timer);
	}, [text, Boolean(made)]);
}

/** What was typed on another computer, or before this tab: filled in, and said. */
async function fromServer(member) {
	if (kept(nameOf(member, null))) return null;
	const { content, savedAt } = await get('/kept/contract');
	if (!content) return null;
	const base = { form: emptyFor(member), version: 0 };
	keep(nameOf(member, null), { form: { ...base.form, ...JSON.parse(content) }, base });
	return { savedAt };
}

/** Stores step 1; a new contract gets its id, and the page its address, with the first time. */
function useBasics(draft, member, setId) {
	const id = useRef(draft?.id ?? null);
	async function store(typed, version) {
		const body = bodyOf(BASICS, typed);
		if (id.current) return (await put(`/contracts/${id.current}`, { ...body, version })).version;
		const { templateId } = typed;
		const made = await post('/contracts', templateId ? { ...body, templateId } : body);
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
		keepAs: nameOf(member, id.current),
		complete,
	});
	return { store: form, next: () => go(`/contracts/${id.current}/files`) };
}

/** 從範本開始: what a new contract takes over; the name too, where none was typed. */
function Begin({ store, asked }) {
	const list = useLoad((signal) => get('/templates', { kind: 'contract', size: 100 }, signal), 'templates');
	const items = list.data?.items ?? [];
	const chosen = store.form.templateId ?? '';
	const choose = async (templateId) => {
		store.put({ templateId });
		if (!templateId || store.form.title.trim()) return;
		const { title } = await get(`/templates/${templateId}`);
		if (title) store.put({ title });
	};
	useEffect(() => {
		if (asked && items.some((x) => x.id === asked) && !chosen) choose(asked).catch(() => {});
	}, [list.data]);
	return items.length > 0 && html`
		<${Field} label=${t('template.begin')} hint=${t('template.begin_hint')}>
			${(a) => html`
				<select
					...${a}
					data-testid="template-begin"
					onChange=${(e) => choose(e.target.value).catch(() => {})}
				>
					<option value="" selected=${!chosen}>${t('template.begin_none')}</option>
					${items.map((x) => html`
						<option key=${x.id} value=${x.id} selected=${x.id === chosen}>${x.name}</option>
					`)}
				</select>
			`}
		<//>
	`;
}

export const Began = ({ contract }) => contract?.template && html`
	<p class="note template-began" data-testid="template-began">
		${t('template.began', { name: contract.template.name, n: contract.template.version })}
	</p>
`;

function Basics({ draft, setId, id, savedAt, asked }) {
	const { member } = useContext(Session);
	const { store, next } = useBasics(draft, member, setId);
	const { submit, wrong, busy, forgive } = useSubmit(store, next);
	useServerKeep(store.form, member, draft || id);
	const discard = useDiscard(id, () => {
		store.drop();
		if (!id) del('/kept/contract').catch(() => {});
	});
	const shown = store.error && Object.keys(fieldErrors(store.error, '')).length === 0 && !store.clashes;
	const handlingUnit = draft?.handlingUnit ?? member.unit;

	return html`
		<form class="card" onSubmit=${submit} noValidate>
			<div class="card-body">
				${savedAt && html`
					<div data-testid="draft-kept">
						<${Alert}>${t('draft.kept', { time: dateTime(savedAt) })}<//>
					</div>
				`}
				<p class="required-note">
					<span class="required" aria-hidden="true">
						*
					</span>
					${t('required_note')}
				</p>
				${id ? html`<${Began} contract=${draft} />` : html`<${Begin} store=${store} asked=${asked} />`}
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

export function ContractBasics({ id: opened, query }) {
	const [id, setId] = useState(opened ?? null);
	const { member } = useContext(Session);
	const draft = useLoad(
		(signal) => (opened ? get(`/contracts/${opened}`, {}, signal) : fromServer(member)),
		opened ?? 'new',
	);
	useDraftOnly(opened ? draft.data : null);
	const ready = opened ? draft.data : !draft.loading;
	return html`
		<${StepPage} id=${id} step=${0} intro=${t('wizard.intro1')}>
			<${ErrorAlert} error=${draft.error} retry=${draft.reload} />
			${ready
				? html`
					<${Basics}
						draft=${opened ? draft.data : null}
						savedAt=${opened ? undefined : draft.data?.savedAt}
						id=${id}
						setId=${setId}
						asked=${query.template}
					/>
				`
				: !draft.error && html`<${Loading} />`}
		<//>
	`;
}
