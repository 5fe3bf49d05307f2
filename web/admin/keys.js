// 平台金鑰: the key that the platform seals with, and how another one takes over from it.
import { html, useState } from '../vendor/preact.js';
import { useProven } from '../account/proof.js';
import { get, post } from '../shared/api.js';
import { FormDialog, ReasonField, namesField, wrong } from '../shared/form-dialog.js';
import { date, dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Badge, Button, Card, Confirm, DataTable, ErrorAlert, Field, Loading, Page, TextField, useAction, useLoad,
} from '../shared/ui.js';
import { Facts, Select } from './parts.js';

const PATH = '/admin/platform/keys';
const DAY = 86400000;
const STATE = { uploaded: 'neutral', asked: 'warn', planned: 'warn', active: 'good', retiring: 'neutral' };
const EFFECTS = ['new', 'flight', 'old', 'overlap'];
const DECIDED = ['approve', 'drop', 'end_approve', 'end_drop'];
/** Where the key of a request is: made in a file, made in the token, or in the token already. */
const PLACES = ['file', 'new', 'token'];
const KINDS = ['rsa3072', 'p256', 'p384'];

const daysLeft = (k) => Math.floor((Date.parse(k.notAfter) - Date.now()) / DAY);
/** Which of the three warnings, or none. */
export const warningOf = (days) => days < 7 ? 7 : days < 30 ? 30 : days < 90 ? 90 : null;
/** "2027-01-05T09:00" as people in Taipei mean it. */
const taipei = (local) => Date.parse(`${local}:00+08:00`);
const soon = () => new Date(Date.now() + 8 * 3600000 + DAY).toISOString().slice(0, 16);

const Until = ({ k }) => html`
	${date(k.notBefore)} – ${date(k.notAfter)}${' '}
	${daysLeft(k) >= 0 && html`
		<${Badge} kind=${daysLeft(k) < 7 ? 'bad' : daysLeft(k) < 90 ? 'warn' : 'good'}>
			${t('platform.days', { n: daysLeft(k) })}
		<//>
	`}
`;

const facts = (k) => [
	[t('platform.subject'), k.subject],
	[t('platform.issuer'), k.issuer],
	[t('platform.serial'), html`<span class="audit-code">${k.serial}</span>`],
	[t('platform.key'), k.keyType],
	[t('key.place'), html`
		<span class="audit-code">${k.place}</span>${' '}
		<span class="quiet">${t(k.place.startsWith('pkcs11:') ? 'key.in_token' : 'key.in_file')}</span>
	`],
	[t('key.validity'), html`<${Until} k=${k} />`],
];

/** What it does may want a fresh proof of who one is. */
const KeyDialog = (props) => html`<${FormDialog} ...${props} atField=${namesField} action=${useProven()} />`;

/** Seals a page with it, and says how that went. */
function Trial({ k, onDone }) {
	const action = useAction();
	const [trial, setTrial] = useState(null);
	const run = () => action.run(async () => {
		setTrial(await post(`${PATH}/${k.id}/test`, {}));
		onDone();
	});
	const said = trial && t(trial.valid ? 'key.trial_valid' : 'key.trial_invalid',
		{ level: trial.level || '—', n: trial.millis });
	return html`
		<div class="key-trial">
			<div class="row-actions">
				<${Button} icon="pen" testid="key-test" busy=${action.busy} onClick=${run}>${t('key.test')}<//>
				${(k.sample || trial) && html`
					<a href=${`/api/v1${PATH}/${k.id}/sample`} download data-testid="key-sample">${t('key.sample')}</a>
				`}
				${k.testedAt && html`<span class="quiet">${t('key.tested', { at: dateTime(k.testedAt) })}</span>`}
			</div>
			<${ErrorAlert} error=${action.error} />
			${trial && html`
				<div data-testid="key-trial"><${Alert} kind=${trial.valid ? 'success' : 'error'}>${said}<//></div>
			`}
		</div>
	`;
}

/** The key before can come back for a while; two people end that sooner. */
function Overlap({ before, choose }) {
	const button = (what, kind) => html`
		<${Button} kind=${kind} testid=${`key-${what}`} onClick=${() => choose([what, before])}>${t(`key.${what}`)}<//>
	`;
	const asked = Boolean(before.endAskedAt);
	const values = { by: before.endAskedBy, reason: before.endReason };
	return html`
		<p>${t('key.overlap', { at: dateTime(before.overAt), serial: before.serial })}</p>
		${asked && html`<p data-testid="key-end-asked">${t('key.end_is', values)}</p>`}
		<div class="row-actions">
			${!asked && button('end', 'plain')}
			${before.mayEnd && button('end_approve', 'danger')}
			${asked && button('end_drop', 'plain')}
		</div>
	`;
}

