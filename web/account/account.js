// 會員設定: everything about one's own account, a card for each.
import { html, useContext } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Alert, ErrorAlert, LinkButton, Loading, Page, Session, useLoad } from '../shared/ui.js';
import { FactorCard } from './factor.js';
import { NoticesCard } from './notices.js';
import { PasswordCard } from './password.js';
import { EmailCard, ProfileCard } from './profile.js';
import { SessionsCard, SignInsCard } from './sessions.js';

export function Account() {
	const { factorNeeded } = useContext(Session);
	const account = useLoad((signal) => get('/account', {}, signal), 'account');
	const me = account.data;
	const card = { me, reload: account.reload, setMe: account.setData };
	return html`
		<${Page}
			title=${t('menu.member')}
			intro=${t('account.intro')}
			trail=${[{ text: t('menu.settings') }, { text: t('menu.member'), now: true }]}
			actions=${!factorNeeded && html`
				<${LinkButton} to="/certificates" icon="person-vcard">${t('menu.certificates')}<//>
			`}
		>
			${factorNeeded && html`
				<${Alert} kind="warning" title=${t('factor.needed')}>${t('factor.needed_text')}<//>
			`}
			<${ErrorAlert} error=${account.error} retry=${account.reload} />
			${!me ? account.loading && html`<${Loading} />` : html`
				<div class="account-cards">
					${factorNeeded && html`<${FactorCard} ...${card} />`}
					<${ProfileCard} key=${me.version} ...${card} />
					<${EmailCard} ...${card} />
					<${PasswordCard} ...${card} />
					${!factorNeeded && html`<${FactorCard} ...${card} />`}
					<${NoticesCard} ...${card} />
					<${SessionsCard} since=${`${me.passwordAt} ${me.factor.since}`} />
					<${SignInsCard} />
				</div>
			`}
		<//>
	`;
}
