// One client: what it may do, its secrets, where it is told what happened.
import { html, useContext, useState } from '../vendor/preact.js';
import { useProven } from '../account/proof.js';
import { del, get, post, put } from '../shared/api.js';
import { wrong } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Button, Card, Confirm, DataTable, EmptyState, ErrorAlert, Loading, Page, Session, TextField, may, useLoad,
} from '../shared/ui.js';
import { Facts } from '../admin/parts.js';
import { ClientFields, trimmed } from './form.js';
import { Hooks } from './hooks.js';
import { ClientDialog, ClientState, Once, Scopes } from './parts.js';

function ChangeDialog({ client, onDone, onClose }) {
	const [form, setForm] = useState({ ...client, scopes: [...client.scopes, ...(client.askedScopes ?? [])] });
	const { version } = client;
	return html`
		<${ClientDialog}
			title=${t('clients.change')}
			text=${t('clients.change_text')}
			ok=${t('update')}
			submit=${async () => onDone(await put(`/clients/${client.id}`, { ...trimmed(form), version }))}
			onClose=${onClose}
		>
			${(error) => html`
				<${ClientFields}
					kind=${client.organization.kind}
					value=${form}
					onChange=${setForm}
					error=${error}
				/>
			`}
		<//>
	`;
}

/** A question with yes and no; act() may be asked for a proof before. */
export function Ask({ title, text, ok, danger, act, onDone, onClose }) {
	const action = useProven();
	return html`
		<${Confirm}
			danger=${danger}
			title=${title}
			text=${text}
			ok=${ok}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await act()))}
			onCancel=${onClose}
		/>
		${action.dialog}
	`;
}

function Secrets({ client, open }) {
	const columns = [
		{ text: t('clients.secret'), cell: (s) => html`<code>…${s.tail}</code>` },
		{ text: t('clients.made'), cell: (s) => html`${dateTime(s.createdAt)}<div class="quiet">${s.by}</div>` },
		{
			text: t('clients.used'),
			class: 'figure',
			cell: (s) => (s.usedAt ? dateTime(s.usedAt) : t('clients.never')),
		},
		{
			text: t('admin.do'),
			quiet: true,
			cell: (s) => client.mine && html`
				<${Button} kind="quiet" testid="secret-revoke" onClick=${() => open(['revoke', s])}>
					${t('clients.revoke')}
				<//>
			`,
		},
	];
	return html`
		<${Card}
			title=${t('clients.secrets')}
			headingId="secrets"
			actions=${client.mine && client.secrets.length < 2 && html`
				<${Button} icon="key" testid="secret-new" onClick=${() => open(['secret'])}>
					${t('clients.secret_new')}
				<//>
			`}
		>
			<p>${t('clients.secrets_text')}</p>
			${client.secrets.length === 0 ? html`
				<${EmptyState} icon="key" title=${t('clients.secrets_none')} />
			` : html`
				<${DataTable}
					caption=${t('clients.secrets')}
					columns=${columns}
					rows=${client.secrets}
					testid="secret-row"
				/>
			`}
		<//>
	`;
}

/** What waits for a second person, and who may answer it. */
function Waiting({ client, open }) {
	if (!client.askedScopes) return null;
	return html`
		<div data-testid="client-waiting">
			<${Alert}
				kind="warning"
				title=${t('clients.waiting', { by: client.askedBy })}
				action=${html`
					${client.mayAgree && html`
						<${Button} kind="primary" testid="client-agree" onClick=${() => open(['agree'])}>
							${t('clients.agree')}
						<//>
					`}
					<${Button} testid="client-refuse" onClick=${() => open(['refuse'])}>
						${t(client.mayAgree ? 'clients.refuse' : 'clients.withdraw')}
					<//>
				`}
			>
				<${Scopes} words=${client.askedScopes} />
			<//>
		</div>
	`;
}

/** Whoever runs the platform says how much one of its clients may ask. */
function Rate({ client, open }) {
	const platform = may(useContext(Session), 'platform_admin');
	return html`
		<span class="row-actions">
			<span data-testid="client-rate">${t('clients.per_minute', { n: client.perMinute })}</span>
			${platform && html`
				<${Button} kind="quiet" testid="client-rate-change" onClick=${() => open(['rate'])}>
					${t('clients.rate_change')}
				<//>
			`}
		</span>
	`;
}