function Current({ k, before, onDone, choose }) {
	const warning = warningOf(daysLeft(k));
	return html`
		<${Card}
			title=${t('key.current')}
			headingId="key-current"
			actions=${before && html`
				<${Button} kind="danger" icon="arrow-return-left" testid="key-back"
					onClick=${() => choose(['back', k])}>
					${t('key.back')}
				<//>
			`}
		>
			${warning && html`
				<div data-testid="key-warning">
					<${Alert} kind=${warning === 7 ? 'error' : 'warning'} title=${t(`key.warning_${warning}`)}>
						${t(`key.warning_${warning}_do`)}
					<//>
				</div>
			`}
			<${Facts} testid="key-facts" items=${facts(k)} />
			<p class="quiet">${t('key.since', { at: dateTime(k.fromAt) })}</p>
			${before && html`<${Overlap} before=${before} choose=${choose} />`}
			<${Trial} k=${k} onDone=${onDone} />
		<//>
	`;
}

/** What is another than today, beside what is. */
function Compare({ now, next }) {
	const today = now ? facts(now) : [];
	const rows = facts(next).map(([name, value], i) => ({ id: name, name, is: today[i]?.[1], will: value }));
	return html`
		<${DataTable}
			caption=${t('key.compare')}
			columns=${[
				{ text: t('key.what'), cell: (r) => html`<strong>${r.name}</strong>` },
				{ text: t('key.now'), class: 'key-cell', cell: (r) => html`<div>${r.is || '—'}</div>` },
				{ text: t('key.then'), class: 'key-cell', cell: (r) => html`<div>${r.will || '—'}</div>` },
			]}
			rows=${rows}
			testid="key-compare"
		/>
	`;
}

