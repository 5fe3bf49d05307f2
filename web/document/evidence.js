// 證明頁 and 證據包 of a document that everybody has signed.
import { html, useState } from '../vendor/preact.js';
import { evidenceUrl, post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Button, ErrorAlert, Icon, useAction } from '../shared/ui.js';
import { StoreDocument } from '../wallet/store.js';

/** The link of a download; its own address, so that the browser keeps the name. */
const Download = ({ href, icon, testid, children }) => html`
	<a class="button button-plain" href=${href} data-testid=${testid}>
		<${Icon} name=${icon} />
		<span>${children}</span>
	</a>
`;

/** level: of the heading. @param {{ documentId: string, level: number }} props */
export function Evidence({ documentId, level }) {
	const [made, setMade] = useState(null);
	const action = useAction();
	const make = () => action.run(async () => setMade(await post(`/documents/${documentId}/evidence`)));
	const Heading = `h${level}`;
	const at = (what) => evidenceUrl(documentId, what);
	return html`
		<section class="evidence" data-testid="evidence">
			<${Heading}>${t('evidence.title')}<//>
			<p class="quiet">${t('evidence.text')}</p>
			<${ErrorAlert} error=${action.error} />
			${made ? html`
				<p>
					${t('evidence.code')}${t('colon')}
					<code class="evidence-code" data-testid="evidence-code">${made.code}</code>
					${' '}<span class="quiet">${t('evidence.made', { at: dateTime(made.madeAt) })}</span>
				</p>
				<p class="evidence-files">
					<${Download} href=${at('sheet')} icon="file-earmark-pdf" testid="evidence-sheet">
						${t('evidence.sheet')}
					<//>
					<${Download} href=${at('package')} icon="download" testid="evidence-package">
						${t('evidence.package')}
					<//>
				</p>
			` : html`
				<p>
					<${Button} icon="shield-check" busy=${action.busy} testid="evidence-make" onClick=${make}>
						${t('evidence.make')}
					<//>
				</p>
			`}
			<${StoreDocument} documentId=${documentId} />
		</section>
	`;
}
