// One agency: what it is called, its units, the agencies below it, what became of them.
import { html, useContext, useState } from '../vendor/preact.js';
import { ApiError, get, post, put } from '../shared/api.js';
import { FormDialog, wrong } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, EmptyState, ErrorAlert, LinkButton, Loading, Page, Session, TextField, may,
	useLoad,
} from '../shared/ui.js';
import { AgencyDialog, AgencyFields } from './agencies.js';
import { ImportDialog } from './import.js';
import { Facts, Select } from './parts.js';

/** The id of the agency that has exactly that code; undefined for none above. */
async function idOfCode(code) {
	if (!code) return undefined;
	const found = (await get('/admin/agencies', { q: code, size: 100 })).items.find((a) => a.code === code);
	if (!found) throw new ApiError({ code: 'bad_field', field: 'parentId', message: t('agency.no_such') }, 400);
	return found.id;
}

function ChangeDialog({ agency, onDone, onClose }) {
	const [form, setForm] = useState({ ...agency, parentCode: agency.parentCode ?? '' });
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	async function send() {
		const parentId = await idOfCode(form.parentCode.trim().toUpperCase());
		const body = {
			name: form.name.trim(),
			shortName: form.shortName.trim(),
			cardIdentity: form.cardIdentity.trim(),
			version: agency.version,
			...(parentId ? { parentId } : {}),
		};
		onDone(await put(`/admin/agencies/${agency.id}`, body));
	}
	return html`
		<${FormDialog}
			title=${t('agency.change')}
			text=${t('agency.change_text')}
			ok=${t('life.save')}
			submit=${send}
			onClose=${onClose}
		>
			${(error) => html`
				<${AgencyFields} form=${form} set=${set} error=${error} />
				<${TextField}
					label=${t('agency.parent_code')}
					hint=${t('agency.parent_hint')}
					maxLength="10"
					value=${form.parentCode}
					onInput=${set('parentCode')}
					error=${wrong(error, 'parentId')}
					testid="agency-parent"
				/>
			`}
		<//>
	`;
}

/** unit null: a new one. */
function UnitDialog({ agency, unit, onDone, onClose }) {
	const [code, setCode] = useState('');
	const [name, setName] = useState(unit?.name ?? agency.name);
	const path = `/admin/agencies/${agency.id}/units`;
	const send = () =>
		unit ? put(`${path}/${unit.id}`, { name: name.trim() }) : post(path, { code: code.trim(), name: name.trim() });
	return html`
		<${FormDialog}
			title=${unit ? t('unit.rename_named', { name: unit.name }) : t('unit.new')}
			text=${unit ? t('unit.rename_text') : t('unit.new_text')}
			ok=${unit ? t('life.save') : t('admin.create')}
			submit=${async () => onDone(await send())}
			onClose=${onClose}
		>
			${(error) => html`
				${!unit && html`
					<${TextField}
						label=${t('unit.code')}
						hint=${t('unit.code_hint', { code: agency.code })}
						required
						maxLength="4"
						value=${code}
						onInput=${setCode}
						error=${wrong(error, 'code')}
						testid="unit-code"
					/>
				`}
				<${TextField}
					label=${t('unit.name')}
					hint=${t('unit.name_hint')}
					required
					maxLength="100"
					value=${name}
					onInput=${setName}
					error=${wrong(error, 'name')}
					testid="unit-name"
				/>
			`}
		<//>
	`;
}

function CloseDialog({ agency, unit, units, onDone, onClose }) {
	const others = units.filter((u) => !u.closedAt && u.id !== unit.id);
	const [into, setInto] = useState('');
	const target = others.find((u) => u.id === into);
	return html`
		<${FormDialog}
			danger
			title=${t('unit.close_named', { name: unit.name })}
			text=${t('unit.close_text')}
			ok=${target ? t('unit.merge') : t('unit.close')}
			submit=${async () =>
				onDone(await post(`/admin/agencies/${agency.id}/units/${unit.id}/close`, into ? { into } : {}))}
			onClose=${onClose}
		>
			${(error) => html`
				<${Select}
					label=${t('unit.into')}
					value=${into}
					onChange=${setInto}
					choices=${[['', t('unit.into_none')], ...others.map((u) => [u.id, `${u.name} ${u.fullCode}`])]}
					error=${wrong(error, 'into')}
					testid="unit-into"
				/>
				<p data-testid="unit-effect">
					${unit.people === 0
						? t('unit.effect_none')
						: target
							? t('unit.effect', { n: unit.people, name: target.name })
							: t('unit.effect_blocked', { n: unit.people })}
				</p>
			`}
		<//>
	`;
}

