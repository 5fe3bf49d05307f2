// 通知偏好: for each kind of event how to hear of it, and the hours without mail.
import { html, useState } from '../vendor/preact.js';
import { put } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Card, ErrorAlert, useAction } from '../shared/ui.js';
import { Choice } from './profile.js';

const EVENTS = ['task', 'returned', 'completed', 'reply', 'reminder'];
const CHANNELS = ['mail', 'digest', 'portal'];
const HOURS = Array.from({ length: 24 }, (_, hour) => [String(hour), `${String(hour).padStart(2, '0')}:00`]);

function Row({ event, value, onChange }) {
	return html`
		<fieldset class="notice-row" data-testid=${`notice-${event}`}>
			<legend>${t(`notify.${event}`)}</legend>
			${CHANNELS.map((channel) => html`
				<label class="choice" key=${channel}>
					<input
						type="radio"
						name=${`notice-${event}`}
						value=${channel}
						checked=${value === channel}
						data-testid=${`notice-${event}-${channel}`}
						onChange=${() => onChange(channel)}
					/>
					<span>${t(`channel.${channel}`)}</span>
				</label>
			`)}
		</fieldset>
	`;
}

export function NoticesCard({ me, setMe }) {
	const [form, setForm] = useState(me.notices);
	const [done, setDone] = useState(false);
	const action = useAction();
	const quiet = form.quietFrom !== null;
	const set = (more) => {
		setDone(false);
		setForm((f) => ({ ...f, ...more }));
	};
	function save(e) {
		e.preventDefault();
		action.run(async () => {
			const after = await put('/account/notices', form);
			setMe(after);
			setForm(after.notices);
			setDone(true);
		});
	}
	return html`
		<${Card} title=${t('notify.title')} headingId="notices" testid="notices">
			<form class="account-form" onSubmit=${save}>
				<p class="quiet">${t('notify.text')}</p>
				${EVENTS.map((event) => html`
					<${Row} key=${event} event=${event} value=${form[event]} onChange=${(c) => set({ [event]: c })} />
				`)}
				<label class="choice">
					<input
						type="checkbox"
						checked=${quiet}
						data-testid="quiet"
						onChange=${() =>
							set(quiet ? { quietFrom: null, quietTo: null } : { quietFrom: 19, quietTo: 7 })}
					/>
					<span>${t('notify.quiet')}</span>
				</label>
				${quiet && html`
					<div class="form-grid">
						<${Choice}
							label=${t('notify.from')}
							value=${String(form.quietFrom)}
							options=${HOURS}
							onChange=${(hour) => set({ quietFrom: Number(hour) })}
							testid="quiet-from"
						/>
						<${Choice}
							label=${t('notify.to')}
							value=${String(form.quietTo)}
							options=${HOURS}
							onChange=${(hour) => set({ quietTo: Number(hour) })}
							testid="quiet-to"
						/>
					</div>
				`}
				<${ErrorAlert} error=${action.error} />
				${done && html`<${Alert} kind="success">${t('account.saved')}<//>`}
				<div class="account-foot">
					<${Button} type="submit" busy=${action.busy} testid="notices-save">${t('account.save')}<//>
				</div>
			</form>
		<//>
	`;
}