function Next({ k, now, onDone, choose }) {
	const button = (what, kind, disabled = false) => html`
		<${Button} kind=${kind} testid=${`key-${what}`} disabled=${disabled} onClick=${() => choose([what, k])}>
			${t(`key.${what}`)}
		<//>
	`;
	const values = { at: dateTime(k.fromAt), by: k.askedBy, n: k.overlapDays };
	return html`
		<${Card}
			title=${t('key.next')}
			actions=${html`<${Badge} kind=${STATE[k.state]} testid="key-state">${t(`key.${k.state}`)}<//>`}
			headingId=${`key-next-${k.id}`}
			testid="key-next"
		>
			<p data-testid="key-says">${t(`key.${k.state}_is`, values)}</p>
			${k.reason && html`<p class="quiet">${t('key.reason')}：<span class="lines">${k.reason}</span></p>`}
			<${Compare} now=${now} next=${k} />
			<ul class="key-effects">
				${EFFECTS.map((e) => html`<li key=${e}>${t(`key.effect_${e}`, values)}</li>`)}
			</ul>
			<${Trial} k=${k} onDone=${onDone} />
			<div class="row-actions key-do">
				${k.state === 'uploaded' && button('ask', 'primary', !k.testedAt)}
				${k.may && button('approve', 'primary')}
				${button('drop', 'plain')}
			</div>
			${k.state === 'uploaded' && !k.testedAt && html`<p class="hint">${t('key.test_first')}</p>`}
		<//>
	`;
}

function RequestDialog({ module, onClose }) {
	const [form, setForm] = useState({ where: 'file', kind: 'rsa3072', place: '', subject: '' });
	const [pem, setPem] = useState(null);
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const file = form.where === 'file';
	const made = form.where !== 'token';
	async function send() {
		const body = { place: form.place.trim(), kind: made ? form.kind : undefined,
			subject: form.subject.trim() || undefined };
		setPem((await post(`${PATH}/requests`, body)).request);
	}
	const save = `data:application/pkcs10;base64,${btoa(pem ?? '')}`;
	if (pem) return html`
		<${FormDialog} wide title=${t('key.request')} ok=${t('close')} submit=${onClose} onClose=${onClose}>
			<p>${t('key.requested')}</p>
			<${TextField} label=${t('key.request_pem')} rows="10" readonly value=${pem} onInput=${() => {}}
				testid="key-pem" class="audit-code" />
			<p><a href=${save} download="platform.csr">${t('key.request_save')}</a></p>
		<//>
	`;
	return html`
		<${KeyDialog} title=${t('key.request')} text=${t('key.request_text')} ok=${t('key.request_ok')} submit=${send}
			onClose=${onClose}>
			${(error) => html`
				<${Select}
					label=${t('key.where')}
					value=${form.where}
					onChange=${set('where')}
					choices=${PLACES.filter((p) => module || p === 'file').map((p) => [p, t(`key.where_${p}`)])}
					testid="key-where"
				/>
				<${TextField}
					label=${t(file ? 'key.file' : 'key.uri')}
					hint=${t(file ? 'key.file_hint' : 'key.uri_hint')}
					required
					value=${form.place}
					onInput=${set('place')}
					error=${wrong(error, 'place')}
					testid="key-place"
				/>
				${made && html`
					<${Select}
						label=${t('key.kind')}
						value=${form.kind}
						onChange=${set('kind')}
						choices=${KINDS.map((k) => [k, t(`key.kind_${k}`)])}
						testid="key-kind"
					/>
				`}
				<${TextField}
					label=${t('key.subject')}
					hint=${t('key.subject_hint')}
					value=${form.subject}
					onInput=${set('subject')}
					error=${wrong(error, 'subject')}
					testid="key-subject"
				/>
			`}
		<//>
	`;
}

/** As a signer would read it, signature_bad says to sign again. */
const certificateWrong = (error) => error.code === 'signature_bad' ? t('key.not_its_key') : error.message;

function AddDialog({ onDone, onClose }) {
	const [form, setForm] = useState({ place: '', certificate: '' });
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const choose = async (e) => set('certificate')(await e.target.files[0]?.text() ?? '');
	const send = async () => onDone(await post(PATH, { place: form.place.trim(), certificate: form.certificate }));
	return html`
		<${KeyDialog} wide title=${t('key.add')} text=${t('key.add_text')} ok=${t('key.add_ok')} submit=${send}
			onClose=${onClose}>
			${(error) => html`
				<${TextField}
					label=${t('key.place')}
					hint=${t('key.place_hint')}
					required
					value=${form.place}
					onInput=${set('place')}
					error=${wrong(error, 'place')}
					testid="key-place"
				/>
				<${Field} label=${t('key.certificate_file')} hint=${t('key.certificate_hint')}>
					${(a) => html`
						<input ...${a} type="file" accept=".pem,.crt,.cer" data-testid="key-file" onChange=${choose} />
					`}
				<//>
				<${TextField}
					label=${t('key.certificate')}
					required
					rows="6"
					value=${form.certificate}
					onInput=${set('certificate')}
					error=${wrong(error, 'certificate') && certificateWrong(error)}
					testid="key-certificate"
				/>
			`}
		<//>
	`;
}

function AskDialog({ k, onDone, onClose }) {
	const [form, setForm] = useState({ at: soon(), days: '30', reason: '' });
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const send = async () => onDone(await post(`${PATH}/${k.id}/ask`,
		{ reason: form.reason.trim(), fromAt: taipei(form.at), overlapDays: Number(form.days) }));
	return html`
		<${KeyDialog} title=${t('key.ask')} text=${t('key.ask_text')} ok=${t('key.ask_ok')} submit=${send}
			onClose=${onClose}>
			${(error) => html`
				<${TextField}
					label=${t('key.at')}
					hint=${t('key.at_hint')}
					required
					type="datetime-local"
					value=${form.at}
					onInput=${set('at')}
					error=${wrong(error, 'fromAt') && t('key.at_wrong')}
					testid="key-at"
				/>
				<${TextField}
					label=${t('key.days')}
					hint=${t('key.days_hint')}
					required
					type="number"
					min="1"
					max="400"
					value=${form.days}
					onInput=${set('days')}
					error=${wrong(error, 'overlapDays')}
					testid="key-days"
				/>
				<${ReasonField}
					label=${t('key.reason')}
					value=${form.reason}
					onInput=${set('reason')}
					error=${error}
					testid="key-reason"
				/>
			`}
		<//>
	`;
}

/** what: back or end. */
function ReasonDialog({ k, what, onDone, onClose }) {
	const [reason, setReason] = useState('');
	const send = async () => onDone(await post(`${PATH}/${k.id}/${what}`, { reason: reason.trim() }));
	return html`
		<${KeyDialog} danger title=${t(`key.${what}`)} text=${t(`key.${what}_text`)} ok=${t(`key.${what}`)}
			submit=${send} onClose=${onClose}>
			${(error) => html`
				<${ReasonField} label=${t('key.reason')} value=${reason}
					onInput=${setReason} error=${error} testid="key-reason" />
			`}
		<//>
	`;
}

/** what: approve, drop, end_approve or end_drop. */
function Decide({ k, what, onDone, onClose }) {
	const action = useProven();
	return html`
		<${Confirm}
			danger
			title=${t(`key.${what}`)}
			text=${t(`key.${what}_text`, { at: dateTime(k.fromAt), serial: k.serial })}
			ok=${t(`key.${what}`)}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await post(`${PATH}/${k.id}/${what.replace('_', '/')}`, {})))}
			onCancel=${onClose}
		/>
		${action.dialog}
	`;
}

const history = () => [
	{
		text: t('platform.serial'),
		class: 'trust-what',
		cell: (k) => html`
			<div><span class="audit-code">${k.serial}</span><div class="quiet">${k.subject} · ${k.keyType}</div></div>
		`,
	},
	{
		text: t('job.state'),
		cell: (k) => html`<${Badge} kind=${STATE[k.state]}>${t(`key.${k.state}`)}<//>`,
	},
	{
		text: t('key.sealed'),
		class: 'figure',
		cell: (k) => html`
			<div>
				${dateTime(k.state === 'dropped' ? k.createdAt : k.fromAt) || '—'}
				<div class="quiet">
					${k.endedAt ? dateTime(k.endedAt) : k.overAt && t('key.until', { at: dateTime(k.overAt) })}
				</div>
			</div>
		`,
	},
	{
		text: t('key.who'),
		cell: (k) => html`
			<div>
				${k.createdBy ?? t('key.settings')}
				${k.decidedBy && html`<div class="quiet">${t('key.agreed_by', { name: k.decidedBy })}</div>`}
			</div>
		`,
	},
];

