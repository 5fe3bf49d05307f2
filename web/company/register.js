// 企業註冊: the company's card says which company it is; its holder is the first member.
import { html, useState } from '../vendor/preact.js';
import { OpenPage } from '../account/link.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Preflight, callSigner, usePreflight } from '../signer/preflight.js';
import { Alert, Button, ErrorAlert, LinkButton, useAction } from '../shared/ui.js';
import { PersonFields, trimmed } from './company.js';

async function byCard(person) {
	const { certificate } = await callSigner('choose');
	const { challengeId, nonce } = await post('/session/card/challenge', {});
	const { signature, time } = await callSigner('authenticate', { certificate, nonce });
	return post('/company', { challengeId, certificate, signature, time, ...person });
}

export function Register() {
	const [form, setForm] = useState({ name: '', account: '', email: '' });
	const [done, setDone] = useState(null);
	const action = useAction();
	const flight = usePreflight(!action.busy);
	function submit(e) {
		e.preventDefault();
		action.run(async () => setDone((await byCard(trimmed(form))).member));
	}
	if (done) {
		return html`
			<${OpenPage} title=${t('register.title')}>
				<${Alert} kind="success" title=${t('register.done', { company: done.organization.name })}>
					${t('register.done_text', { email: form.email.trim() })}
				<//>
				<p>
					<${Button} kind="primary" testid="register-go" onClick=${() => location.assign('/')}>
						${t('register.go')}
					<//>
				</p>
			<//>
		`;
	}
	return html`
		<${OpenPage} title=${t('register.title')}>
			<form class="account-form" onSubmit=${submit} noValidate>
				<p>${t('register.text')}</p>
				<ol class="how">
					<li>${t('register.how1')}</li>
					<li>${t('register.how2')}</li>
					<li>${t('register.how3')}</li>
				</ol>
				<${Preflight} flight=${flight} />
				<${PersonFields} value=${form} onChange=${setForm} error=${action.error} />
				<${ErrorAlert} error=${action.error?.field ? null : action.error} />
				<div class="account-foot">
					<${LinkButton} to="/login">${t('login.back')}<//>
					<span class="spring"></span>
					<${Button}
						type="submit"
						kind="primary"
						icon="person-vcard"
						busy=${action.busy}
						testid="register-send"
					>
						${t('register.send')}
					<//>
				</div>
			</form>
		<//>
	`;
}
