// 軌跡驗證: how the chain of the audit trail stands, and a look at all of it.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Loading, Page, useAction, useLoad,
} from '../shared/ui.js';
import { Facts } from '../admin/parts.js';

const State = ({ chain }) => html`
	<${Facts}
		testid="chain-facts"
		items=${[
			[t('chain.blocks'), String(chain.blocks)],
			[t('chain.at'), dateTime(chain.at)],
			[t('chain.pending'), String(chain.pending)],
			[t('chain.hash'), chain.hash && html`<code class="audit-code">${chain.hash}</code>`],
		]}
	/>
`;

const Verdict = ({ check }) => html`
	<div data-testid="chain-verdict" data-intact=${String(check.intact)}>
		<${Alert} kind=${check.intact ? 'success' : 'error'} title=${t(check.intact ? 'chain.intact' : 'chain.broken')}>
			${check.intact
				? t('chain.intact_text', { rows: check.rows, blocks: check.blocks, pending: check.pending })
				: html`<p>${check.finding}</p><p>${t('chain.broken_text')}</p>`}
		<//>
	</div>
`;

const CHECKS = () => [
	{ text: t('chain.checked_at'), class: 'figure', cell: (c) => dateTime(c.at) },
	{ text: t('chain.checked_by'), cell: (c) => c.by ?? t('audit.platform') },
	{ text: t('chain.rows'), class: 'figure', cell: (c) => c.rows },
	{
		text: t('chain.verdict'),
		cell: (c) => html`
			<${Badge} kind=${c.intact ? 'good' : 'bad'}>${t(c.intact ? 'chain.ok' : 'chain.bad')}<//>
			${c.finding && html`<div class="quiet">${c.finding}</div>`}
		`,
	},
];
const PUBLISHED = () => [
	{ text: t('chain.number'), class: 'figure', cell: (p) => p.number },
	{ text: t('chain.published_at'), class: 'figure', cell: (p) => dateTime(p.at) },
	{ text: t('chain.file'), cell: (p) => html`<span class="audit-code">${p.file}</span>` },
	{ text: t('chain.stamped'), class: 'figure', cell: (p) => dateTime(p.stampedAt) || '—' },
	{ text: t('chain.mailed'), cell: (p) => p.mailedTo || '—' },
	{ text: t('chain.hash'), cell: (p) => html`<code class="audit-code">${p.hash}</code>` },
];

const List = ({ rows, columns, caption, none, testid, rowKey }) =>
	rows.length === 0
		? html`<${EmptyState} icon="shield-check" title=${none} />`
		: html`<${DataTable} caption=${caption} columns=${columns} rows=${rows} testid=${testid} rowKey=${rowKey} />`;

export function Chain() {
	const load = useLoad((signal) => get('/audit/chain', {}, signal), 'chain');
	const [check, setCheck] = useState(null);
	const action = useAction();
	const verify = () =>
		action.run(async () => {
			setCheck((await post('/audit/verify', {})).check);
			load.reload();
		});
	return html`
		<${Page}
			title=${t('menu.audit_chain')}
			intro=${t('chain.intro')}
			trail=${[{ text: t('menu.audit_group') }, { text: t('menu.audit_chain'), now: true }]}
			actions=${html`
				<${Button}
					kind="primary"
					icon="shield-check"
					testid="chain-verify"
					busy=${action.busy}
					onClick=${verify}
				>
					${t(action.busy ? 'chain.verifying' : 'chain.verify')}
				<//>
			`}
		>
			<${ErrorAlert} error=${action.error ?? load.error} retry=${load.reload} />
			${check && html`<${Verdict} check=${check} />`}
			${!load.data ? load.loading && html`<${Loading} />` : html`
				<${Card} title=${t('chain.state')} headingId="chain-state"><${State} chain=${load.data} /><//>
				<${Card} title=${t('chain.checks')} headingId="chain-checks">
					<${List}
						caption=${t('chain.checks')}
						rows=${load.data.checks}
						columns=${CHECKS()}
						none=${t('chain.no_checks')}
						rowKey=${(c) => c.at}
						testid="chain-check"
					/>
				<//>
				<${Card} title=${t('chain.published')} headingId="chain-published">
					<p class="note">${t('chain.published_text')}</p>
					<${List}
						caption=${t('chain.published')}
						rows=${load.data.published}
						columns=${PUBLISHED()}
						none=${t('chain.no_published')}
						rowKey=${(p) => p.number}
						testid="chain-head"
					/>
				<//>
			`}
		<//>
	`;
}
