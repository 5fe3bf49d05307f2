// What a message says: from whom, about which contract, when; its text and its files.
import { html } from '../vendor/preact.js';
import { fileUrl } from '../shared/api.js';
import { dateTime, documentName, fileSize, formatIcon } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import { Icon } from '../shared/ui.js';
import { Worth, useWorth } from './worth.js';

const MANY = 3; // more files than this are folded away

const Download = ({ d }) => (d.withheld ? html`
	<span data-testid="attachment-withheld">
		<${Icon} name=${formatIcon(d.format)} />
		${documentName(d.name)}
	</span>${' '}
	<span class="quiet">${fileSize(d.size)}${t('comma')}${t('document.withheld')}</span>
` : html`
	<a href=${fileUrl(d.id, { revision: d.revision, download: true })} data-testid="attachment">
		<${Icon} name=${formatIcon(d.format)} />
		${documentName(d.name)}
	</a>${' '}
	<span class="quiet">${fileSize(d.size)}</span>
`);

/** worth: of a letter's attachments, whose signatures are looked at. */
function Files({ documents, worth }) {
	const found = useWorth(worth ? documents : []);
	const list = html`
		<ul class="plain">
			${documents.map((d) => html`
				<li key=${d.id}>
					<${Download} d=${d} />
					${worth && html`<${Worth} d=${d} found=${found[d.id]} />`}
				</li>
			`)}
		</ul>
	`;
	return documents.length <= MANY
		? list
		: html`
				<details class="fold">
					<summary>${t('message.file_count', { n: documents.length })}</summary>
					${list}
				</details>
			`;
}

const Fact = ({ label, testid, wide = false, children }) => html`
	<div class=${wide ? 'fact fact-wide' : 'fact'}>
		<dt>${label}</dt>
		<dd data-testid=${testid}>${children}</dd>
	</div>
`;

/** To whom a letter went, and who has a copy. */
const Parties = ({ letter }) => html`
	<${Fact} label=${t('letter.to')} testid="message-recipients">
		${letter.to.map((p) => p.name).join(t('comma'))}
	<//>
	${letter.copies.length > 0 && html`
		<${Fact} label=${t('letter.copies')} testid="message-copies">
			${letter.copies.map((p) => p.name).join(t('comma'))}
		<//>
	`}
`;

const Contract = ({ m }) =>
	m.contractId ? html`<a href=${href(`/contracts/${m.contractId}`)}>${m.contractNumber}</a>` : m.contractNumber;

/** @param {{ m: any, attachments: string }} props attachments: the key of the files' label */
export const Facts = ({ m, attachments }) => html`
	<dl class="fact-grid">
		<${Fact} label=${t('sender')} testid="message-sender">${m.sender}<//>
		${m.letter && html`<${Parties} letter=${m.letter} />`}
		${!m.letter && m.recipients?.length > 0 && html`
			<${Fact} label=${t('recipient')} testid="message-recipients">${m.recipients.join(t('comma'))}<//>
		`}
		<${Fact} label=${t('message.number')} testid="message-number">${m.number}<//>
		<${Fact} label=${t('message.sent_at')} testid="message-sent-at">${dateTime(m.sentAt)}<//>
		${m.contractNumber && html`
			<${Fact} label=${t('contract.number')} testid="message-contract-number"><${Contract} m=${m} /><//>
		`}
		${m.contractTitle && html`
			<${Fact} label=${t('contract.title')} testid="message-contract-title">${m.contractTitle}<//>
		`}
		${m.original && html`
			<${Fact} label=${t('message.original')} testid="message-original">
				${m.original.number}（${dateTime(m.original.sentAt)}）
			<//>
		`}
		<${Fact} wide label=${t('message.subject')} testid="message-subject">${m.subject}<//>
		<${Fact} wide label=${t('message.body')} testid="message-body">
			<span class="lines">${m.body}</span>
		<//>
		${m.documents.length > 0 && html`
			<${Fact} wide label=${t(attachments)}>
				<${Files} documents=${m.documents} worth=${Boolean(m.letter)} />
			<//>
		`}
	</dl>
`;
