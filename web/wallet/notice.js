// On the home page: documents of the wallet that end soon, or have ended.
import { html } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Alert, LinkButton, useLoad } from '../shared/ui.js';

export function EndingDocuments() {
	const list = useLoad((signal) => get('/wallet/items', { tab: 'expiring', size: 1 }, signal), 'ending');
	const first = list.data?.items[0];
	if (!first) return null;
	const { expiring } = list.data;
	const look = html`
		<${LinkButton} to="/wallet" query=${{ tab: 'expiring' }} icon="wallet2" testid="home-wallet">
			${t('wallet.see')}
		<//>
	`;
	return html`
		<${Alert} kind="warning" action=${look}>
			${t('wallet.ending', { name: first.name, at: first.expiresOn.replaceAll('-', '/'), n: expiring })}
		<//>
	`;
}
