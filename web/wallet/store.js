// A document comes into the wallet: a file with its labels, or a completed contract with one click.
import { html, useState } from '../vendor/preact.js';
import { get, post, upload } from '../shared/api.js';
import { FormDialog, namesField, wrong } from '../shared/form-dialog.js';
import { documentName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Button, ErrorAlert, Field, LinkButton, ProgressBar, TextField, useAction, useLoad } from '../shared/ui.js';
import { KINDS } from './parts.js';

/** The labels of a document; dates as YYYY-MM-DD or "". */
export function Labels({ value, onChange, error }) {
	const set = (key) => (text) => onChange({ ...value, [key]: text });
	const day = (key, label, testid) => html`
		<${Field} label=${label} error=${wrong(error, key)}>
			${(a) => html`
				<input
					...${a}
					type="date"
					value=${value[key]}
					data-testid=${testid}
					onInput=${(e) => set(key)(e.target.value)}
				/>
			`}
		<//>
	`;
	return html`
		<${TextField}
			label=${t('wallet.name')}
			required
			value=${value.name}
			onInput=${set('name')}
			error=${wrong(error, 'name')}
			maxLength="200"
			testid="wallet-name"
		/>
		<${Field} label=${t('wallet.kind')} required>
			${(a) => html`
				<select
					...${a}
					value=${value.kind}
					data-testid="wallet-kind"
					onChange=${(e) => set('kind')(e.target.value)}
				>
					${KINDS.map((k) => html`<option value=${k}>${t(`wallet.kind.${k}`)}</option>`)}
				</select>
			`}
		<//>
		<${TextField}
			label=${t('wallet.issuer')}
			value=${value.issuer}
			onInput=${set('issuer')}
			error=${wrong(error, 'issuer')}
			maxLength="200"
			testid="wallet-issuer"
		/>
		<div class="form-grid">
			${day('issuedOn', t('wallet.issued'), 'wallet-issued')}
			${day('expiresOn', t('wallet.expires'), 'wallet-expires')}
		</div>
		<${TextField}
			label=${t('wallet.note')}
			hint=${t('wallet.labels_hint')}
			rows="2"
			value=${value.note}
			onInput=${(text) => set('note')(text.replaceAll('\n', ' '))}
			error=${wrong(error, 'note')}
			maxLength="500"
			testid="wallet-note"
		/>
	`;
}

export const labelsOf = (form) =>
	Object.fromEntries(Object.entries(form).map(([k, v]) => [k, v.trim()]).filter(([, v]) => v !== ''));

const EMPTY = { kind: 'other', name: '', issuer: '', issuedOn: '', expiresOn: '', note: '' };

export function StoreDialog({ onDone, onClose }) {
	const [form, setForm] = useState(EMPTY);
	const [file, setFile] = useState(null);
	const [missing, setMissing] = useState(false);
	const [progress, setProgress] = useState(0);
	const action = useAction();
	function choose(e) {
		const chosen = e.target.files[0] ?? null;
		setFile(chosen);
		if (chosen && !form.name) setForm({ ...form, name: documentName(chosen.name).slice(0, 200) });
	}
	async function send() {
		setMissing(!file);
		if (!file) return;
		const query = new URLSearchParams(labelsOf(form));
		onDone(await upload(`/wallet/uploads?${query}`, file, setProgress).promise);
	}
	return html`
		<${FormDialog}
			title=${t('wallet.add')}
			text=${t('wallet.add_text')}
			ok=${t('wallet.store')}
			tag="wallet"
			atField=${namesField}
			action=${action}
			submit=${send}
			onClose=${onClose}
		>
			<${Field}
				label=${t('wallet.file')}
				required
				hint=${t('wallet.file_hint')}
				error=${missing && t('error.field_required')}
			>
				${(a) => html`<input ...${a} type="file" data-testid="wallet-file" onChange=${choose} />`}
			<//>
			<${Labels} value=${form} onChange=${setForm} error=${action.error} />
			${action.busy && html`<${ProgressBar} value=${progress} label=${t('wallet.file')} />`}
		<//>
	`;
}

/** 存入證件包: with a document that everybody has signed; the wallet may be locked. */
export function StoreDocument({ documentId }) {
	const wallet = useLoad((signal) => get('/wallet', {}, signal), 'wallet');
	const [stored, setStored] = useState(null);
	const action = useAction();
	const store = () => action.run(async () => setStored(await post('/wallet/items', { documentId })));
	if (!wallet.data) return null;
	if (!wallet.data.there) {
		return html`<${LinkButton} to="/wallet" icon="wallet2" testid="wallet-first">${t('wallet.begin_first')}<//>`;
	}
	return html`
		${stored
			? html`
				<p role="status" data-testid="wallet-stored">${t('wallet.stored_text', { name: stored.name })}</p>
				<p>
					<${LinkButton} to=${`/wallet/items/${stored.id}`} icon="wallet2" testid="wallet-see">
						${t('wallet.see')}
					<//>
				</p>
			`
			: html`<${Button} icon="wallet2" busy=${action.busy} testid="wallet-store" onClick=${store}>
				${t('wallet.store_here')}
			<//>`}
		<${ErrorAlert} error=${action.error} />
	`;
}
