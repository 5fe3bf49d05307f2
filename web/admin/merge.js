// 機關整併: an agency becomes part of another. Somebody looks at what it does and asks; another agrees.
import { html, useEffect, useState } from '../vendor/preact.js';
import { ApiError, get, post } from '../shared/api.js';
import { wrong } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, Confirm, DataTable, ErrorAlert, Loading, Page, TextField, useAction, useLoad,
} from '../shared/ui.js';
import { Blocks, Preview, Units } from './merge-preview.js';
import { Facts, Select } from './parts.js';

const trail = (name) => [
	{ text: t('menu.admin_group') },
	{ text: t('menu.agencies'), to: '/admin/agencies' },
	{ text: name, now: true },
];

/** The agency that has exactly that code, with its units. */
async function targetOf(code) {
	const found = (await get('/admin/agencies', { q: code, size: 100 })).items.find((a) => a.code === code);
	if (!found) throw new ApiError({ code: 'bad_field', field: 'intoId', message: t('agency.no_such') }, 400);
	return get(`/admin/agencies/${found.id}`);
}

/** choice: '' as it is, 'new' with another code, or a unit's id. */
function Choice({ unit, target, value, onChange }) {
	const open = target.units.filter((u) => !u.closedAt);
	const { how = '', code = '' } = value ?? {};
	return html`
		<div class="merge-choice">
			<${Select}
				label=${t('merge.choose', { name: unit.name })}
				value=${how}
				onChange=${(word) => onChange({ how: word, code })}
				choices=${[
					['', unit.takenBy ? t('merge.please') : t('merge.as_is', { code: unit.code })],
					['new', t('merge.other_code')],
					...open.map((u) => [u.id, t('merge.joins', { name: `${u.name} ${u.code}` })]),
				]}
				testid="merge-choice"
			/>
			${how === 'new' && html`
				<${TextField}
					label=${t('merge.new_code')}
					maxLength="4"
					value=${code}
					onInput=${(word) => onChange({ how, code: word.trim() })}
					testid="merge-code"
				/>
			`}
		</div>
	`;
}

/** "id:id" or "id:6300" of each unit for which something is chosen. */
const wordsOf = (choices) => Object.entries(choices)
	.filter(([, c]) => c.how && (c.how !== 'new' || /^\d{4}$/.test(c.code)))
	.map(([id, c]) => `${id}:${c.how === 'new' ? c.code : c.how}`);

function Plan({ agency, target }) {
	const [choices, setChoices] = useState({});
	const [reason, setReason] = useState('');
	const [sure, setSure] = useState(false);
	const units = wordsOf(choices);
	const body = { intoId: target.agency.id, units };
	const path = `/admin/agencies/${agency.id}/merge`;
	const load = useLoad(() => post(`${path}/preview`, body), JSON.stringify(body));
	const action = useAction();
	const preview = load.data?.preview;
	const ask = () => action.run(async () => {
		const { id } = await post(path, { ...body, reason: reason.trim() });
		go(`/admin/merges/${id}`);
	});
	const can = preview && !preview.blocks.includes('unit_codes') && reason.trim() !== '';
	return html`
		<${Card} title=${t('merge.units')} headingId="merge-units">
			<p>${t('merge.units_text', { name: target.agency.name })}</p>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${preview
				? html`
					<${Units}
						units=${preview.units}
						choice=${(u) => html`
							<${Choice}
								unit=${u}
								target=${target}
								value=${choices[u.id]}
								onChange=${(c) => setChoices((all) => ({ ...all, [u.id]: c }))}
							/>
						`}
					/>
					<${Blocks} blocks=${preview.blocks} />
				`
				: load.loading && html`<${Loading} />`}
		<//>
		${preview && html`
			<${Card} title=${t('merge.effect')} headingId="merge-effect">
				<${Preview} preview=${preview} />
			<//>
		`}
		<${Card} title=${t('merge.ask')} headingId="merge-ask">
			<p>${t('merge.ask_text')}</p>
			<${TextField}
				label=${t('role.reason')}
				required
				rows="3"
				maxLength="500"
				value=${reason}
				onInput=${setReason}
				testid="merge-reason"
			/>
			<${Button} kind="primary" disabled=${!can} testid="merge-ask" onClick=${() => setSure(true)}>
				${t('merge.ask')}
			<//>
		<//>
		${sure && html`
			<${Confirm}
				danger
				title=${t('merge.ask')}
				text=${t('merge.sure', { from: agency.name, into: target.agency.name })}
				ok=${t('merge.ask')}
				busy=${action.busy}
				error=${action.error}
				onOk=${ask}
				onCancel=${() => setSure(false)}
			/>
		`}
	`;
}

export function Merge({ id }) {
	const load = useLoad((signal) => get(`/admin/agencies/${id}`, {}, signal), id);
	const [code, setCode] = useState('');
	const [target, setTarget] = useState(null);
	const action = useAction();
	const agency = load.data?.agency;
	const choose = (e) => {
		e.preventDefault();
		action.run(async () => setTarget(await targetOf(code.trim().toUpperCase())));
	};
	return html`
		<${Page}
			title=${agency ? t('merge.of', { name: agency.name }) : t('merge.title')}
			intro=${t('merge.intro')}
			trail=${trail(t('merge.title'))}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${agency && html`
				<${Card} title=${t('merge.into')} headingId="merge-into">
					<form class="picker-form" onSubmit=${choose}>
						<${TextField}
							label=${t('merge.into_code')}
							hint=${t('agency.code_hint')}
							required
							maxLength="10"
							value=${code}
							onInput=${setCode}
							error=${wrong(action.error, 'intoId')}
							testid="merge-into"
						/>
						<${Button} kind="primary" type="submit" busy=${action.busy} testid="merge-look">
							${t('merge.look')}
						<//>
					</form>
					${action.error && action.error.field !== 'intoId' && html`<${ErrorAlert} error=${action.error} />`}
					${target && html`
						<p data-testid="merge-pair">
							<strong>${agency.name}</strong> ${agency.code} → <strong>${target.agency.name}</strong>
							${' '}${target.agency.code}
						</p>
					`}
				<//>
			`}
			${target && html`<${Plan} key=${target.agency.id} agency=${agency} target=${target} />`}
		<//>
	`;
}

