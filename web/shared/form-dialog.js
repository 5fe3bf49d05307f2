// A dialog with a form.
import { html } from '../vendor/preact.js';
import { t } from './i18n.js';
import { Button, Dialog, ErrorAlert, useAction } from './ui.js';

/** @type {(error: any) => boolean} */
const NOWHERE = () => false;

/** For `atField`: fields show the errors that name one. */
export const namesField = (error) => Boolean(error.field);

/**
 * What it does, its fields, its button. submit() does it.
 * children: the fields, or a function of the error that makes them; atField(error): a field shows this one;
 * action: of useAction() or what is like it, where somebody else looks at it too; tag, okTag: of the test ids.
 */
export function FormDialog({
	title, text, ok, danger = false, wide = false, tag = 'life', okTag = tag, atField = NOWHERE, action: given,
	submit, onClose, children,
}) {
	const own = useAction();
	const action = given ?? own;
	const send = (e) => {
		e.preventDefault();
		action.run(submit);
	};
	return html`
		<${Dialog} wide=${wide} title=${title} onClose=${() => !action.busy && onClose()}>
			<form class="dialog-form" onSubmit=${send} noValidate>
				${text && html`<p>${text}</p>`}
				${typeof children === 'function' ? children(action.error) : children}
				<${ErrorAlert} error=${action.error && atField(action.error) ? null : action.error} />
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
