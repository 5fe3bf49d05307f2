// A dialog with a form.
import { html, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { t } from './i18n.js';
import { Button, Dialog, ErrorAlert, TextField, useAction } from './ui.js';

/**
 * Does a field show the error? Looked up in the form: one that no field shows must not get lost. Who writes goes
 * on in that field, and hears it there.
 */
function useShown(error) {
	const form = useRef(null);
	const [shown, setShown] = useState(null);
	useLayoutEffect(() => {
		const told = error?.field && form.current.querySelector('.field-error');
		if (told) form.current.querySelector('[aria-invalid="true"]')?.focus();
		setShown(told ? error : null);
	}, [error]);
	return { form, atField: shown !== null && shown === error };
}

/** What a field shows of the error. */
export const wrong = (error, field) => error?.field === field && error.message;

/** For `atField`: fields show the errors that name one. */
export const namesField = (error) => Boolean(error.field);

/**
 * What it does, its fields, its button. submit() does it.
 * children: the fields, or a function of the error that makes them. What a field shows is not told again below, and
 * an error is gone with the next key; atField(error): a field shows this one, where the form can't tell;
 * action: of useAction() or what is like it, where somebody else looks at it too; tag, okTag: of the test ids.
 */
export function FormDialog({
	title, text, ok, danger = false, wide = false, tag = 'life', okTag = tag, atField, action: given,
	submit, onClose, children,
}) {
	const own = useAction();
	const action = given ?? own;
	const shown = useShown(action.error);
	const told = atField ? Boolean(action.error && atField(action.error)) : shown.atField;
	const send = (e) => {
		e.preventDefault();
		action.run(submit);
	};
	// What is chosen is told by "change", which comes after "input": drawn anew between the two, a box that was
	// ticked would be as it was before.
	const unsay = (e) => {
		const chosen = e.target.matches('[type="checkbox"], [type="radio"], select');
		if (action.error && chosen === (e.type === 'change')) action.setError(null);
	};
	return html`
		<${Dialog} wide=${wide} title=${title} onClose=${() => !action.busy && onClose()}>
			<form
				class="dialog-form"
				ref=${shown.form}
				onSubmit=${send}
				onInput=${unsay}
				onChange=${unsay}
				noValidate
			>
				${text && html`<p>${text}</p>`}
				${typeof children === 'function' ? children(action.error) : children}
				<${ErrorAlert} error=${told ? null : action.error} />
				<div class="dialog-foot">
					<${Button} testid=${`${tag}-cancel`} disabled=${action.busy} onClick=${onClose}>${t('cancel')}<//>
					<${Button}
						type="submit"
						kind=${danger ? 'danger' : 'primary'}
						testid=${`${okTag}-ok`}
						busy=${action.busy}
					>
						${ok}
					<//>
				</div>
			</form>
			${action.dialog}
		<//>
	`;
}

/** Why somebody does it: has to be said, and the error names the field "reason". The rest is a TextField's. */
export const ReasonField = ({ error, ...rest }) => html`
	<${TextField} required rows="3" maxLength="500" error=${wrong(error, 'reason')} ...${rest} />
`;
