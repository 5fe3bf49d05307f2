// 稽核軌跡: what happened, the newest first; searched, filtered, taken along as CSV.
import { html, useContext, useEffect, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { hasText, t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Loading, Page, Session, TextField, may, useAction,
	useLoad,
} from '../shared/ui.js';
import { Select } from '../admin/parts.js';

const GROUPS = ['session', 'access', 'role', 'member', 'agency', 'unit', 'factor', 'certificate', 'contract',
	'document', 'message', 'letter', 'signing', 'seal', 'register', 'deputy', 'template', 'evidence', 'company',
	'authority', 'wallet', 'destruction', 'hold', 'audit', 'platform', 'platform_key', 'parameter', 'wording', 'glass',
	'client', 'hook', 'practice'];
const FILTER = ['from', 'to', 'group', 'account', 'q'];
/** What an auditor looks at first stands out. */
const LOUD = /^(session\.failed|access\.refused|role\.|glass\.|audit\.|platform_key\.)/;

const actionText = (action) => (hasText(`action.${action}`) ? t(`action.${action}`) : action);

/** {"reason":"…"} as "reason: …". */
function detailText(detail) {
	try {
		return Object.entries(JSON.parse(detail))
			.map(([key, value]) => `${key}${t('colon')}${value}`)
			.join(' · ');
	} catch {
		return detail;
	}
}

const COLUMNS = () => [
	{ text: t('audit.seq'), class: 'figure', cell: (r) => r.seq },
	{ text: t('audit.at'), class: 'figure', cell: (r) => dateTime(r.at) },
	{
		text: t('audit.who'),
		cell: (r) => r.account
			? html`${r.name}<div class="quiet">${r.account} · ${r.organization}</div>`
			: html`<span class="quiet">${t('audit.platform')}</span>`,
	},
	{
		text: t('audit.action'),
		cell: (r) => html`
			${LOUD.test(r.action) ? html`<${Badge} kind="warn">${actionText(r.action)}<//>` : actionText(r.action)}
			<div class="quiet audit-code">${r.action}</div>
		`,
	},
	{
		text: t('audit.detail'),
		cell: (r) => html`
			<span class="lines">${detailText(r.detail)}</span>
			${r.objectId && html`<div class="quiet audit-code">${r.objectKind} ${r.objectId}</div>`}
		`,
	},
	{ text: t('audit.ip'), class: 'figure', cell: (r) => r.ip || '—' },
	{
		text: t('audit.chained'),
		cell: (r) => html`
			<${Badge} kind=${r.chained ? 'good' : 'neutral'}>${t(r.chained ? 'audit.in_block' : 'audit.waits')}<//>
		`,
	},
];

function Filter({ query }) {
	const stored = Object.fromEntries(FILTER.map((name) => [name, query[name] ?? '']));
	const [form, setForm] = useState(stored);
	useEffect(() => setForm(stored), [JSON.stringify(stored)]);
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const show = (change) => go('/audit', { ...form, account: form.account.trim(), q: form.q.trim(), ...change });
	const field = (name, type = 'text') => html`
		<${TextField}
			type=${type}
			label=${t(`audit.${name}`)}
			value=${form[name]}
			onInput=${set(name)}
			maxLength="100"
			testid=${`audit-${name}`}
			autocomplete="off"
		/>
	`;
	return html`
		<form
			class="search-form"
			role="search"
			aria-label=${t('audit.search')}
			onSubmit=${(e) => {
				e.preventDefault();
				show({});
			}}
		>
			<div class="filters">
				${field('q')} ${field('account')}
				<${Select}
					label=${t('audit.group')}
					value=${form.group}
					onChange=${(group) => show({ group })}
					choices=${[['', t('admin.all')], ...GROUPS.map((g) => [g, t(`audit_group.${g}`)])]}
					testid="audit-group"
				/>
				${field('from', 'date')} ${field('to', 'date')}
				<div class="filter-buttons">
					<${Button} testid="audit-clear" onClick=${() => go('/audit')}>${t('clear')}<//>
					<${Button} kind="primary" type="submit" icon="search" testid="audit-submit">${t('query')}<//>
				</div>
			</div>
		</form>
	`;
}

/** The rows so far, and a button for those that are older. */
function Lines({ asked }) {
	const first = useLoad((signal) => get('/audit', asked, signal), JSON.stringify(asked));
	const [older, setOlder] = useState({ items: /** @type {any[]} */ ([]), next: null, of: null });
	const action = useAction();
	const more = older.of === first.data && first.data ? older : { items: [], next: first.data?.next };
	const load = () =>
		action.run(async () => {
			const page = await get('/audit', { ...asked, before: more.next });
			setOlder({ items: [...more.items, ...page.items], next: page.next, of: first.data });
		});
	if (first.error) return html`<${ErrorAlert} error=${first.error} retry=${first.reload} />`;
	if (!first.data) return html`<${Loading} />`;
	const rows = [...first.data.items, ...more.items];
	return html`
		${rows.length === 0
			? html`<${EmptyState} icon="journal-text" title=${t(more.next ? 'audit.none_yet' : 'nothing_found')} />`
			: html`
				<${DataTable}
					caption=${t('menu.audit')}
					columns=${COLUMNS()}
					rows=${rows}
					rowKey=${(r) => r.seq}
					testid="audit-row"
				/>
			`}
		<${ErrorAlert} error=${action.error} />
		${more.next && html`
			<p class="audit-more">
				<${Button} testid="audit-more" busy=${action.busy} onClick=${load}>${t('audit.older')}<//>
			</p>
		`}
	`;
}

function Export({ asked }) {
	const query = new URLSearchParams(asked);
	const action = useAction();
	const take = () =>
		action.run(async () => {
			const answer = await fetch(`/api/v1/audit/export?${query}`, { credentials: 'same-origin' });
			if (!answer.ok) throw (await answer.json()).error;
			const url = URL.createObjectURL(await answer.blob());
			const link = Object.assign(document.createElement('a'), { href: url, download: 'audit.csv' });
			link.click();
			URL.revokeObjectURL(url);
		});
	return html`
		<${Button} icon="download" testid="audit-export" busy=${action.busy} onClick=${take}>${t('audit.export')}<//>
		${action.error && html`
			<div role="alert" class="field-error" data-testid="audit-export-error">
				${t(action.error.code === 'too_large' ? 'audit.export_large' : 'error.internal')}
			</div>
		`}
	`;
}

export function Audit({ query }) {
	const session = useContext(Session);
	const asked = Object.fromEntries(FILTER.map((name) => [name, query[name]]).filter(([, v]) => v));
	const scope = may(session, 'auditor') ? 'all' : may(session, 'platform_admin') ? 'meta' : 'agency';
	return html`
		<${Page}
			title=${t('menu.audit')}
			intro=${t(`audit.intro_${scope}`)}
			trail=${[{ text: t('menu.audit_group') }, { text: t('menu.audit'), now: true }]}
		>
			${scope === 'meta' && html`<${Alert} kind="info">${t('audit.meta_only')}<//>`}
			<${Card} title=${t('audit.search')} headingId="audit-search">
				<${Filter} query=${query} />
			<//>
			<${Card}
				title=${t('audit.rows')}
				headingId="audit-rows"
				actions=${html`<${Export} asked=${asked} />`}
			>
				<${Lines} asked=${asked} />
			<//>
		<//>
	`;
}
