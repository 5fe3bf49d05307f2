// 退回: whom a message asks for a signature gives the contract back, with a reason.
import { html, useState } from '../vendor/preact.js';
import { isStopped } from '../contract/states.js';
import { post } from '../shared/api.js';
import { FormDialog } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Field, TextField } from '../shared/ui.js';

const REASONS = ['content', 'amount', 'party', 'attachment', 'authority', 'other'];

function ReturnDialog({ id, onDone, onClose }) {
	const [reason, setReason] = useState('');
	const [text, setText] = useState('');
	const [missing, setMissing] = useState(false);
	function choose(e) {
		setReason(e.target.value);
		setMissing(false);
	}
	async function submit() {
		setMissing(!reason);
		if (!reason) return;
		onDone(await post(`/messages/${id}/return`, text.trim() ? { reason, text: text.trim() } : { reason }));
	}
	return html`
		<${FormDialog}
			danger
			title=${t('life.return_title')}
			text=${t('life.return_text')}
			ok=${t('life.return_do')}
			submit=${submit}
			onClose=${onClose}
		>
			${(error) => html`
				<${Field}
					label=${t('life.return_reason')}
					required
					error=${(missing && t('error.field_required')) || (error?.field === 'reason' && error.message)}
				>
					${(a) => html`
						<select ...${a} data-testid="return-reason" onChange=${choose}>
							<option value="" selected=${!reason}>${t('please_choose')}</option>
							${REASONS.map((r) => html`
								<option key=${r} value=${r} selected=${r === reason}>${t(`reason.${r}`)}</option>
							`)}
						</select>
					`}
				<//>
				<${TextField}
					label=${t('life.return_more')}
					required=${reason === 'other'}
					rows="3"
					maxLength="2000"
					value=${text}
					onInput=${setText}
					error=${error?.field === 'text' && error.message}
					testid="return-text"
				/>
			`}
		<//>
	`;
}

/** The button beside 回訊. onReturned({messageNumber, contractState}). */
export function ReturnButton({ id, onReturned }) {
	const [open, setOpen] = useState(false);
	return html`
		<${Button} icon="arrow-return-left" testid="return-open" onClick=${() => setOpen(true)}>
			${t('life.return')}
		<//>
		${open && html`
			<${ReturnDialog}
				id=${id}
				onClose=${() => setOpen(false)}
				onDone=${(answer) => {
					setOpen(false);
					onReturned(answer);
				}}
			/>
		`}
	`;
}

/** What a message's reader has to know of its contract: that it goes no further. */
export const ContractStanding = ({ state }) =>
	isStopped({ state }) &&
	html`
		<div data-testid="contract-standing" data-state=${state}>
			<${Alert} kind="warning">${t(`life.told_${state}`)}<//>
		</div>
	`;
