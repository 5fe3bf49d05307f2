// 契約規則: what the agency's administrator sets for all contracts of the agency.
import { html, useState } from '../vendor/preact.js';
import { get, put } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Card, ErrorAlert, Loading, Page, useAction, useLoad } from '../shared/ui.js';

function Form({ rules }) {
	const [withhold, setWithhold] = useState(rules.withholdUnfinished);
	const [said, setSaid] = useState(false);
	const action = useAction();
	function save(e) {
		e.preventDefault();
		action.run(async () => {
			await put('/agency/rules', { withholdUnfinished: withhold });
			setSaid(true);
		});
	}
	return html`
		<form onSubmit=${save}>
			<${Card} title=${t('agency_rules.unfinished')} headingId="unfinished">
				<p class="note">${t('agency_rules.unfinished_text')}</p>
				<label class="choice">
					<input
						type="checkbox"
						checked=${withhold}
						data-testid="rule-withhold"
						onChange=${(e) => {
							setSaid(false);
							setWithhold(e.target.checked);
						}}
					/>
					<span>${t('agency_rules.withhold')}</span>
				</label>
				<p class="hint">${t('agency_rules.withhold_hint')}</p>
				<${ErrorAlert} error=${action.error} />
				${said && html`<${Alert} kind="success">${t('agency_rules.saved')}<//>`}
				<div class="life-actions">
					<${Button} kind="primary" type="submit" busy=${action.busy} testid="rules-save">
						${t('agency_rules.save')}
					<//>
				</div>
			<//>
		</form>
	`;
}

export function AgencyRules() {
	const rules = useLoad((signal) => get('/agency/rules', {}, signal), 'rules');
	return html`
		<${Page}
			title=${t('agency_rules.title')}
			trail=${[{ text: t('agency_rules.title'), now: true }]}
			intro=${t('agency_rules.intro')}
		>
			<${ErrorAlert} error=${rules.error} retry=${rules.reload} />
			${rules.data ? html`<${Form} rules=${rules.data} />` : !rules.error && html`<${Loading} />`}
		<//>
	`;
}
