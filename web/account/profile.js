// 基本資料 and 電子郵件.
import { html, useContext, useState } from '../vendor/preact.js';
import { post, put } from '../shared/api.js';
import { wrong } from '../shared/form-dialog.js';
import { setYears } from '../shared/format.js';
import { setLanguage, t } from '../shared/i18n.js';
import {
	Alert, Button, Card, ErrorAlert, Field, Session, TextField, useAction,
} from '../shared/ui.js';
import { useProven } from './proof.js';

export const Choice = ({ label, value, options, onChange, testid, hint }) => html`
	<${Field} label=${label} hint=${hint}>
		${(a) => html`
			<select ...${a} value=${value} data-testid=${testid} onChange=${(e) => onChange(e.target.value)}>
				${options.map(([id, text]) => html`<option value=${id} selected=${id === value}>${text}</option>`)}
			</select>
		`}
	<//>
`;

export function ProfileCard({ me, setMe }) {
	const session = useContext(Session);
	const [form, setForm] = useState({ name: me.name, phone: me.phone, language: me.language, years: me.years });
	const action = useAction();
	const set = (key) => (value) => setForm((f) => ({ ...f, [key]: value }));
	function save(e) {
		e.preventDefault();
		action.run(async () => {
			const after = await put('/account', { ...form, name: form.name.trim(), version: me.version });
			setYears(after.years);
			if (after.language !== me.language) setLanguage(after.language);
			setMe(after);
			session.refresh();
		});
	}
	return html`
		<${Card} title=${t('account.profile')} headingId="profile" testid="profile">
			<form class="account-form" onSubmit=${save} noValidate>
				<dl class="facts">
					<dt>${t('login.account')}</dt>
					<dd>${me.account}</dd>
					<dt>${t('account.organization')}</dt>
					<dd>${session.member.organization.name} ${session.member.unit?.name}</dd>
					<dt>${t('account.roles')}</dt>
					<dd>${session.member.roles.map((r) => t(`role.${r}`)).join(t('comma')) || '—'}</dd>
				</dl>
				<div class="form-grid">
					<${TextField}
						label=${t('account.name')}
						required
						value=${form.name}
						onInput=${set('name')}
						error=${wrong(action.error, 'name')}
						maxLength="50"
						autocomplete="name"
						testid="account-name"
					/>
					<${TextField}
						label=${t('account.phone')}
						value=${form.phone}
						onInput=${set('phone')}
						error=${wrong(action.error, 'phone')}
						hint=${t('account.phone_hint')}
						type="tel"
						maxLength="30"
						autocomplete="tel"
						testid="account-phone"
					/>
					<${Choice}
						label=${t('account.language')}
						value=${form.language}
						options=${[['zh', '中文'], ['en', 'English']]}
						onChange=${set('language')}
						testid="account-language"
					/>
					<${Choice}
						label=${t('account.years')}
						value=${form.years}
						options=${[['common', t('account.years_common')], ['minguo', t('account.years_minguo')]]}
						onChange=${set('years')}
						testid="account-years"
					/>
				</div>
				<${ErrorAlert} error=${action.error?.field ? null : action.error} />
				<div class="account-foot">
					<${Button} type="submit" kind="primary" busy=${action.busy} testid="profile-save">
						${t('account.save')}
					<//>
				</div>
			</form>
		<//>
	`;
}

export function EmailCard({ me, reload }) {
	const [email, setEmail] = useState('');
	const [sent, setSent] = useState(null);
	const action = useProven();
	function submit(e) {
		e.preventDefault();
		action.run(async () => {
			await post('/account/email', { email: email.trim() });
			setSent(email.trim());
			setEmail('');
			reload();
		});
	}
	return html`
		<${Card} title=${t('account.email')} headingId="email" testid="email">
			<form class="account-form" onSubmit=${submit} noValidate>
				<dl class="facts">
					<dt>${t('account.email_now')}</dt>
					<dd data-testid="email-now">${me.email}</dd>
				</dl>
				${(sent || me.pendingEmail) && html`
					<${Alert} kind="info">${t('account.email_pending', { email: sent ?? me.pendingEmail })}<//>
				`}
				<${TextField}
					label=${t('account.email_new')}
					required
					type="email"
					value=${email}
					onInput=${setEmail}
					error=${wrong(action.error, 'email')}
					hint=${t('account.email_hint')}
					maxLength="254"
					autocomplete="email"
					testid="email-new"
				/>
				<${ErrorAlert} error=${action.error?.field ? null : action.error} />
				<div class="account-foot">
					<${Button} type="submit" busy=${action.busy} testid="email-save">${t('account.email_send')}<//>
				</div>
			</form>
			${action.dialog}
		<//>
	`;
}
