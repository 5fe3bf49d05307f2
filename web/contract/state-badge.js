// The state of a contract, as lists and pages show it.
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Badge } from '../shared/ui.js';
import { lookOf } from './states.js';

export function StateBadge({ state, testid }) {
	const { over, kind } = lookOf(state);
	return html`
		<span class="state" data-testid=${testid}>
			<${Badge} kind=${kind}>${t(over ? `state.${state}` : 'contract.open')}<//>
			${!over && html`<span class="quiet">${t(`state.${state}`)}</span>`}
		</span>
	`;
}
