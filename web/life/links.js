// 關聯契約: the contract that this one changes, its other changes, and copies; nothing is shown where there are none.
import { html } from '../vendor/preact.js';
import { StateBadge } from '../contract/state-badge.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import { Card, DataTable, ErrorAlert, useLoad } from '../shared/ui.js';

const COLUMNS = () => [
	{
		text: t('links.relation'),
		cell: (l) => (l.amendment > 0 && l.relation !== 'copy' && l.relation !== 'copied_from'
			? t('links.nth', { n: l.amendment })
			: t(`links.${l.relation}`)),
	},
	{
		text: t('contract.number'),
		cell: (l) => html`
			<a class="strong" href=${href(l.contractId ? `/contracts/${l.contractId}` : `/messages/${l.messageId}`)}>
				${l.number}
			</a>
		`,
	},
	{ text: t('contract.title'), cell: (l) => l.title },
	{ text: t('contract.state'), cell: (l) => html`<${StateBadge} state=${l.state} testid="link-state" />` },
];

/** of: "/contracts/ID" or "/messages/ID" */
export function Links({ of }) {
	const links = useLoad((signal) => get(`${of}/links`, {}, signal), of);
	const items = links.data?.items ?? [];
	if (items.length === 0) return html`<${ErrorAlert} error=${links.error} retry=${links.reload} />`;
	return html`
		<${Card} title=${t('links.title')} headingId="links">
			<${DataTable}
				caption=${t('links.title')}
				columns=${COLUMNS()}
				rows=${items}
				rowKey=${(l) => `${l.relation} ${l.contractId ?? l.messageId}`}
				testid="link-row"
			/>
		<//>
	`;
}
