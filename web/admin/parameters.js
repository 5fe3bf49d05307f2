// 參數: what counts for the platform, an agency, a unit or one contract, and who set it; changes say
// first what they will do, are kept, and can be undone.
import { html, useContext, useState } from '../vendor/preact.js';
import { get, post, put } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { getLanguage, t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Icon, Loading, Page, Session, may,
	useAction, useLoad,
} from '../shared/ui.js';
import { ParameterDialog } from './parameter-dialog.js';
import { Select } from './parts.js';
import { inWords } from './parameter-words.js';

/** Cards of the page: the words before the dot of the names in each. */
const GROUPS = {
	deadlines: ['contract', 'reminder'],
	documents: ['signing', 'document', 'name', 'wallet'],
	accounts: ['session', 'link'],
	mail: ['mail'],
	retention: ['retention'],
};
const titleOf = (p) => p.title[getLanguage() === 'en' ? 'en' : 'zh'];
const hintOf = (p) => p.hint[getLanguage() === 'en' ? 'en' : 'zh'];

const From = ({ p }) => html`
	<div>
		<${Badge} kind=${p.from === 'default' ? 'neutral' : 'info'}>${t(`parameter.from_${p.from}`)}<//>
		${p.locked && html`<div class="quiet"><${Icon} name="shield-lock" /> ${t('parameter.locked_above')}</div>`}
		${p.ownLocked && html`<div class="quiet"><${Icon} name="shield-lock" /> ${t('parameter.locks')}</div>`}
		${p.own !== null && p.locked && html`
			<div class="quiet">${t('parameter.own_waits', { value: inWords(p, p.own) })}</div>
		`}
	</div>
`;

const columns = (level, change) => [
	{
		text: t('parameter.name'),
		class: 'parameter-what',
		cell: (p) => html`<div><strong>${titleOf(p)}</strong><div class="quiet">${hintOf(p)}</div></div>`,
	},
	{
		text: t('parameter.value'),
		class: 'parameter-value lines',
		cell: (p) => html`<span data-testid="parameter-value">${inWords(p, p.value)}</span>`,
	},
	{ text: t('parameter.from'), class: 'parameter-from', cell: (p) => html`<${From} p=${p} />` },
	{
		text: t('admin.do'),
		quiet: true,
		cell: (p) => p.settable
			? html`
				<${Button}
					kind="quiet"
					testid="parameter-change"
					aria-label=${t('parameter.change_named', { name: titleOf(p) })}
					onClick=${() => change(p)}
				>
					${t('parameter.change')}
				<//>
			`
			: !p.levels.includes(level) && html`<span class="quiet">${t('parameter.below_only')}</span>`,
	},
];

const Groups = ({ items, level, change }) => Object.entries(GROUPS).map(([group, words]) => {
	const rows = items.filter((p) => words.includes(p.name.split('.')[0]));
	return rows.length > 0 && html`
		<${Card} key=${group} title=${t(`parameter.group_${group}`)} headingId=${`parameters-${group}`}>
			<${DataTable}
				caption=${t(`parameter.group_${group}`)}
				columns=${columns(level, change)}
				rows=${rows.map((p) => ({ ...p, id: p.name }))}
				testid="parameter-row"
			/>
		<//>
	`;
});

const stateOf = (p, value, locked) =>
	`${value === null ? t('parameter.not_set') : inWords(p, value)}${locked ? `（${t('parameter.lock_short')}）` : ''}`;

function Undo({ path, event, onDone }) {
	const action = useAction();
	return html`
		<${Button}
			kind="quiet"
			testid="parameter-undo"
			busy=${action.busy}
			onClick=${() => action.run(async () => onDone(await post(`${path}/history/${event.id}/undo`, {})))}
		>
			${t('parameter.undo')}
		<//>
		<${ErrorAlert} error=${action.error} />
	`;
}

function History({ path, place, items, turn, onUndone }) {
	const load = useLoad((signal) => get(`${path}/history`, place, signal), JSON.stringify([path, place, turn]));
	const named = (e) => items.find((p) => p.name === e.name);
	const events = load.data?.items.filter(named);
	return html`
		<${Card} title=${t('parameter.history')} headingId="parameter-history">
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${events?.length === 0 && html`<p class="quiet">${t('parameter.no_history')}</p>`}
			<ol class="events">
				${events?.map((e) => html`
					<li key=${e.id} data-testid="parameter-event">
						<span class="figure quiet">${dateTime(e.at)}</span>
						<strong>${titleOf(named(e))}</strong>
						<span>${e.by}</span>
						<span class="lines">
							${stateOf(named(e), e.before, e.beforeLocked)} →${' '}
							${stateOf(named(e), e.after, e.afterLocked)}
						</span>
						${e.undone && html`<${Badge}>${t('parameter.undone')}<//>`}
						${e.mayUndo && html`<${Undo} path=${path} event=${e} onDone=${onUndone} />`}
					</li>
				`)}
			</ol>
		<//>
	`;
}