function Units({ agency, units, reload, say }) {
	const [dialog, setDialog] = useState(null);
	const close = () => setDialog(null);
	const done = (text) => () => {
		close();
		say(text);
		reload();
	};
	const reopen = async (u) => {
		await post(`/admin/agencies/${agency.id}/units/${u.id}/reopen`, {});
		done(t('unit.reopened', { name: u.name }))();
	};
	const open = !agency.closedAt;
	const columns = [
		{ text: t('unit.code'), class: 'figure', cell: (u) => u.fullCode },
		{ text: t('unit.name'), cell: (u) => u.name },
		{
			text: t('unit.state'),
			cell: (u) => u.closedAt
				? html`
					<${Badge}>${t('unit.closed')}<//>
					${u.mergedInto && html`<div class="quiet">${t('unit.merged_into', { name: u.mergedInto })}</div>`}
				`
				: html`<${Badge} kind="good">${t('unit.open')}<//>`,
		},
		{
			text: t('unit.people'),
			class: 'figure',
			cell: (u) => u.people > 0
				? html`<a href=${`#/admin/members?organizationId=${agency.id}&unitId=${u.id}`}>${u.people}</a>`
				: 0,
		},
		open && {
			text: t('admin.do'),
			quiet: true,
			cell: (u) => u.closedAt
				? html`<${Button} kind="quiet" testid="unit-reopen" onClick=${() => reopen(u)}>${t('unit.reopen')}<//>`
				: html`
					<div class="row-actions">
						<${Button} kind="quiet" testid="unit-rename" onClick=${() => setDialog(['rename', u])}>
							${t('unit.rename')}
						<//>
						<${Button} kind="quiet" testid="unit-close" onClick=${() => setDialog(['close', u])}>
							${t('unit.close')}
						<//>
					</div>
				`,
		},
	].filter(Boolean);
	const [what, unit] = dialog ?? [];
	const shared = { agency, onClose: close };
	return html`
		<${Card}
			title=${t('agency.units')}
			headingId="units"
			actions=${open && html`
				<${Button} icon="upload" testid="units-import" onClick=${() => setDialog(['import', null])}>
					${t('import.csv')}
				<//>
				<${Button} icon="plus-lg" testid="unit-new" onClick=${() => setDialog(['new', null])}>
					${t('unit.new')}
				<//>
			`}
		>
			${units.length === 0
				? html`<${EmptyState} icon="building" title=${t('unit.none')} />`
				: html`
					<${DataTable}
						caption=${t('agency.units')}
						columns=${columns}
						rows=${units}
						testid="unit-row"
					/>
				`}
		<//>
		${what === 'new' && html`<${UnitDialog} ...${shared} unit=${null} onDone=${done(t('unit.made'))} />`}
		${what === 'import' && html`<${ImportDialog} ...${shared} what="units" onDone=${done(t('import.done'))} />`}
		${what === 'rename' && html`<${UnitDialog} ...${shared} unit=${unit} onDone=${done(t('unit.renamed'))} />`}
		${what === 'close' && html`
			<${CloseDialog} ...${shared} unit=${unit} units=${units} onDone=${done(t('unit.done'))} />
		`}
	`;
}

