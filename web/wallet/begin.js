// A wallet is begun: what it is, its passphrase, and the recovery code, which is shown once.
import { html, useState } from '../vendor/preact.js';
import { post } from '../shared/api.js';
import { wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Card, ErrorAlert, Icon, TextField, useAction } from '../shared/ui.js';

/** Twice the same, as nobody can look it up. */
export function NewPassphrase({ value, onInput, error, field = 'passphrase' }) {
	return html`
		<${TextField}
			label=${t('wallet.new_passphrase')}
			hint=${t('wallet.passphrase_hint')}
			required
			type="password"
			value=${value.first}
			onInput=${(first) => onInput({ ...value, first })}
			error=${wrong(error, field)}
			autocomplete="off"
			maxLength="128"
			testid="wallet-new"
		/>
		<${TextField}
			label=${t('wallet.passphrase_again')}
			required
			type="password"
			value=${value.again}
			onInput=${(again) => onInput({ ...value, again })}
			error=${value.again && value.again !== value.first && t('wallet.not_same')}
			autocomplete="off"
			maxLength="128"
			testid="wallet-again"
		/>
	`;
}

/** The code stands here and nowhere else: one goes on by saying that it is kept. */
export function RecoveryCode({ code, onDone }) {
	const [kept, setKept] = useState(false);
	const [copied, setCopied] = useState(false);
	const copy = () => navigator.clipboard.writeText(code).then(() => setCopied(true), () => {});
	return html`
		<div class="wallet-code" data-testid="wallet-code">
			<${Alert} kind="warning" title=${t('wallet.code_title')}>${t('wallet.code_text')}<//>
			<p><code data-testid="wallet-code-text">${code}</code></p>
			<div class="wallet-buttons">
				<${Button} icon="copy" testid="wallet-code-copy" onClick=${copy}>
					${copied ? t('wallet.copied') : t('wallet.copy')}
				<//>
				<${Button} icon="printer" testid="wallet-code-print" onClick=${() => print()}>${t('wallet.print')}<//>
			</div>
			<label class="choice">
				<input
					type="checkbox"
					checked=${kept}
					data-testid="wallet-code-kept"
					onChange=${(e) => setKept(e.target.checked)}
				/>
				<span>${t('wallet.code_kept')}</span>
			</label>
			<div>
				<${Button} kind="primary" disabled=${!kept} testid="wallet-code-done" onClick=${onDone}>
					${t('wallet.code_done')}
				<//>
			</div>
		</div>
	`;
}

const POINTS = ['encrypted', 'verified', 'shared'];

export function Begin({ onDone }) {
	const [form, setForm] = useState({ first: '', again: '' });
	const [understood, setUnderstood] = useState(false);
	const [code, setCode] = useState(null);
	const action = useAction();
	const send = (e) => {
		e.preventDefault();
		if (form.first !== form.again || !understood) return;
		action.run(async () => {
			const made = await post('/wallet', { passphrase: form.first });
			await post('/wallet/unlock', { passphrase: form.first });
			setCode(made.recoveryCode);
		});
	};
	if (code) {
		return html`
			<${Card} title=${t('wallet.code')} headingId="wallet-code-head">
				<${RecoveryCode} code=${code} onDone=${onDone} />
			<//>
		`;
	}
	return html`
		<${Card} title=${t('wallet.begin')} headingId="wallet-begin">
			<ul class="wallet-points">
				${POINTS.map((point) => html`
					<li key=${point}><${Icon} name="check-circle" /><span>${t(`wallet.point.${point}`)}</span></li>
				`)}
			</ul>
			<form class="account-form" onSubmit=${send} noValidate>
				<${NewPassphrase} value=${form} onInput=${setForm} error=${action.error} />
				<${Alert} kind="warning">${t('wallet.lost_text')}<//>
				<label class="choice">
					<input
						type="checkbox"
						checked=${understood}
						data-testid="wallet-understood"
						onChange=${(e) => setUnderstood(e.target.checked)}
					/>
					<span>${t('wallet.understood')}</span>
				</label>
				<${ErrorAlert} error=${action.error?.field ? null : action.error} />
				<div>
					<${Button}
						type="submit"
						kind="primary"
						icon="wallet2"
						busy=${action.busy}
						disabled=${!understood || !form.first || form.first !== form.again}
						testid="wallet-begin"
					>
						${t('wallet.begin')}
					<//>
				</div>
			</form>
		<//>
	`;
}