/** path: of the API; place: {} or ids of agency and unit. */
function Body({ path, place }) {
	const [turn, setTurn] = useState(0);
	const [dialog, setDialog] = useState(null);
	const [said, setSaid] = useState(null);
	const load = useLoad((signal) => get(path, place, signal), JSON.stringify([path, place, turn]));
	const again = (text) => () => {
		setDialog(null);
		setSaid(text);
		setTurn((n) => n + 1);
	};
	const d = load.data;
	if (!d) return html`<${ErrorAlert} error=${load.error} />${load.loading && html`<${Loading} />`}`;
	return html`
		${said && html`<div data-testid="admin-said"><${Alert} kind="success">${said}<//></div>`}
		<${ErrorAlert} error=${load.error} retry=${load.reload} />
		${d.items.length === 0 && html`<${EmptyState} icon="sliders" title=${t('parameter.none')} />`}
		<${Groups} items=${d.items} level=${d.level} change=${setDialog} />
		<${History} path=${path} place=${place} items=${d.items} turn=${turn} onUndone=${again(t('parameter.undid'))} />
		${dialog && html`
			<${ParameterDialog}
				parameter=${dialog}
				title=${titleOf(dialog)}
				hint=${hintOf(dialog)}
				level=${d.level}
				preview=${(body) => post(`${path}/preview`, { ...place, ...body })}
				save=${(body) => put(path, { ...place, ...body })}
				onDone=${again(t('parameter.changed', { name: titleOf(dialog) }))}
				onClose=${() => setDialog(null)}
			/>
		`}
	`;
}

/** Which agency and which of its units; the platform's administrator begins with the platform. */
function Where({ query, platform }) {
	const agencies = useLoad((signal) => get('/admin/agencies', { size: 1 }, signal), '');
	const own = platform ? query.organizationId : agencies.data?.items[0]?.id;
	const units = useLoad(
		(signal) => (own ? get(`/admin/agencies/${own}`, {}, signal) : Promise.resolve(null)),
		own ?? '',
	);
	const agency = units.data?.agency;
	const open = (units.data?.units ?? []).filter((u) => !u.closedAt);
	return html`
		<div class="parameter-where">
			${platform && html`
				<p>
					<strong>${agency ? agency.name : t('parameter.platform')}</strong>${' '}
					<a href=${href(agency ? '/admin/parameters' : '/admin/agencies')} data-testid="parameter-other">
						${t(agency ? 'parameter.to_platform' : 'parameter.to_agency')}
					</a>
				</p>
			`}
			${open.length > 0 && html`
				<${Select}
					label=${t('parameter.where')}
					value=${query.unitId ?? ''}
					onChange=${(unitId) => go('/admin/parameters', { ...query, unitId: unitId || undefined })}
					choices=${[['', t('parameter.whole', { name: agency.name })], ...open.map((u) => [u.id, u.name])]}
					testid="parameter-unit"
				/>
			`}
		</div>
	`;
}

export function Parameters({ query }) {
	const platform = may(useContext(Session), 'platform_admin');
	const place = {
		...(query.organizationId ? { organizationId: query.organizationId } : {}),
		...(query.unitId ? { unitId: query.unitId } : {}),
	};
	return html`
		<${Page}
			title=${t('menu.parameters')}
			intro=${t('parameter.intro')}
			trail=${[{ text: t('menu.admin_group') }, { text: t('menu.parameters'), now: true }]}
		>
			<${Where} query=${query} platform=${platform} />
			<${Body} key=${JSON.stringify(place)} path="/admin/parameters" place=${place} />
		<//>
	`;
}

/** Of one contract, for its handler and officers. */
export function ContractParameters({ id }) {
	return html`
		<${Page}
			title=${t('parameter.of_contract')}
			intro=${t('parameter.contract_intro')}
			trail=${[
				{ text: t('menu.contracts'), to: '/contracts' },
				{ text: t('parameter.contract'), to: `/contracts/${id}` },
				{ text: t('parameter.of_contract'), now: true },
			]}
		>
			<${Body} path=${`/contracts/${id}/parameters`} place=${{}} />
		<//>
	`;
}
