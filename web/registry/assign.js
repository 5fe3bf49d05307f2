// 分派: who seals a contract from now on.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { FormDialog } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { Alert, ErrorAlert, Loading, useLoad } from '../shared/ui.js';

/** @param {{ c: any, onDone: () => void, onClose: () => void }} props */
export function AssignDialog({ c, onDone, onClose }) {
	const people = useLoad((signal) => get('/registry/people', {}, signal), 'people');
	const done = c.sealers.filter((s) => s.signedAt).map((s) => s.id);
	const now = c.sealers.filter((s) => s.lives && !s.deputyFor).map((s) => s.id);
	const [chosen, setChosen] = useState(() => new Set(now));
	function tick(id, on) {
		const next = new Set(chosen);
		if (on) next.add(id);
		else next.delete(id);
		setChosen(next);
	}
	async function submit() {
		await post(`/registry/${c.id}/assign`, { sealers: [...chosen] });
		onDone();
	}
	return html`
		<${FormDialog}
			title=${t('registry.assign')}
			text=${t('registry.assign_text', { n: c.sealNeeded })}
			ok=${t('registry.assign_do')}
			submit=${submit}
			onClose=${onClose}
		>
			${(error) => html`
				<${ErrorAlert} error=${people.error} retry=${people.reload} />
				${!people.data ? html`<${Loading} />` : html`
					<fieldset class="assign-people">
						<legend>${t('registry.people')}</legend>
						${people.data.items.map((p) => html`
							<label class="choice" key=${p.id} data-testid="assign-person">
								<input
									type="checkbox"
									checked=${chosen.has(p.id) || done.includes(p.id)}
									disabled=${done.includes(p.id)}
									onChange=${(e) => tick(p.id, e.target.checked)}
								/>
								<span>
									${p.name} <span class="quiet">${p.account}　${p.unit ?? ''}</span>
									${done.includes(p.id) && html`
										<span class="quiet">${t('registry.has_sealed')}</span>
									`}
								</span>
							</label>
						`)}
					</fieldset>
				`}
				${error?.field === 'sealers' && html`
					<${Alert} kind="error">${t('registry.too_few', { n: c.sealNeeded })}<//>
				`}
			`}
		<//>
	`;
}
