// What the pages of administration share.
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Badge, Field } from '../shared/ui.js';

/** Roles that a second administrator has to agree to, and where each may be given. */
export const ROLES = {
	agency: ['officer', 'sealer', 'registry', 'agency_admin'],
	platform: ['platform_admin', 'auditor'],
};
export const NEEDS_SECOND = ['sealer', 'registry', 'agency_admin', 'platform_admin', 'auditor'];
/** Who may begin: an agency's sealers are its own administrators' business. */
export const mayAsk = (session, role) =>
	session.member.roles.includes('agency_admin')
		? ROLES.agency.includes(role)
		: ['agency_admin', 'platform_admin', 'auditor'].includes(role);

export const RoleBadges = ({ roles }) => html`
	<span class="role-badges">
		${roles.map((role) => html`
			<${Badge} key=${role} kind=${NEEDS_SECOND.includes(role) ? 'info' : 'neutral'}>${t(`role.${role}`)}<//>
		`)}
		${roles.length === 0 && html`<span class="quiet">${t('admin.no_role')}</span>`}
	</span>
`;

/** choices: [[value, text]]. */
export const Select = ({ label, value, onChange, choices, testid, required, error, hint }) => html`
	<${Field} label=${label} required=${required} error=${error} hint=${hint}>
		${(a) => html`
			<select ...${a} data-testid=${testid} onChange=${(e) => onChange(e.target.value)}>
				${choices.map(([word, text]) => html`
					<option key=${word} value=${word} selected=${word === value}>${text}</option>
				`)}
			</select>
		`}
	<//>
`;

/** A title and what stands under it, as a definition list. */
export const Facts = ({ items, testid }) => html`
	<dl class="facts" data-testid=${testid}>
		${items.map(([name, value]) => html`
			<dt>${name}</dt>
			<dd>${value || '—'}</dd>
		`)}
	</dl>
`;
