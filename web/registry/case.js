// One contract as the registry sees it: who has signed, who seals, and its documents.
import { html, useContext, useState } from '../vendor/preact.js';
import { StateBadge } from '../contract/state-badge.js';
import { Desk, useDesk } from '../document/desk.js';
import { Events } from '../life/events.js';
import { stampOf } from '../life/stamp.js';
import { get, post } from '../shared/api.js';
import { dateTime, unitName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Badge, Button, Card, DataTable, ErrorAlert, Icon, LinkButton, Loading, Page, Session, may, useAction, useLoad,
} from '../shared/ui.js';
import { AssignDialog } from './assign.js';

const KIND = { signed: 'good', ready: 'seal', read: 'seal', prepared: 'warn' };
const taskWord = (state) => t(state === 'signed' ? 'registry.has_sealed' : `task.seal_${state}`);

const Vendors = ({ c }) => html`
	<ol class="signing-order" data-testid="case-vendors">
		${c.vendors.map((v) => html`
			<li key=${v.id}>
				<${Icon} name=${v.signed ? 'check-circle-fill' : 'hourglass-split'} />
				<span>${v.name}</span>
				${v.representative && html`<${Badge}>${t('rules.representative')}<//>`}
				<span class="quiet">${t(v.signed ? 'task.signed' : 'task.ready')}</span>
			</li>
		`)}
	</ol>
	${c.vendors.length > 1 && html`<p class="quiet">${t(c.vendorsInOrder ? 'rules.in_order' : 'rules.at_once')}</p>`}
`;

function Sealers({ c, reload }) {
	const session = useContext(Session);
	const [open, setOpen] = useState(false);
	const action = useAction();
	const me = session.member.id;
	const mine = c.sealers.some((s) => s.id === me && s.lives);
	const take = () => action.run(async () => {
		await post(`/registry/${c.id}/assign`, { sealers: [me] });
		reload();
	});
	const columns = [
		{ text: t('registry.sealer'), cell: (s) => html`${s.name} <span class="quiet">${s.account}</span>` },
		{ text: t('registry.unit'), cell: (s) => s.unit },
		{ text: t('registry.deputy_for'), cell: (s) => s.deputyFor ?? '—' },
		{
			text: t('contract.state'),
			cell: (s) => html`<${Badge} kind=${KIND[s.state] ?? 'neutral'}>${taskWord(s.state)}<//>`,
		},
		{ text: t('registry.sealed_at'), class: 'figure', cell: (s) => dateTime(s.signedAt) },
	];
	return html`
		<${Card}
			title=${t('registry.sealers')}
			headingId="sealers"
			actions=${c.pending && html`
				${may(session, 'registry') && !mine && c.sealNeeded === 1 && html`
					<${Button} testid="take-over" busy=${action.busy} onClick=${take}>${t('registry.take')}<//>
				`}
				<${Button} kind="primary" testid="assign-open" onClick=${() => setOpen(true)}>
					${t('registry.assign')}
				<//>
			`}
		>
			<p data-testid="seal-rule">${t(`rules.told_${c.sealRule}`, { n: c.sealNeeded })}</p>
			<${ErrorAlert} error=${action.error} />
			<${DataTable}
				caption=${t('registry.sealers')}
				columns=${columns}
				rows=${c.sealers}
				rowKey=${(s) => `${s.id} ${s.deputyFor ?? ''}`}
				testid="sealer-row"
			/>
			${open && html`
				<${AssignDialog}
					c=${c}
					onClose=${() => setOpen(false)}
					onDone=${() => {
						setOpen(false);
						reload();
					}}
				/>
			`}
		<//>
	`;
}

function Documents({ c }) {
	const desk = useDesk(c.documents, 'history');
	return html`
		<${Card} title=${t('history.title')} headingId="files">
			<${Desk}
				documents=${c.documents}
				desk=${desk}
				historyTurn=${c.documents.map((d) => d.revision).join()}
				stamp=${stampOf(c.state)}
			/>
		<//>
	`;
}

const Facts = ({ c }) => html`
	<${Card} title=${t('registry.case')} headingId="facts">
		<dl class="facts">
			<dt>${t('contract.number')}</dt>
			<dd>${c.number}</dd>
			<dt>${t('contract.title')}</dt>
			<dd>${c.title}</dd>
			<dt>${t('contract.unit')}</dt>
			<dd>${unitName(c.unit)}</dd>
			<dt>${t('contract.handler')}</dt>
			<dd>${c.handler.name}</dd>
			<dt>${t('contract.sent_at')}</dt>
			<dd>${dateTime(c.sentAt)}</dd>
			<dt>${t('registry.deadline')}</dt>
			<dd>${c.deadline?.replaceAll('-', '/') ?? '—'}</dd>
			<dt>${t('signer.step1')}</dt>
			<dd><${Vendors} c=${c} /></dd>
		</dl>
		<${Events} events=${c.events} />
	<//>
`;

export function RegistryCase({ id }) {
	const session = useContext(Session);
	const loaded = useLoad((signal) => get(`/registry/${id}`, {}, signal), id);
	const c = loaded.data;
	return html`
		<${Page}
			title=${t('registry.case')}
			trail=${[{ text: t('menu.registry'), to: '/registry' }, { text: t('registry.case'), now: true }]}
			intro=${c && html`
				<span class="strong">${c.number}</span> ${c.title}${' '}
				<${StateBadge} state=${c.state} testid="case-state" />
			`}
			actions=${html`<${LinkButton} to="/registry">${t('back_list')}<//>`}
		>
			<${ErrorAlert} error=${loaded.error} retry=${loaded.reload} />
			${!c ? !loaded.error && html`<${Loading} />` : html`
				<${Sealers} c=${c} reload=${loaded.reload} />
				<${Facts} c=${c} />
				${may(session, 'registry') && html`<${Documents} key=${c.id} c=${c} />`}
			`}
		<//>
	`;
}
