// What is dangerous wants a fresh proof of who one is: asked for when the server wants it, then the act goes on.
import { html, useState } from '../vendor/preact.js';
import { callSigner } from '../signer/preflight.js';
import { post, setCsrf } from '../shared/api.js';
import { wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { Button, Dialog, ErrorAlert, TextField, useAction } from '../shared/ui.js';

async function byCard() {
	const { certificate } = await callSigner('choose');
	const { challengeId, nonce } = await post('/session/card/challenge', {});
	const { signature, time } = await callSigner('authenticate', { certificate, nonce });
	return post('/session/proof/card', { challengeId, certificate, signature, time });
}

function ProofDialog({ onProved, onCancel }) {
	const [password, setPassword] = useState('');
	const [code, setCode] = useState(null); // null: nobody asked for one yet
	const action = useAction();
	const prove = (how) =>
		action.run(async () => {
			try {
				setCsrf((await how()).csrf);
				onProved();
			} catch (error) {
				if (error.field === 'code' && code === null) setCode('');
				else throw error;
			}
		});
	function submit(e) {
		e.preventDefault();
		prove(() => post('/session/proof', { password, ...(code ? { code: code.trim() } : {}) }));
	}
	return html`
		<${Dialog} title=${t('proof.title')} onClose=${() => !action.busy && onCancel()}>
			<form class="account-form" onSubmit=${submit} noValidate>
				<p>${t('proof.text')}</p>
				<${TextField}
					label=${t('login.password')}
					required
					type="password"
					value=${password}
					onInput=${setPassword}
					error=${wrong(action.error, 'password')}
					autocomplete="current-password"
					maxLength="256"
					testid="proof-password"
				/>
				${code !== null && html`
					<${TextField}
						label=${t('factor.code')}
						hint=${t('factor.code_hint')}
						required
						value=${code}
						onInput=${setCode}
						error=${wrong(action.error, 'code')}
						autocomplete="one-time-code"
						maxLength="30"
						testid="proof-code"
					/>
				`}
				<${ErrorAlert} error=${action.error?.field ? null : action.error} />
				<div class="account-foot">
					<${Button}
						icon="person-vcard"
						testid="proof-card"
						busy=${action.busy}
						onClick=${() => prove(byCard)}
					>
						${t('proof.card')}
					<//>
					<span class="spring"></span>
					<${Button} testid="proof-cancel" disabled=${action.busy} onClick=${onCancel}>${t('cancel')}<//>
					<${Button} type="submit" kind="primary" testid="proof-ok" busy=${action.busy}>${t('proof.ok')}<//>
				</div>
			</form>
		<//>
	`;
}

/**
 * As useAction(), for acts that the server may want a proof for: run(fn) asks and then does fn again.
 * `dialog` belongs into the page.
 */
export function useProven() {
	const action = useAction();
	const [asked, setAsked] = useState(null);
	const ask = () => new Promise((resolve) => setAsked({ resolve }));
	const answer = (proved) => {
		asked.resolve(proved);
		setAsked(null);
	};
	const run = (fn) =>
		action.run(async () => {
			try {
				return await fn();
			} catch (error) {
				if (error.code !== 'prove_again') throw error;
				return (await ask()) ? await fn() : undefined;
			}
		});
	const dialog = asked && html`
		<${ProofDialog} onProved=${() => answer(true)} onCancel=${() => answer(false)} />
	`;
	return { ...action, run, dialog };
}
