// 新增電子契約 STEP3: signing units, sealing staff, the notice; then it goes out.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get, post, put } from '../shared/api.js';
import { errorText, t } from '../shared/i18n.js';
import { Emails, OrganizationDialog, PeopleDialog } from './pickers.js';
import { go } from '../shared/router.js';
import { useLeaveGuard } from '../shared/leave.js';
import { StepPage, useDiscard } from './steps.js';
import {
	Alert, Button, Chips, ErrorAlert, Group, Loading, TextField, focusWrong, useAction, useLoad,
} from '../shared/ui.js';

const formOf = (c) => ({
	vendors: c.vendors,
	sealers: c.sealers,
	subject: c.subject,
	body: c.body,
	emails: c.emails,
});
const bodyOf = (f) => ({
	vendors: f.vendors.map((v) => v.id),
	sealers: f.sealers.map((s) => s.id),
	subject: f.subject.trim(),
	body: f.body.trim(),
	emails: f.emails,
});

function missing(form) {
	const errors = {};
	if (form.vendors.length === 0) errors.vendors = t('error.no_vendor');
	if (form.sealers.length === 0) errors.sealers = t('error.no_sealer');
	if (!form.subject.trim()) errors.subject = t('error.field_required');
	if (!form.body.trim()) errors.body = t('error.field_required');
	return errors;
}

function Parties({ form, set, errors }) {
	const [open, setOpen] = useState(null);
	const without = (list, item) => list.filter((x) => x.id !== item.id);
	return html`
		<section class="card" aria-labelledby="parties">
			<div class="card-head">
				<h2 id="parties">${t('signer.heading')}</h2>
			</div>
			<div class="card-body">
				<${Group} label=${t('signer.step1')} required error=${errors.vendors} hint=${t('signer.hint')}>
					<${Chips}
						items=${form.vendors}
						testid="vendor-chip"
						onRemove=${(v) => set('vendors')(without(form.vendors, v))}
					>
						<${Button} kind="add" icon="plus-lg" testid="vendor-add" onClick=${() => setOpen('vendor')}>
							${t('signer.choose_unit')}
						<//>
					<//>
				<//>
				<${Group} label=${t('signer.step2')} required error=${errors.sealers}>
					<${Chips}
						items=${form.sealers}
						testid="sealer-chip"
						onRemove=${(s) => set('sealers')(without(form.sealers, s))}
					>
						<${Button} kind="add" icon="plus-lg" testid="sealer-add" onClick=${() => setOpen('sealer')}>
							${t('sealer.list')}
						<//>
					<//>
				<//>
				<p class="note note-warning" data-testid="no-sealer">
					<span aria-hidden="true">△</span> ${t('sealer.none_hint')}
				</p>
				${open === 'vendor' && html`
					<${OrganizationDialog}
						chosen=${form.vendors}
						onAdd=${(v) => set('vendors')([...form.vendors, v])}
						onClose=${() => setOpen(null)}
					/>
				`}
				${open === 'sealer' && html`
					<${PeopleDialog}
						title=${t('sealer.query')}
						role="sealer"
						testid="sealer-row"
						chosen=${form.sealers}
						onAdd=${(s) => set('sealers')([...form.sealers, s])}
						onClose=${() => setOpen(null)}
					/>
				`}
			</div>
		</section>
	`;
}

const Notice = ({ form, set, errors }) => html`
	<section class="card" aria-labelledby="notice">
		<div class="card-head">
			<h2 id="notice">${t('notice.title')}</h2>
		</div>
		<div class="card-body">
			<p class="note">${t('notice.hint')}</p>
			<${TextField}
				label=${t('notice.subject')}
				required
				value=${form.subject}
				onInput=${set('subject')}
				error=${errors.subject}
				maxLength="300"
				testid="notice-subject"
			/>
			<${TextField}
				label=${t('notice.body')}
				required
				rows="4"
				value=${form.body}
				onInput=${set('body')}
				error=${errors.body}
				maxLength="4000"
				testid="notice-body"
			/>
			<${Group} label=${t('notice.emails')} error=${errors.emails}>
				<${Emails} emails=${form.emails} onChange=${set('emails')} />
			<//>
		</div>
	</section>
`;

export function ContractSigners({ id }) {
	const contract = useLoad((signal) => get(`/contracts/${id}`, {}, signal), id);
	const [form, setForm] = useState(null);
	const [errors, setErrors] = useState({});
	const saving = useAction();
	const sending = useAction();
	const discard = useDiscard(id);
	const dirty = Boolean(
		form && contract.data && JSON.stringify(bodyOf(form)) !== JSON.stringify(bodyOf(formOf(contract.data))),
	);
	const guard = useLeaveGuard(dirty);
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));

	useEffect(() => {
		if (contract.data && !['draft', 'seal_failed'].includes(contract.data.state))
			go(`/contracts/${id}`, {}, { replace: true, force: true });
		else if (contract.data && form === null) setForm(formOf(contract.data));
	}, [contract.data]);

	const previous = () =>
		saving.run(async () => {
			if (dirty && form.subject.trim() && form.body.trim())
				await put(`/contracts/${id}/signers`, bodyOf(form));
			go(`/contracts/${id}/files`, {}, { force: true });
		});
	function send(e) {
		e.preventDefault();
		const bad = missing(form);
		setErrors(bad);
		if (Object.keys(bad).length > 0) {
			focusWrong();
			return;
		}
		sending.run(async () => {
			try {
				await put(`/contracts/${id}/signers`, bodyOf(form));
				const sent = await post(`/contracts/${id}/send`);
				go(`/contracts/${id}`, { sent: sent.messageNumber }, { force: true });
			} catch (error) {
				if (['vendors', 'sealers', 'subject', 'body', 'emails'].includes(error.field))
					setErrors({ [error.field]: errorText(error) });
				throw error;
			}
		});
	}
	return html`
		<${StepPage} step=${2} intro=${t('wizard.intro3')}>
			<${ErrorAlert} error=${contract.error} retry=${contract.reload} />
			${contract.data?.state === 'seal_failed' && html`
				<${Alert} kind="warning" title=${t('state.seal_failed')}>
					${t('wizard.seal_failed')}
				<//>
			`}
			${!form ? (
				!contract.error && html`<${Loading} />`
			) : html`
				<form onSubmit=${send} noValidate>
					<${Parties} form=${form} set=${set} errors=${errors} />
					<${Notice} form=${form} set=${set} errors=${errors} />
					<${ErrorAlert} error=${sending.error ?? saving.error} />
					<div class="form-foot form-foot-free">
						<${Button} kind="danger-quiet" testid="discard" onClick=${discard.ask}>
							${t('discard')}
						<//>
						<span class="spring"></span>
						<${Button} testid="back" busy=${saving.busy} onClick=${previous}>
							${t('previous')}
						<//>
						<${Button} kind="primary" type="submit" icon="send" testid="send" busy=${sending.busy}>
							${t('send')}
						<//>
					</div>
				</form>
			`}
			${discard.dialog}
			${guard}
		<//>
	`;
}
