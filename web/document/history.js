// 簽章歷程 of one document, with 卡片資訊.
import { html, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { dateTime, documentName } from '../shared/format.js';
import { Changes } from './changes.js';
import { Evidence } from './evidence.js';
import { ProofLine } from './proof.js';
import { t } from '../shared/i18n.js';
import { Button, DataTable, Dialog, ErrorAlert, Icon, Loading, Pager, useLoad } from '../shared/ui.js';

const CardInfo = ({ row, onClose }) => html`
	<${Dialog}
		title=${t('card.title')}
		onClose=${onClose}
		footer=${html`
			<${Button} testid="dialog-close" onClick=${onClose}>${t('close')}<//>
		`}
	>
		<dl class="facts facts-code">
			<dt>SDN</dt>
			<dd data-testid="card-sdn">${row.subject}</dd>
			<dt>IDN</dt>
			<dd data-testid="card-idn">${row.issuer}</dd>
			<dt>SerialNumber</dt>
			<dd data-testid="card-serial">${row.serial}</dd>
		</dl>
	<//>
`;

/** turn: raise it to load anew. */
export function History({ documentId, turn = 0, level = 3 }) {
	const [page, setPage] = useState(1);
	const [card, setCard] = useState(null);
	const list = useLoad(
		(signal) => get(`/documents/${documentId}/history`, { page, size: 10 }, signal),
		`${documentId} ${page} ${turn}`,
	);
	const document = list.data?.document;
	const Heading = `h${level}`;
	const columns = [
		{ text: t('history.item'), class: 'narrow', cell: (r) => r.item },
		{
			text: t('history.at'),
			class: 'figure',
			cell: (r) => html`
				${dateTime(r.signedAt)}
				${r.stampedAt && html`
					<span class="stamped quiet" data-testid="history-stamp">
						${t('history.stamped', { at: dateTime(r.stampedAt) })}
					</span>
				`}
			`,
		},
		{ text: t('history.by'), cell: (r) => r.signedBy },
		{
			text: t('history.certificate'),
			cell: (r) => html`
				<span class="with-button">
					<span>${r.certificate}</span>
					<button
						type="button"
						class="icon-button"
						data-testid="card-info"
						aria-label=${t('card.of', { name: r.certificate, item: r.item })}
						onClick=${() => setCard(r)}
					>
						<${Icon} name="person-vcard" />
					</button>
				</span>
			`,
		},
	];
	return html`
		<div class="history" data-testid="history">
			${document && html`
				<${Heading} class="list-title" data-testid="history-heading">
					${t('history.of', { name: documentName(document.name), number: document.number })}
				<//>
			`}
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			${!list.data ? (
				list.loading && html`<${Loading} />`
			) : html`
					<${DataTable}
						caption=${t('history.title')}
						columns=${columns}
						rows=${list.data.items}
						rowKey=${(r) => r.item}
						testid="history-row"
					/>
					<p class="hint">
						<${Icon} name="info-circle-fill" />
						${t('history.hint')}
					</p>
					<${Pager} ...${list.data} onPage=${setPage} />
					<${ProofLine} proof=${document.proof} />
					<${Changes} changes=${list.data.changes} heading=${Heading} />
					${list.data.complete && html`<${Evidence} documentId=${documentId} level=${level} />`}
				`}
			${card && html`<${CardInfo} row=${card} onClose=${() => setCard(null)} />`}
		</div>
	`;
}
