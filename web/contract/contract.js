// 電子契約管理: data that may still be changed, progress, history of each file.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { ContractEdit } from './contract-edit.js';
import { Desk, useDesk } from '../document/desk.js';
import { OwedBadge, owed } from '../document/proof.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { organizationChips } from './pickers.js';
import { go } from '../shared/router.js';
import { isDraft } from './states.js';
import { pageOf } from './steps.js';
import {
	Alert, Card, Chips, ErrorAlert, Icon, LinkButton, Loading, Page, peopleChips, useLoad,
} from '../shared/ui.js';
import { ContractLife } from '../life/contract-life.js';
import { stampOf } from '../life/stamp.js';
import { Links } from '../life/links.js';
import { StateBadge } from './state-badge.js';

const Progress = ({ contract }) => html`
	<ol class="progress" aria-label=${t('progress.title')}>
		${contract.progress.map((p, i) => {
			const now = !p.done && (i === 0 || contract.progress[i - 1].done);
			return html`
				<li
					class=${p.done ? 'progress-done' : now ? 'progress-now' : ''}
					data-testid=${`progress-${p.step}`}
					data-done=${p.done ? 'true' : 'false'}
				>
					<span class="progress-mark">
						<${Icon} name=${p.done ? 'check-circle-fill' : 'hourglass-split'} />
					</span>
					<span class="progress-text">${t(`progress.${p.step}`)}</span>
					<span class="quiet">
						${p.done ? dateTime(p.at) : t(now ? 'progress.now' : 'progress.waiting')}
					</span>
				</li>
			`;
		})}
	</ol>
`;

function Documents({ contract }) {
	const desk = useDesk(contract.documents, 'history');
	return html`
		<${Card} title=${t('history.title')} headingId="histories">
			<${Progress} contract=${contract} />
			${contract.documents.length > 0 && html`
				<${Desk}
					documents=${contract.documents}
					desk=${desk}
					historyTurn=${contract.version}
					stamp=${stampOf(contract.state)}
				/>
			`}
		<//>
	`;
}

/** Who signs for whom stands beside the name, and who has signed. */
const vendorChips = (vendors) =>
	organizationChips(vendors).map((chip, i) => ({
		...chip,
		note: [chip.note, vendors[i].representative && t('rules.representative'), vendors[i].signed && t('task.signed')]
			.filter(Boolean)
			.join(' '),
	}));

const Parties = ({ contract }) => html`
	<${Card} title=${t('signer.heading')} headingId="parties">
		<dl class="facts">
			<dt>${t('signer.step1')}</dt>
			<dd>
				<${Chips} items=${vendorChips(contract.vendors)} />
				${contract.vendors.length > 1 && html`
					<p class="quiet">${t(contract.vendorsInOrder ? 'rules.in_order' : 'rules.at_once')}</p>
				`}
			</dd>
			<dt>${t('signer.step2')}</dt>
			<dd>
				<${Chips} items=${peopleChips(contract.sealers)} />
				<p class="quiet" data-testid="seal-rule">
					${t(`rules.told_${contract.sealRule}`, { n: contract.sealNeeded })}
				</p>
			</dd>
			<dt>${t('contract.sent_at')}</dt>
			<dd>${contract.sentAt ? dateTime(contract.sentAt) : '—'}</dd>
		</dl>
	<//>
`;

export function Contract({ id, query }) {
	const contract = useLoad((signal) => get(`/contracts/${id}`, {}, signal), id);
	const c = contract.data;
	const [saved, setSaved] = useState(false);
	useEffect(() => {
		if (c && isDraft(c)) go(pageOf(c), {}, { replace: true });
	}, [c]);
	const trail = [
		{ text: t('menu.contracts_group') },
		{ text: t('menu.contracts'), to: '/contracts' },
		{ text: t('contract.manage'), now: true },
	];
	return html`
		<${Page}
			title=${t('contract.manage')}
			trail=${trail}
			intro=${c && html`
						<span class="strong">${c.number}</span> ${c.title}${' '}
						<${StateBadge} state=${c.state} testid="contract-state-badge" />
						${owed(c.documents) && html`${' '}<${OwedBadge} />`}
						${c.formerAgency && html`
							<span class="quiet" data-testid="contract-former">
								${' '}${t('contract.former', { name: c.formerAgency })}
							</span>
						`}
					`}
			actions=${html`
				<${LinkButton} to=${`/contracts/${id}/parameters`} icon="sliders">${t('menu.parameters')}<//>
				<${LinkButton} to="/contracts">${t('back_query')}<//>
			`}
		>
			<${ErrorAlert} error=${contract.error} retry=${contract.reload} />
			${query.sent && html`
				<${Alert} kind="success" title=${t('sent.title')}>
					${t('sent.text', { number: query.sent })}
				<//>
			`}
			${c && !isDraft(c) && html`<${ContractLife} contract=${c} reload=${contract.reload} />`}
			${!c || isDraft(c) ? (
				!contract.error && html`<${Loading} />`
			) : html`
					<${ContractEdit}
						key=${c.version}
						contract=${c}
						saved=${saved}
						onSaved=${() => {
							setSaved(true);
							contract.reload();
						}}
					/>
					<${Links} of=${`/contracts/${c.id}`} />
					<${Parties} contract=${c} />
					<${Documents} contract=${c} />
				`}
		<//>
	`;
}
