// 介接程式: the list, and a new one.
import { html, useContext, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Button, Card, DataTable, EmptyState, ErrorAlert, LinkButton, Loading, Page, Session, may, useLoad,
} from '../shared/ui.js';
import { ClientFields, EMPTY, trimmed } from './form.js';
import { ClientDialog, ClientState } from './parts.js';

function NewDialog({ kind, onDone, onClose }) {
	const [form, setForm] = useState(EMPTY);
	return html`
		<${ClientDialog}
			title=${t('clients.new')}
			text=${t(kind === 'vendor' ? 'clients.new_company' : 'clients.new_agency')}
			ok=${t('clients.create')}
			submit=${async () => onDone(await post('/clients', trimmed(form)))}
			onClose=${onClose}
		>
			${(error) => html`<${ClientFields} kind=${kind} value=${form} onChange=${setForm} error=${error} />`}
		<//>
	`;
}

const columns = (platform) => [
	{
		text: t('clients.name'),
		cell: (c) => html`
			<a href=${href(`/clients/${c.id}`)}>${c.name}</a>
			<div class="quiet">${c.purpose}</div>
		`,
	},
	...(platform ? [{ text: t('clients.organization'), cell: (c) => c.organization.name }] : []),
	{ text: t('clients.state'), cell: (c) => html`<${ClientState} client=${c} />` },
	{ text: t('clients.scopes'), cell: (c) => t('clients.scopes_n', { n: c.scopes.length }) },
	{
		text: t('clients.seen'),
		class: 'figure',
		cell: (c) => (c.seenAt ? dateTime(c.seenAt) : t('clients.never')),
	},
];

export function Clients({ query }) {
	const session = useContext(Session);
	const kind = session.member.organization.kind;
	const asked = { after: query.after, size: 20 };
	const list = useLoad((signal) => get('/clients', asked, signal), JSON.stringify(asked));
	const [open, setOpen] = useState(false);
	const mine = may(session, ['agency_admin', 'vendor_admin']);
	const items = list.data?.items;
	return html`
		<${Page}
			title=${t('menu.clients')}
			intro=${t('clients.intro')}
			trail=${[{ text: t('menu.clients'), now: true }]}
			actions=${html`
				<${LinkButton} to="/api-docs" icon="journal-text" testid="clients-docs">${t('clients.docs')}<//>
				${mine && html`
					<${Button} kind="primary" icon="plus-lg" testid="client-new" onClick=${() => setOpen(true)}>
						${t('clients.new')}
					<//>
				`}
			`}
		>
			<${Card} title=${t('menu.clients')} headingId="clients">
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!items ? list.loading && html`<${Loading} />` : items.length === 0 ? html`
					<${EmptyState} icon="laptop" title=${t('clients.none')}>${t('clients.none_text')}<//>
				` : html`
					<${DataTable}
						caption=${t('menu.clients')}
						columns=${columns(kind === 'platform')}
						rows=${items}
						testid="client-row"
					/>
				`}
				${list.data?.next && html`
					<p class="audit-more">
						<${Button} testid="clients-older" onClick=${() => go('/clients', { after: list.data.next })}>
							${t('clients.older')}
						<//>
					</p>
				`}
			<//>
			${open && html`
				<${NewDialog}
					kind=${kind}
					onDone=${({ id }) => go(`/clients/${id}`)}
					onClose=${() => setOpen(false)}
				/>
			`}
		<//>
	`;
}