function RateDialog({ client, onDone, onClose }) {
	const [rate, setRate] = useState(String(client.perMinute));
	return html`
		<${ClientDialog}
			title=${t('clients.rate_change')}
			text=${t('clients.rate_text')}
			ok=${t('update')}
			submit=${async () => onDone(await put(`/clients/${client.id}/rate`, { perMinute: Number(rate) }))}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('clients.rate_field')}
					hint=${t('clients.rate_hint')}
					required
					type="number"
					min="1"
					max="100000"
					value=${rate}
					onInput=${setRate}
					error=${wrong(error, 'perMinute')}
					testid="client-rate-field"
				/>
			`}
		<//>
	`;
}

const About = ({ client, open }) => html`
	<${Card}
		title=${t('clients.facts')}
		headingId="facts"
		actions=${client.mine && html`
			<${Button} icon="pencil-square" testid="client-change" onClick=${() => open(['change'])}>
				${t('clients.change')}
			<//>
		`}
	>
		<${Facts}
			testid="client-facts"
			items=${[
				[t('clients.state'), html`<${ClientState} client=${client} />`],
				[t('clients.id'), html`<code data-testid="client-id">${client.id}</code>`],
				[t('clients.organization'), client.organization.name],
				[t('clients.purpose'), client.purpose],
				[t('clients.contact'), client.contact],
				[t('clients.scopes'), client.scopes.length > 0 && html`<${Scopes} words=${client.scopes} />`],
				[t('clients.rate'), html`<${Rate} client=${client} open=${open} />`],
				[t('clients.made'), `${dateTime(client.createdAt)} ${client.createdBy}`],
				[t('clients.seen'), client.seenAt ? dateTime(client.seenAt) : t('clients.never')],
			]}
		/>
	<//>
`;

const QUESTIONS = {
	secret: (id) => ({ act: () => post(`/clients/${id}/secrets`, {}) }),
	revoke: (id, secret) => ({ danger: true, act: () => del(`/clients/${id}/secrets/${secret.id}`) }),
	agree: (id) => ({ act: () => post(`/clients/${id}/agree`, {}) }),
	refuse: (id) => ({ danger: true, act: () => post(`/clients/${id}/refuse`, {}) }),
	stop: (id) => ({ danger: true, act: () => post(`/clients/${id}/stop`, {}) }),
	resume: (id) => ({ act: () => post(`/clients/${id}/resume`, {}) }),
};

function Dialogs({ open, client, onDone, onClose }) {
	const [what, thing] = open;
	if (what === 'rate') return html`<${RateDialog} client=${client} onDone=${onDone} onClose=${onClose} />`;
	if (what === 'change') return html`<${ChangeDialog} client=${client} onDone=${onDone} onClose=${onClose} />`;
	return html`
		<${Ask}
			key=${what}
			title=${t(`clients.ask_${what}`)}
			text=${t(`clients.ask_${what}_text`, { tail: thing?.tail })}
			ok=${t(`clients.ask_${what}`)}
			...${QUESTIONS[what](client.id, thing)}
			onDone=${onDone}
			onClose=${onClose}
		/>
	`;
}

function Stop({ client, open }) {
	if (!client.stoppedAt) {
		return html`
			<${Button} kind="danger" icon="slash-circle" testid="client-stop" onClick=${() => open(['stop'])}>
				${t('clients.ask_stop')}
			<//>
		`;
	}
	return client.mine && html`
		<${Button} kind="primary" testid="client-resume" onClick=${() => open(['resume'])}>
			${t('clients.ask_resume')}
		<//>
	`;
}

export function Client({ id }) {
	const load = useLoad((signal) => get(`/clients/${id}`, {}, signal), id);
	const [open, setOpen] = useState(null);
	const [secret, setSecret] = useState(null);
	const [said, setSaid] = useState(null);
	const done = (answer) => {
		if (answer.secret) setSecret(answer.secret);
		else setSaid(t('clients.done'));
		setOpen(null);
		load.reload();
	};
	const client = load.data;
	return html`
		<${Page}
			title=${client?.name ?? t('menu.clients')}
			trail=${[{ text: t('menu.clients'), to: '/clients' }, { text: client?.name ?? '…', now: true }]}
			actions=${client && html`<${Stop} client=${client} open=${setOpen} />`}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${said && html`<div data-testid="client-said"><${Alert} kind="success">${said}<//></div>`}
			${!client ? load.loading && html`<${Loading} />` : html`
				<${Waiting} client=${client} open=${setOpen} />
				<${About} client=${client} open=${setOpen} />
				<${Secrets} client=${client} open=${setOpen} />
				<${Hooks} client=${client} />
			`}
			${open && html`
				<${Dialogs} open=${open} client=${client} onDone=${done} onClose=${() => setOpen(null)} />
			`}
			${secret && html`
				<${Once}
					title=${t('clients.secret_made')}
					text=${t('clients.secret_once')}
					items=${[[t('clients.id'), id, 'once-id'], [t('clients.secret'), secret, 'once-secret']]}
					onClose=${() => setSecret(null)}
				/>
			`}
		<//>
	`;
}