const History = ({ events }) => html`
	<${Card} title=${t('agency.history')} headingId="agency-history">
		${events.length === 0
			? html`<p class="quiet">${t('agency.no_history')}</p>`
			: html`
				<ol class="events">
					${events.map((e, i) => html`
						<li key=${i} data-testid="agency-event" data-kind=${e.kind}>
							<span class="figure quiet">${dateTime(e.at)}</span>
							<strong>
								${t(e.unit ? `unit_event.${e.kind}` : `agency_event.${e.kind}`, { unit: e.unit ?? '' })}
							</strong>
							<span>${e.by ?? t('life.by_platform')}</span>
							<span class="lines">
								${[e.before, e.after].filter(Boolean).join(' → ')}
							</span>
						</li>
					`)}
				</ol>
			`}
	<//>
`;

function Body({ data, reload }) {
	const session = useContext(Session);
	const platform = may(session, 'platform_admin');
	const [dialog, setDialog] = useState(null);
	const [said, setSaid] = useState(null);
	const { agency } = data;
	const close = () => setDialog(null);
	return html`
		${said && html`<div data-testid="admin-said"><${Alert} kind="success">${said}<//></div>`}
		${agency.successorId && html`
			<div data-testid="agency-successor">
				<${Alert} kind="info">
					${t('merge.gone', { at: dateTime(agency.closedAt) })}
					${' '}<a href=${href(`/admin/agencies/${agency.successorId}`)}>${agency.successorName}</a>
					${' '}${agency.successorCode}
				<//>
			</div>
		`}
		<${Card}
			title=${t('agency.facts')}
			headingId="facts"
			actions=${html`
				<${LinkButton}
					to="/admin/members"
					query=${{ organizationId: agency.id }}
					icon="people"
					testid="agency-people"
				>
					${t('menu.members')}
				<//>
				${agency.kind === 'agency' && !agency.closedAt && html`
					<${LinkButton}
						to="/admin/parameters"
						query=${{ organizationId: agency.id }}
						icon="sliders"
						testid="agency-parameters"
					>
						${t('menu.parameters')}
					<//>
					<${LinkButton} to="/admin/wordings" query=${{ organizationId: agency.id }} icon="envelope">
						${t('menu.wordings')}
					<//>
				`}
				${platform && agency.kind === 'agency' && !agency.closedAt && html`
					<${Button} icon="pencil-square" testid="agency-change" onClick=${() => setDialog('change')}>
						${t('agency.change')}
					<//>
					<${Button} icon="plus-lg" testid="agency-new-below" onClick=${() => setDialog('below')}>
						${t('agency.add_below')}
					<//>
					<${LinkButton} to=${`/admin/agencies/${agency.id}/merge`} icon="building" testid="agency-merge">
						${t('merge.title')}
					<//>
				`}
			`}
		>
			<${Facts}
				testid="agency-facts"
				items=${[
					[t('agency.code'), agency.kind === 'agency' ? agency.code : ''],
					[t('agency.short_name'), agency.shortName],
					[t('agency.card_identity'), agency.cardIdentity],
					[t('agency.parent'), agency.parentName && `${agency.parentName} ${agency.parentCode}`],
				]}
			/>
		<//>
		${agency.kind === 'agency' && html`
			<${Units} agency=${agency} units=${data.units} reload=${reload} say=${setSaid} />
		`}
		<${History} events=${data.events} />
		${dialog === 'change' && html`
			<${ChangeDialog}
				agency=${agency}
				onClose=${close}
				onDone=${() => {
					close();
					setSaid(t('agency.changed'));
					reload();
				}}
			/>
		`}
		${dialog === 'below' && html`
			<${AgencyDialog} parent=${agency} onClose=${close} onDone=${({ id }) => go(`/admin/agencies/${id}`)} />
		`}
	`;
}

export function Agency({ id }) {
	const load = useLoad((signal) => get(`/admin/agencies/${id}`, {}, signal), id);
	return html`
		<${Page}
			title=${load.data?.agency.name ?? t('menu.agencies')}
			trail=${[
				{ text: t('menu.admin_group') },
				{ text: t('menu.agencies'), to: '/admin/agencies' },
				{ text: load.data?.agency.name ?? '', now: true },
			]}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${load.data
				? html`<${Body} data=${load.data} reload=${load.reload} />`
				: load.loading && html`<${Loading} />`}
		<//>
	`;
}
