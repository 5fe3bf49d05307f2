import { html, useEffect, useState } from '../vendor/preact.js';
import { callSigner } from '../signer/preflight.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, ErrorAlert, Icon, LinkButton, TextField, useAction } from '../shared/ui.js';

/** The second step: a code from the telephone, or one of those for recovery. */
function SecondStep({ ticket, onLogin, onBack }) {
	const [code, setCode] = useState('');
	const action = useAction();
	function submit(e) {
		e.preventDefault();
		action.run(async () => onLogin(await post('/session/second', { ticket, code: code.trim() })));
	}
	useEffect(() => {
		const field = document.querySelector('[data-testid="login-code"]');
		if (field instanceof HTMLElement) field.focus();
	}, []);
	return html`
		<form class="login-form" onSubmit=${submit} noValidate>
			<p>${t('login.second')}</p>
			<${ErrorAlert} error=${action.error?.field ? null : action.error} />
			<${TextField}
				label=${t('factor.code')}
				required
				value=${code}
				onInput=${setCode}
				hint=${t('factor.code_hint')}
				error=${action.error?.field && action.error.message}
				autocomplete="one-time-code"
				autocapitalize="characters"
				maxLength="30"
				testid="login-code"
			/>
			<${Button} kind="primary" type="submit" busy=${action.busy} testid="login-second">${t('login')}<//>
			<${Button} testid="login-back" onClick=${onBack}>${t('login.back')}<//>
		</form>
	`;
}

export function LoginForm({ account: known = '', onLogin }) {
	const [account, setAccount] = useState(known);
	const [password, setPassword] = useState('');
	const [missing, setMissing] = useState({});
	const [ticket, setTicket] = useState(null);
	const action = useAction();
	function submit(e) {
		e.preventDefault();
		const empty = { account: !account.trim(), password: !password };
		setMissing(empty);
		if (empty.account || empty.password) return;
		action.run(async () => {
			const answer = await post('/session', { account: account.trim(), password });
			if (answer.second) setTicket(answer.ticket);
			else onLogin(answer);
		});
	}
	function again() {
		setTicket(null);
		setPassword('');
	}
	async function byCard() {
		const { certificate } = await callSigner('choose');
		const { challengeId, nonce } = await post('/session/card/challenge', {});
		const { signature, time } = await callSigner('authenticate', { certificate, nonce });
		const whose = account.trim() ? { account: account.trim() } : {};
		onLogin(await post('/session/card', { challengeId, certificate, signature, time, ...whose }));
	}
	if (ticket) return html`<${SecondStep} ticket=${ticket} onLogin=${onLogin} onBack=${again} />`;
	return html`
		<form class="login-form" onSubmit=${submit} noValidate>
			<${ErrorAlert} error=${action.error} />
			<${TextField}
				label=${t('login.account')}
				required
				value=${account}
				onInput=${setAccount}
				testid="login-account"
				autocomplete="username"
				autocapitalize="none"
				spellcheck="false"
				maxLength="64"
				error=${missing.account && t('error.field_required')}
			/>
			<${TextField}
				label=${t('login.password')}
				required
				type="password"
				value=${password}
				onInput=${setPassword}
				testid="login-password"
				autocomplete="current-password"
				maxLength="256"
				error=${missing.password && t('error.field_required')}
			/>
			<${Button} kind="primary" type="submit" busy=${action.busy} testid="login-submit">
				${t('login')}
			<//>
			<${Button}
				icon="person-vcard"
				busy=${action.busy}
				testid="login-card"
				onClick=${() => action.run(byCard)}
			>
				${t('login.card')}
			<//>
			<p class="login-check">
				<a href="#/company/register" data-testid="login-register">${t('login.register')}</a>
			</p>
			<p class="login-check">
				<a href="#/account/forgotten" data-testid="login-forgotten">${t('forgotten.title')}</a>
			</p>
			<p class="login-check"><a href="#/signer/check" data-testid="login-check">${t('login.check')}</a></p>
		</form>
	`;
}

export function Login({ onLogin, next }) {
	useEffect(() => {
		document.title = `${t('login')}｜${t('app.name')}`;
	});
	const point = (icon, key) => html`
		<li>
			<${Icon} name=${icon} />
			<span>${t(key)}</span>
		</li>
	`;
	return html`
		<div class="login">
			<section class="login-about">
				<p class="login-mark" aria-hidden="true">
					<span>印</span>
					<span>信</span>
				</p>
				<p class="login-title">${t('platform')}</p>
				<p>${t('login.about')}</p>
				<ul>
					${point('shield-check', 'login.point1')}
					${point('person-vcard', 'login.point2')}
					${point('clock-history', 'login.point3')}
				</ul>
				<p>
					<${LinkButton} to="/verify" icon="patch-check" testid="login-verify">
						${t('verify.login')}
					<//>
				</p>
			</section>
			<section class="card login-card">
				<div class="card-body">
					<h1 id="page-title" data-testid="page-title">
						${t('login')}
					</h1>
					${next && html`<${Alert} kind="info">${t('login.first')}<//>`}
					<${LoginForm} onLogin=${onLogin} />
				</div>
			</section>
		</div>
	`;
}
