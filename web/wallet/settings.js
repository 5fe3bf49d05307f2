// Settings of the wallet: reminders, passphrase, recovery code, and its end.
import { html, useState } from '../vendor/preact.js';
import { useProven } from '../account/proof.js';
import { del, post, put } from '../shared/api.js';
import { FormDialog, namesField, wrong } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import { Alert, Button, Card, Confirm, ErrorAlert, Field, TextField, useAction } from '../shared/ui.js';
import { NewPassphrase, RecoveryCode } from './begin.js';
import { PassphraseDialog, WalletPage } from './parts.js';

const DAYS = [0, 7, 14, 30, 60, 90];

function Reminders({ wallet, reload }) {
	const action = useAction();
	const [saved, setSaved] = useState(false);
	const put_ = (remindDays) => action.run(async () => {
		await put('/wallet/settings', { remindDays });
		setSaved(true);
		reload();
	});
	return html`
		<${Card} title=${t('wallet.reminders')} headingId="wallet-reminders">
			<${Field} label=${t('wallet.remind')} hint=${t('wallet.remind_hint')}>
				${(a) => html`
					<select
						...${a}
						value=${wallet.remindDays}
						data-testid="wallet-remind"
						onChange=${(e) => put_(Number(e.target.value))}
					>
						${DAYS.map((n) => html`
							<option
								value=${n}
							>
								${n === 0 ? t('wallet.remind_never') : t('wallet.days_before', { n })}
							</option>
						`)}
					</select>
				`}
			<//>
			${saved && !action.busy && !action.error && html`<${Alert} kind="success">${t('wallet.saved')}<//>`}
			<${ErrorAlert} error=${action.error} />
		<//>
	`;
}

function ChangeDialog({ onDone, onClose }) {
	const [form, setForm] = useState({ first: '', again: '' });
	return html`
		<${PassphraseDialog}
			title=${t('wallet.change')}
			text=${t('wallet.change_text')}
			ok=${t('wallet.change')}
			submit=${async (passphrase) => {
				if (form.first !== form.again) return;
				await put('/wallet/passphrase', { passphrase, newPassphrase: form.first });
				onDone();
			}}
			onClose=${onClose}
		>
			<${NewPassphrase} value=${form} onInput=${setForm} field="newPassphrase" />
		<//>
	`;
}

function RecoverDialog({ onDone, onClose }) {
	const [code, setCode] = useState('');
	const [form, setForm] = useState({ first: '', again: '' });
	return html`
		<${FormDialog}
			title=${t('wallet.recover')}
			text=${t('wallet.recover_text')}
			ok=${t('wallet.recover')}
			tag="wallet"
			atField=${namesField}
			submit=${async () => {
				if (form.first !== form.again) return;
				onDone((await post('/wallet/recover', { code, newPassphrase: form.first })).recoveryCode);
			}}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('wallet.code')}
					required
					value=${code}
					onInput=${setCode}
					error=${wrong(error, 'code')}
					autocomplete="off"
					autocapitalize="characters"
					maxLength="60"
					testid="wallet-recovery"
				/>
				<${NewPassphrase} value=${form} onInput=${setForm} error=${error} field="newPassphrase" />
			`}
		<//>
	`;
}

function Keys({ wallet, reload }) {
	const [asking, setAsking] = useState(null);
	const [code, setCode] = useState(null);
	const [changed, setChanged] = useState(false);
	const close = () => setAsking(null);
	const show = (fresh) => {
		close();
		setCode(fresh);
		reload();
	};
	return html`
		<${Card} title=${t('wallet.keys')} headingId="wallet-keys">
			${code
				? html`<${RecoveryCode} code=${code} onDone=${() => setCode(null)} />`
				: html`
					<p class="quiet">${t('wallet.passphrase_since', { at: dateTime(wallet.passphraseAt) })}</p>
					${changed && html`<${Alert} kind="success">${t('wallet.changed')}<//>`}
					<div class="wallet-buttons">
						<${Button}
							icon="key"
							testid="wallet-change"
							onClick=${() => setAsking('change')}
						>
							${t('wallet.change')}
						<//>
						<${Button} icon="shield-lock" testid="wallet-new-code" onClick=${() => setAsking('code')}>
							${t('wallet.new_code')}
						<//>
						<${Button}
							testid="wallet-recover"
							onClick=${() => setAsking('recover')}
						>
							${t('wallet.recover')}
						<//>
					</div>
				`}
			${asking === 'change' && html`
				<${ChangeDialog}
					onClose=${close}
					onDone=${() => {
						close();
						setChanged(true);
						reload();
					}}
				/>
			`}
			${asking === 'code' && html`
				<${PassphraseDialog}
					title=${t('wallet.new_code')}
					text=${t('wallet.new_code_text')}
					ok=${t('wallet.new_code')}
					submit=${async (passphrase) => show((await post('/wallet/code', { passphrase })).recoveryCode)}
					onClose=${close}
				/>
			`}
			${asking === 'recover' && html`<${RecoverDialog} onClose=${close} onDone=${show} />`}
		<//>
	`;
}

function End() {
	const [asking, setAsking] = useState(false);
	const action = useProven();
	const end = () => action.run(async () => {
		await del('/wallet');
		go('/wallet');
	});
	return html`
		<${Card} title=${t('wallet.end')} headingId="wallet-end">
			<p>${t('wallet.end_text')}</p>
			<${Button} kind="danger-quiet" icon="trash" testid="wallet-end" onClick=${() => setAsking(true)}>
				${t('wallet.end')}
			<//>
			${asking && html`
				<${Confirm}
					danger
					title=${t('wallet.end')}
					text=${t('wallet.end_sure')}
					ok=${t('wallet.end')}
					busy=${action.busy}
					error=${action.error}
					onOk=${end}
					onCancel=${() => setAsking(false)}
				/>
			`}
			${action.dialog}
		<//>
	`;
}

export const Settings = () => html`
	<${WalletPage} now="settings">
		${(wallet, reload) => html`
			<${Reminders} wallet=${wallet} reload=${reload} />
			<${Keys} wallet=${wallet} reload=${reload} />
			<${End} />
		`}
	<//>
`;