/* ---- one that was asked for ---- */

const KIND = { asked: 'warning', agreed: 'info', done: 'good', refused: 'bad', withdrawn: 'neutral', failed: 'bad' };
const State = ({ merge }) => html`<${Badge} kind=${KIND[merge.state]}>${t(`merge.state.${merge.state}`)}<//>`;

function Decide({ merge, what, onDone, onClose }) {
	const action = useAction();
	return html`
		<${Confirm}
			danger
			title=${t(`merge.${what}`)}
			text=${t(`merge.${what}_text`, { from: merge.fromName, into: merge.intoName })}
			ok=${t(`merge.${what}`)}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => {
				await post(`/admin/merges/${merge.id}/${what === 'agree' ? 'agree' : 'refuse'}`, {});
				onDone();
			})}
			onCancel=${onClose}
		/>
	`;
}

function Actions({ merge, reload }) {
	const [what, setWhat] = useState(null);
	const button = (word, kind) => html`
		<${Button} kind=${kind} testid=${`merge-${word}`} onClick=${() => setWhat(word)}>${t(`merge.${word}`)}<//>
	`;
	return html`
		<div class="row-actions">
			${merge.may && button('agree', 'primary')}
			${button(merge.mine ? 'withdraw' : 'refuse', 'plain')}
		</div>
		${what && html`
			<${Decide}
				merge=${merge}
				what=${what}
				onClose=${() => setWhat(null)}
				onDone=${() => {
					setWhat(null);
					reload();
				}}
			/>
		`}
	`;
}

const side = (name, code, id) => html`<a href=${href(`/admin/agencies/${id}`)}>${name}</a> ${code}`;

export function MergeOne({ id }) {
	const load = useLoad((signal) => get(`/admin/merges/${id}`, {}, signal), id);
	const merge = load.data?.merge;
	const open = merge && (merge.state === 'asked' || merge.state === 'agreed');
	// The worker does it within seconds.
	useEffect(() => {
		if (merge?.state !== 'agreed') return undefined;
		const timer = setInterval(load.reload, 2000);
		return () => clearInterval(timer);
	}, [merge?.state]);
	return html`
		<${Page}
			title=${merge ? t('merge.of', { name: merge.fromName }) : t('merge.title')}
			trail=${trail(t('merge.title'))}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${merge && html`
				<${Card} title=${t('merge.facts')} headingId="merge-facts">
					<${Facts}
						testid="merge-facts"
						items=${[
							[t('merge.from'), side(merge.fromName, merge.fromCode, merge.fromId)],
							[t('merge.into'), side(merge.intoName, merge.intoCode, merge.intoId)],
							[t('unit.state'), html`<span data-testid="merge-state" data-state=${merge.state}>
								<${State} merge=${merge} />
							</span>`],
							[t('role.reason'), merge.reason],
							[t('approval.asked'), `${merge.askedBy} ${dateTime(merge.askedAt)}`],
							[
								t('approval.decided'),
								merge.decidedBy && `${merge.decidedBy} ${dateTime(merge.decidedAt)}`,
							],
							[t('merge.done_at'), merge.doneAt && dateTime(merge.doneAt)],
						]}
					/>
					${merge.waits && html`<${Alert} kind="warning">${t(`merge.block.${merge.waits}`)}<//>`}
					${open && html`<${Actions} merge=${merge} reload=${load.reload} />`}
				<//>
			`}
			${load.data?.preview && html`
				<${Card} title=${t('merge.units')} headingId="merge-units">
					<${Units} units=${load.data.preview.units} />
					<${Blocks} blocks=${load.data.preview.blocks} />
				<//>
				<${Card} title=${t('merge.effect')} headingId="merge-effect">
					<${Preview} preview=${load.data.preview} />
				<//>
			`}
		<//>
	`;
}

/* ---- on 待核可 ---- */

export function MergesWaiting() {
	const list = useLoad((signal) => get('/admin/merges', {}, signal), 'merges');
	const open = list.data?.items.filter((m) => m.state === 'asked' || m.state === 'agreed') ?? [];
	if (!list.error && open.length === 0) return null;
	return html`
		<${Card} title=${t('merge.title')} headingId="merges-waiting">
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			<${DataTable}
				caption=${t('merge.title')}
				columns=${[
					{
						text: t('merge.title'),
						cell: (m) => html`
							<a class="strong" href=${href(`/admin/merges/${m.id}`)} data-testid="merge-open">
								${m.fromName} → ${m.intoName}
							</a>
							<div class="quiet">${m.reason}</div>
						`,
					},
					{ text: t('unit.state'), cell: (m) => html`<${State} merge=${m} />` },
					{
						text: t('approval.asked'),
						cell: (m) => html`${m.askedBy}<div class="quiet figure">${dateTime(m.askedAt)}</div>`,
					},
				]}
				rows=${open}
				testid="merge-row"
			/>
		<//>
	`;
}
