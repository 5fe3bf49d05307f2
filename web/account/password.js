// 密碼
import { html, useState } from '../vendor/preact.js';
import { put } from '../shared/api.js';
import { wrong } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Card, ErrorAlert, TextField, focusWrong, useAction } from '../shared/ui.js';

/** A new password, twice. value: {password, again}; `problem` is what the server said of it. */
export const NewPassword = ({ value, onChange, problem, differ }) => html`
	<${TextField}
		label=${t('password.new')}
		required
		type="password"
		value=${value.password}
		onInput=${(password) => onChange({ ...value, password })}
		hint=${t('password.hint')}
		error=${problem}
		autocomplete="new-password"
		maxLength="128"
		testid="password-new"
	/>
	<${TextField}
		label=${t('password.again')}
		required
		type="password"
		value=${value.again}
		onInput=${(again) => onChange({ ...value, again })}
		error=${differ && t('password.differ')}
		autocomplete="new-password"
		maxLength="128"
		testid="password-again"
	/>
`;

export const EMPTY = { password: '', again: '' };

export function PasswordCard({ me, reload }) {
	const [current, setCurrent] = useState('');
	const [fresh, setFresh] = useState(EMPTY);
	const [differ, setDiffer] = useState(false);
	const [done, setDone] = useState(false);
	const action = useAction();
	function submit(e) {
		e.preventDefault();
		setDone(false);
		setDiffer(fresh.password !== fresh.again);
		if (fresh.password !== fresh.again) return focusWrong();
		return action.run(async () => {
			try {
				await put('/account/password', { current, password: fresh.password });
			} catch (error) {
				focusWrong();
				throw error;
			}
			setCurrent('');
			setFresh(EMPTY);
			setDone(true);
			reload();
		});
	}
	return html`
		<${Card} title=${t('login.password')} headingId="password" testid="password">
			<form class="account-form" onSubmit=${submit} noValidate>
				<p class="quiet">
					${me.passwordAt ? t('password.since', { at: dateTime(me.passwordAt) }) : t('password.text')}
				</p>
				${done && html`<${Alert} kind="success">${t('password.done')}<//>`}
				<input type="text" autocomplete="username" value=${me.account} hidden readonly />
				<${TextField}
					label=${t('password.current')}
					required
					type="password"
					value=${current}
					onInput=${setCurrent}
					error=${wrong(action.error, 'current')}
					autocomplete="current-password"
					maxLength="256"
					testid="password-current"
				/>
				<${NewPassword}
					value=${fresh}
					onChange=${setFresh}
					problem=${wrong(action.error, 'password')}
					differ=${differ}
				/>
				<${ErrorAlert} error=${action.error?.field ? null : action.error} />
				<div class="account-foot">
					<${Button} type="submit" busy=${action.busy} testid="password-save">${t('password.save')}<//>
				</div>
			</form>
		<//>
	`;
}
