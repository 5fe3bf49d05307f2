// What a link opens, for whoever has it: nobody needs an account, and the owner sees each use.
import { html } from '../vendor/preact.js';
import { post, saveFile } from '../shared/api.js';
import { dateTime, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Alert, Card, ErrorAlert, Loading, Page, useAction, useLoad } from '../shared/ui.js';
import { ReadButtons } from './grants.js';
import { save, Verdict } from './parts.js';

const Fact = ({ label, children }) => html`
	<div class="fact">
		<dt>${label}</dt>
		<dd>${children}</dd>
	</div>
`;

export function Link({ id, code }) {
	const grant = useLoad(() => post(`/wallet/links/${id}`, { code }), `${id}/${code}`);
	const action = useAction();
	const read = (original) => action.run(async () =>
		save(await saveFile('POST', `/wallet/links/${id}/content`, { code, original })));
	const g = grant.data;
	return html`
		<${Page} title=${t('wallet.link_title')} trail=${[{ text: t('wallet.link_title'), now: true }]}>
			${!g
				? grant.loading
					? html`<${Loading} />`
					: grant.error?.code === 'not_found'
						? html`<${Alert} kind="error">${t('wallet.link_unknown')}<//>`
						: html`<${ErrorAlert} error=${grant.error} retry=${grant.reload} />`
				: html`
					<${Card} title=${g.name} headingId="wallet-link" testid="wallet-link">
						<dl class="wallet-facts">
							<${Fact} label=${t('wallet.from')}>${g.other}<//>
							<${Fact} label=${t('wallet.to')}>${g.reader}<//>
							<${Fact} label=${t('wallet.purpose')}>${g.purpose}<//>
							<${Fact} label=${t('wallet.until')}>${dateTime(g.until)}<//>
							<${Fact} label=${t('wallet.verification')}><${Verdict} of=${g} /><//>
							<${Fact} label=${t('wallet.size')}>${fileSize(g.size)}<//>
							<${Fact} label="SHA-256"><code>${g.sha256}</code><//>
						</dl>
						<${Alert} kind="info">${t('wallet.link_receipt')}<//>
						<${ReadButtons} grant=${g} read=${read} busy=${action.busy} />
						<${ErrorAlert} error=${action.error} />
					<//>
				`}
		<//>
	`;
}
