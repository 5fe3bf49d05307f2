// 新增電子契約 STEP1: also reopens a draft (id).
import { html, useContext, useEffect, useState } from '../vendor/preact.js';
import { get, post, put } from '../shared/api.js';
import { BasicsFields, EMPTY, Fixed, bodyOf, fieldErrors, formOf, missing } from './contract-form.js';
import { errorText, t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import { useLeaveGuard } from '../shared/leave.js';
import { StepPage, useDiscard } from './steps.js';
import { unitName } from '../shared/format.js';
import { Button, ErrorAlert, Loading, Session, focusWrong, useAction, useLoad } from '../shared/ui.js';

const NEW = { version: 0, id: null };

export function ContractBasics({ id }) {
	const { member } = useContext(Session);
	const draft = useLoad(
		(signal) => (id ? get(`/contracts/${id}`, {}, signal) : Promise.resolve(NEW)),
		id ?? 'new',
	);
	const [form, setForm] = useState(null);
	const [errors, setErrors] = useState({});
	const action = useAction();
	const discard = useDiscard(id);
	const stored = draft.data && (draft.data.id ? formOf(draft.data) : EMPTY);
	const dirty = Boolean(form && stored && JSON.stringify(bodyOf(form)) !== JSON.stringify(bodyOf(stored)));
	const guard = useLeaveGuard(dirty);

	useEffect(() => {
		if (draft.data?.id && !['draft', 'seal_failed'].includes(draft.data.state))
			go(`/contracts/${id}`, {}, { replace: true, force: true });
		else if (draft.data && form === null) setForm(stored);
	}, [draft.data]);

	async function save() {
		const body = bodyOf(form);
		if (id && !dirty) return id;
		if (id) {
			await put(`/contracts/${id}`, { ...body, version: draft.data.version });
			return id;
		}
		return (await post('/contracts', body)).id;
	}
	function next(e) {
		e.preventDefault();
		const bad = missing(form);
		setErrors(bad);
		if (Object.keys(bad).length > 0) {
			focusWrong();
			return;
		}
		action.run(async () => {
			try {
				go(`/contracts/${await save()}/files`, {}, { force: true });
			} catch (error) {
				const fields = fieldErrors(error, errorText(error));
				setErrors(fields);
				if (Object.keys(fields).length === 0) throw error;
				focusWrong();
			}
		});
	}
	const handler = draft.data?.handler?.name ?? member.name;
	const handlingUnit = draft.data?.handlingUnit ?? member.unit;
	return html`
		<${StepPage} step=${0} intro=${t('wizard.intro1')}>
			<${ErrorAlert} error=${draft.error} retry=${draft.reload} />
			${!form ? (
				!draft.error && html`<${Loading} />`
			) : html`
				<form class="card" onSubmit=${next} noValidate>
					<div class="card-body">
						<p class="required-note">
							<span class="required" aria-hidden="true">
								*
							</span>
							${t('required_note')}
						</p>
						<${BasicsFields} form=${form} onChange=${setForm} errors=${errors} />
						<div class="form-grid">
							<${Fixed}
								label=${t('contract.handling_unit')}
								value=${handlingUnit ? unitName(handlingUnit) : member.organization.name}
								testid="handling-unit"
							/>
							<${Fixed} label=${t('contract.handler')} value=${handler} testid="handler" />
						</div>
						<${ErrorAlert}
							error=${action.error}
							retry=${action.error?.code === 'conflict'
									? () => {
											setForm(null);
											action.setError(null);
											draft.reload();
										}
									: null}
						/>
					</div>
					<div class="form-foot">
						<${Button} kind="danger-quiet" testid="discard" onClick=${discard.ask}>
							${t('discard')}
						<//>
						<span class="spring"></span>
						<${Button}
							testid="clear"
							onClick=${() => {
								setForm(EMPTY);
								setErrors({});
							}}
						>
							${t('clear')}
						<//>
						<${Button} kind="primary" type="submit" busy=${action.busy} testid="next">
							${t('next')}
						<//>
					</div>
				</form>
			`}
			${discard.dialog}
			${guard}
		<//>
	`;
}
