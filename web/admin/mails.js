// 郵件佇列: outgoing mails, how each went, and again.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, EmptyState, ErrorAlert, Loading, Page, TextField, useAction, useLoad,
} from '../shared/ui.js';
import { Select } from './parts.js';

const STATES = ['pending', 'sending', 'sent', 'failed'];
const KIND = { pending: 'warn', sending: 'warn', sent: 'good', failed: 'bad' };

const columns = (again, busy) => [
	{ text: t('mail.created'), class: 'figure', cell: (m) => dateTime(m.createdAt) },
	{
		text: t('mail.recipient'),
		cell: (m) => html`${m.recipient}<div class="quiet">${m.subject ?? t('mail.hidden')}</div>`,
	},
	{
		text: t('mail.state'),
		cell: (m) => html`
			<${Badge} kind=${KIND[m.state]}>${t(`mail.${m.state}`)}<//>
			${m.lastError && html`<div class="quiet">${m.lastError}</div>`}
		`,
	},
	{ text: t('mail.attempts'), class: 'figure', cell: (m) => m.attempts },
	{
		text: t('mail.when'),
		class: 'figure',
		cell: (m) => (m.state === 'sent' ? dateTime(m.sentAt) : m.state === 'failed' ? '—' : dateTime(m.nextAt)),
	},
	{
		text: t('admin.do'),
		quiet: true,
		cell: (m) => m.state !== 'sending' && html`
			<${Button} kind="quiet" testid="mail-again" disabled=${busy} onClick=${() => again(m)}>
				${t('mail.again')}
			<//>
		`,
	},
];

export function Mails({ query }) {
	const asked = { state: query.state, q: query.q, before: query.before, size: 20 };
	const list = useLoad((signal) => get('/admin/mails', asked, signal), JSON.stringify(asked));
	const [q, setQ] = useState(query.q ?? '');
	const [said, setSaid] = useState(null);
	const action = useAction();
	useEffect(() => setQ(query.q ?? ''), [query.q]);
	const show = (change) => go('/admin/mails', { state: query.state, q: q.trim(), ...change });
	const again = (m) =>
		action.run(async () => {
			await post(`/admin/mails/${m.id}/again`, {});
			setSaid(t('mail.queued', { to: m.recipient }));
			list.reload();
		});
	const items = list.data?.items;
	return html`
		<${Page}
			title=${t('menu.mails')}
			intro=${t('mail.intro')}
			trail=${[{ text: t('menu.platform_group') }, { text: t('menu.mails'), now: true }]}
		>
			${said && html`<div data-testid="admin-said"><${Alert} kind="success">${said}<//></div>`}
			<${ErrorAlert} error=${action.error ?? list.error} retry=${list.reload} />
			<${Card} title=${t('menu.mails')} headingId="mails">
				<form
					class="search-form"
					role="search"
					aria-label=${t('mail.search')}
					onSubmit=${(e) => {
						e.preventDefault();
						show({});
					}}
				>
					<div class="filters">
						<${TextField}
							label=${t('mail.recipient')}
							value=${q}
							onInput=${setQ}
							maxLength="100"
							testid="mail-query"
						/>
						<${Select}
							label=${t('mail.state')}
							value=${query.state ?? ''}
							onChange=${(state) => show({ state })}
							choices=${[['', t('admin.all')], ...STATES.map((s) => [s, t(`mail.${s}`)])]}
							testid="mail-state"
						/>
						<div class="filter-buttons">
							<${Button} kind="primary" type="submit" icon="search" testid="mail-submit">${t('query')}<//>
						</div>
					</div>
				</form>
				${!items ? list.loading && html`<${Loading} />` : items.length === 0 ? html`
					<${EmptyState} icon="envelope" title=${t('nothing_found')} />
				` : html`
					<${DataTable}
						caption=${t('menu.mails')}
						columns=${columns(again, action.busy)}
						rows=${items}
						testid="mail-row"
					/>
				`}
				${list.data?.next && html`
					<p class="audit-more">
						<${Button} testid="mail-older" onClick=${() => show({ before: list.data.next })}>
							${t('mail.older')}
						<//>
					</p>
				`}
			<//>
		<//>
	`;
}
