// What is done without being logged in: a forgotten password, and what links in mails open.
import { html, useEffect, useState } from '../vendor/preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Button, ErrorAlert, LinkButton, Loading, TextField, focusWrong, useAction, useLoad,
} from '../shared/ui.js';
import { EMPTY, NewPassword } from './password.js';

/** A card in the middle, as the login's. */
export function OpenPage({ title, children }) {
	useEffect(() => {
		document.title = `${title}｜${t('app.name')}`;
	}, [title]);
	return html`
		<section class="card open-page">
			<div class="card-body">
				<h1 id="page-title" tabindex="-1" data-testid="page-title">${title}</h1>
				${children}
			</div>
		</section>
	`;
}

const ToLogin = () => html`<${LinkButton} to="/login" kind="primary" testid="to-login">${t('link.to_login')}<//>`;

export function Forgotten() {
	const [account, setAccount] = useState('');
	const [sent, setSent] = useState(false);
	const action = useAction();
	function submit(e) {
		e.preventDefault();
		action.run(async () => {
			await post('/account/forgotten', { account: account.trim() });
			setSent(true);
		});
	}
	if (sent) {
		return html`
			<${OpenPage} title=${t('forgotten.title')}>
				<${Alert} kind="success">${t('forgotten.sent')}<//>
				<p><${ToLogin} /></p>
			<//>
		`;
	}
	return html`
		<${OpenPage} title=${t('forgotten.title')}>
			<form class="account-form" onSubmit=${submit} noValidate>
				<p>${t('forgotten.text')}</p>
				<${TextField}
					label=${t('forgotten.account')}
					required
					value=${account}
					onInput=${setAccount}
					error=${action.error?.field && action.error.message}
					autocomplete="username"
					autocapitalize="none"
					maxLength="254"
					testid="forgotten-account"
				/>
				<${ErrorAlert} error=${action.error?.field ? null : action.error} />
				<div class="account-foot">
					<${LinkButton} to="/login">${t('login.back')}<//>
					<span class="spring"></span>
					<${Button} type="submit" kind="primary" busy=${action.busy} testid="forgotten-send">
						${t('forgotten.send')}
					<//>
				</div>
			</form>
		<//>
	`;
}

const Dead = ({ error, retry }) => html`
	<${ErrorAlert} error=${error} retry=${error.code === 'link_expired' ? undefined : retry} />
	<p><${LinkButton} to="/account/forgotten" testid="link-again">${t('forgotten.title')}<//></p>
`;

function PasswordForm({ token, about, onDone }) {
	const [fresh, setFresh] = useState(EMPTY);
	const [differ, setDiffer] = useState(false);
	const action = useAction();
	function submit(e) {
		e.preventDefault();
		setDiffer(fresh.password !== fresh.again);
		if (fresh.password !== fresh.again) return focusWrong();
		return action.run(async () => {
			await post('/account/link/password', { token, password: fresh.password });
			onDone();
		});
	}
	return html`
		<form class="account-form" onSubmit=${submit} noValidate>
			<p>${t(`link.${about.kind}`)}</p>
			<dl class="facts">
				<dt>${t('login.account')}</dt>
				<dd data-testid="link-account">${about.account}</dd>
				<dt>${t('account.name')}</dt>
				<dd>${about.name}</dd>
				<dt>${t('account.organization')}</dt>
				<dd>${about.organization}</dd>
			</dl>
			<input type="text" autocomplete="username" value=${about.account} hidden readonly />
			<${NewPassword}
				value=${fresh}
				onChange=${setFresh}
				problem=${action.error?.field === 'password' && action.error.message}
				differ=${differ}
			/>
			<${ErrorAlert} error=${action.error?.field ? null : action.error} />
			<div class="account-foot">
				<${Button} type="submit" kind="primary" busy=${action.busy} testid="password-save">${t('link.set')}<//>
			</div>
		</form>
	`;
}

export function SetPassword({ token }) {
	const about = useLoad(() => post('/account/link', { token }), token);
	const [done, setDone] = useState(false);
	return html`
		<${OpenPage} title=${t('link.title')}>
			${done ? html`
				<${Alert} kind="success">${t('link.done')}<//>
				<p><${ToLogin} /></p>
			` : about.error ? html`
				<${Dead} error=${about.error} retry=${about.reload} />
			` : about.data ? html`
				<${PasswordForm} token=${token} about=${about.data} onDone=${() => setDone(true)} />
			` : html`<${Loading} />`}
		<//>
	`;
}

export function ConfirmEmail({ token }) {
	const about = useLoad(() => post('/account/link', { token }), token);
	const [done, setDone] = useState(false);
	const action = useAction();
	const confirm = () =>
		action.run(async () => {
			await post('/account/link/email', { token });
			setDone(true);
		});
	return html`
		<${OpenPage} title=${t('link.confirm_title')}>
			${done ? html`
				<${Alert} kind="success">${t('link.confirmed')}<//>
				<p><${LinkButton} to="/" kind="primary">${t('back_home')}<//></p>
			` : about.error ? html`
				<${ErrorAlert} error=${about.error} />
			` : about.data ? html`
				<div class="account-form">
					<p>${t('link.confirm_text', { email: about.data.email, account: about.data.account })}</p>
					<${ErrorAlert} error=${action.error} />
					<div class="account-foot">
						<${Button} kind="primary" busy=${action.busy} testid="confirm-email" onClick=${confirm}>
							${t('link.confirm')}
						<//>
					</div>
				</div>
			` : html`<${Loading} />`}
		<//>
	`;
}
