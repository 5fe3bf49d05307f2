// The forms behind the buttons of 契約處理. Each says what it will do, and does it.
import { html, useState } from '../vendor/preact.js';
import { post, put } from '../shared/api.js';
import { FormDialog, ReasonField, wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { Field, TextField } from '../shared/ui.js';

export const ReviseDialog = ({ id, onDone, onClose }) => html`
	<${FormDialog}
		title=${t('life.revise')}
		text=${t('life.revise_text')}
		ok=${t('life.revise')}
		submit=${async () => onDone(await post(`/contracts/${id}/revise`, {}))}
		onClose=${onClose}
	/>
`;

export function VoidDialog({ id, onDone, onClose }) {
	const [reason, setReason] = useState('');
	return html`
		<${FormDialog}
			danger
			title=${t('life.void')}
			text=${t('life.void_text')}
			ok=${t('life.void_do')}
			submit=${async () => onDone(await post(`/contracts/${id}/void`, { reason: reason.trim() }))}
			onClose=${onClose}
		>
			${(error) => html`
				<${ReasonField}
					label=${t('life.void_reason')}
					maxLength="2000"
					value=${reason}
					onInput=${setReason}
					error=${error}
					testid="void-reason"
				/>
			`}
		<//>
	`;
}

export const ConfirmVoidDialog = ({ id, number, onDone, onClose }) => html`
	<${FormDialog}
		danger
		title=${t('life.void_confirm')}
		text=${t('life.void_confirm_text', { number })}
		ok=${t('life.void_confirm')}
		submit=${async () => onDone(await post(`/contracts/${id}/void/confirm`, {}))}
		onClose=${onClose}
	/>
`;

export function DeadlineDialog({ contract, onDone, onClose }) {
	const [date, setDate] = useState(contract.deadline ?? '');
	const [hard, setHard] = useState(contract.deadlineHard);
	const body = () => (date ? { date, hard } : { hard: false });
	return html`
		<${FormDialog}
			title=${t('life.set_deadline')}
			ok=${t('life.save')}
			submit=${async () => onDone(await put(`/contracts/${contract.id}/deadline`, body()))}
			onClose=${onClose}
		>
			${(error) => html`
				<${Field} label=${t('life.date')} hint=${t('life.date_hint')} error=${wrong(error, 'date')}>
					${(a) => html`
						<input
							...${a}
							type="date"
							value=${date}
							data-testid="deadline-date"
							onInput=${(e) => setDate(e.target.value)}
						/>
					`}
				<//>
				<label class="choice">
					<input
						type="checkbox"
						checked=${hard}
						data-testid="deadline-hard"
						onChange=${(e) => setHard(e.target.checked)}
					/>
					${t('life.hard')}
				</label>
			`}
		<//>
	`;
}

export function ResendDialog({ contract, onDone, onClose }) {
	const [email, setEmail] = useState('');
	const [instead, setInstead] = useState(contract.emails[0] ?? '');
	const body = () => (instead ? { email: email.trim(), instead } : { email: email.trim() });
	return html`
		<${FormDialog}
			title=${t('life.resend')}
			text=${t('life.resend_text')}
			ok=${t('life.resend_do')}
			submit=${async () => onDone(await post(`/contracts/${contract.id}/resend`, body()))}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('life.resend_email')}
					required
					type="email"
					value=${email}
					onInput=${setEmail}
					error=${wrong(error, 'email')}
					testid="resend-email"
				/>
				${contract.emails.length > 0 && html`
					<${Field} label=${t('life.resend_instead')}>
						${(a) => html`
							<select
								...${a}
								data-testid="resend-instead"
								onChange=${(e) => setInstead(e.target.value)}
							>
								${[...contract.emails, ''].map((x) => html`
									<option key=${x} value=${x} selected=${x === instead}>
										${x || t('life.resend_add')}
									</option>
								`)}
							</select>
						`}
					<//>
				`}
			`}
		<//>
	`;
}

/** amend: a 契約變更 instead of a copy. onDone({id}). */
export function CopyDialog({ contract, amend, onDone, onClose }) {
	const [number, setNumber] = useState('');
	const [title, setTitle] = useState(amend ? t('life.amend_title', { title: contract.title }) : contract.title);
	const body = () => ({ number: number.trim(), title: title.trim(), amend });
	return html`
		<${FormDialog}
			title=${t(amend ? 'life.amend' : 'life.copy')}
			text=${t(amend ? 'life.amend_text' : 'life.copy_text')}
			ok=${t('life.create')}
			submit=${async () => onDone(await post(`/contracts/${contract.id}/copy`, body()))}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('contract.number')}
					required
					maxLength="50"
					value=${number}
					onInput=${setNumber}
					error=${wrong(error, 'number')}
					testid="copy-number"
				/>
				<${TextField}
					label=${t('contract.title')}
					required
					maxLength="100"
					value=${title}
					onInput=${setTitle}
					error=${wrong(error, 'title')}
					testid="copy-title"
				/>
			`}
		<//>
	`;
}

/** 另存為範本 */
export function TemplateDialog({ contract, onDone, onClose }) {
	const [name, setName] = useState(contract.title);
	return html`
		<${FormDialog}
			title=${t('template.save_as')}
			text=${t('template.save_as_text')}
			ok=${t('template.save')}
			submit=${async () => onDone(await post(`/contracts/${contract.id}/template`, { name: name.trim() }))}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('template.name')}
					required
					maxLength="100"
					value=${name}
					onInput=${setName}
					error=${wrong(error, 'name')}
					testid="template-name"
				/>
			`}
		<//>
	`;
}