export function Keys() {
	const load = useLoad((signal) => get(PATH, {}, signal), 'keys');
	const [chosen, choose] = useState(null);
	const items = load.data?.items ?? [];
	const now = items.find((k) => k.sealing);
	const next = items.filter((k) => !k.sealing && ['uploaded', 'asked', 'planned'].includes(k.state));
	const before = now && items.find((k) => k.state === 'retiring' && k !== now);
	const past = items.filter((k) => k !== now && !next.includes(k));
	const close = () => choose(null);
	const done = () => {
		close();
		load.reload();
	};
	const [what, k] = chosen ?? [];
	return html`
		<${Page}
			title=${t('menu.keys')}
			intro=${t('key.intro')}
			trail=${[{ text: t('menu.platform_group') }, { text: t('menu.keys'), now: true }]}
			actions=${html`
				<${Button} testid="key-request" onClick=${() => choose(['request'])}>${t('key.request')}<//>
				<${Button} kind="primary" testid="key-add" onClick=${() => choose(['add'])}>${t('key.add')}<//>
			`}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${!load.data ? load.loading && html`<${Loading} />` : html`
				${next.map((n) => html`
					<${Next} key=${n.id} k=${n} now=${now} onDone=${load.reload} choose=${choose} />
				`)}
				${now && html`
					<${Current} k=${now} before=${before} onDone=${load.reload} choose=${choose} />
				`}
				${past.length > 0 && html`
					<${Card} title=${t('key.past')} headingId="key-past">
						<${DataTable} caption=${t('key.past')} columns=${history()} rows=${past} testid="key-row" />
					<//>
				`}
			`}
			${what === 'request' && html`<${RequestDialog} module=${load.data?.module} onClose=${close} />`}
			${what === 'add' && html`<${AddDialog} onDone=${done} onClose=${close} />`}
			${what === 'ask' && html`<${AskDialog} k=${k} onDone=${done} onClose=${close} />`}
			${(what === 'back' || what === 'end') && html`
				<${ReasonDialog} k=${k} what=${what} onDone=${done} onClose=${close} />
			`}
			${DECIDED.includes(what) && html`
				<${Decide} k=${k} what=${what} onDone=${done} onClose=${close} />
			`}
		<//>
	`;
}
