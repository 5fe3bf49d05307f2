// One signature of a verified file: who, when, what it covers, and why it is worth what it is.
import { html } from '../vendor/preact.js';
import { date, dateTime, fileSize } from '../shared/format.js';
import { getLanguage, t } from '../shared/i18n.js';
import { Badge, Icon } from '../shared/ui.js';

const KIND = { valid: 'good', invalid: 'bad', indeterminate: 'warn', intact: 'warn' };

const Fact = ({ label, testid, children }) => html`
	<div class="fact">
		<dt>${label}</dt>
		<dd data-testid=${testid}>${children}</dd>
	</div>
`;

/** What the card says of its holder. */
function identityOf({ identity: i }) {
	if (!i) return '';
	const ubn = i.ubn && t('verify.ubn', { ubn: i.ubn }) + (i.ubnChecks ? '' : t('verify.ubn_wrong'));
	return [
		ubn,
		i.agencyOid && t('verify.agency', { oid: i.agencyOid }),
		i.lastDigits && t('verify.last_digits', { digits: i.lastDigits }),
		i.card && t(`verify.card_${i.card}`),
	].filter(Boolean).join(t('comma'));
}

function Time({ s }) {
	if (s.timestamp) return dateTime(s.claimedTime);
	return html`
		${s.claimedTime && html`<div>${t('verify.time_claimed', { time: dateTime(s.claimedTime) })}</div>`}
		${s.provenTime && html`<div>${t('verify.time_proven', { time: dateTime(s.provenTime) })}</div>`}
	`;
}

function statusOf({ state, source, thisUpdate, revokedAt }) {
	const values = { source: (source ?? '').toUpperCase(), time: dateTime(thisUpdate), at: dateTime(revokedAt) };
	return t(`verify.status_${state}`, values);
}

const methodOf = (a) =>
	t('verify.method_text', a) + (a.until ? t('verify.method_until', { date: date(a.until) }) : '');

/** Art. 6 of the act, with what it rests on. */
function Law({ presumption: p }) {
	const ca = p.authority;
	const english = getLanguage() === 'en';
	return html`
		<div class=${`law law-${p.result}`} data-testid="verify-law" data-result=${p.result}>
			<p class="strong with-icon">
				<${Icon} name=${p.result === 'presumed' ? 'bank' : 'dash-circle'} />
				${t(`verify.presumption.${p.result}`)}
			</p>
			${p.why && html`<p>${t(`verify.presumption_why.${p.why}`)}</p>`}
			${ca && p.result === 'presumed' && html`
				<dl class="verify-facts">
					<${Fact} label=${t('verify.authority')}>${english ? ca.nameEn : ca.nameZh}<//>
					<${Fact} label=${t('verify.approval')}>${ca.approval}<//>
					<${Fact} label=${t('verify.approved_days')}>
						${ca.from.replaceAll('-', '/')} – ${ca.until?.replaceAll('-', '/') ?? t('verify.no_end')}
					<//>
					${ca.statement && html`
						<${Fact} label=${t('verify.statement')}>
							<a href=${ca.statement} rel="noopener noreferrer" target="_blank">${ca.statement}</a>
						<//>
					`}
				</dl>
			`}
		</div>
	`;
}

const Certificate = ({ c }) => html`
	<li>
		<div>${c.subject}</div>
		<div class="quiet">
			${t('verify.serial')} <code>${c.serial}</code>${t('comma')}${c.key}${t('comma')}
			${t('verify.valid_days')} ${date(c.notBefore)} – ${date(c.notAfter)}
		</div>
	</li>
`;

const Details = ({ s }) => html`
	<details class="fold" data-testid="verify-details">
		<summary>${t('verify.details')}</summary>
		<dl class="verify-facts">
			<${Fact} label=${t('verify.indication')} testid="verify-indication">
				${[s.indication, s.subIndication].filter(Boolean).join(' / ')}
			<//>
			${s.algorithm?.signature && html`<${Fact} label=${t('verify.method')}>${methodOf(s.algorithm)}<//>`}
			<${Fact} label=${t('verify.sub_filter')}>${s.subFilter}<//>
			${s.name && html`<${Fact} label=${t('verify.said_name')}>${s.name}<//>`}
			${s.serial && html`<${Fact} label=${t('verify.serial')}><code>${s.serial}</code><//>`}
			${s.certificates.length > 0 && html`
				<${Fact} label=${t('verify.chain')}>
					<ol class="verify-chain">
						${s.certificates.map((c) => html`<${Certificate} key=${c.serial} c=${c} />`)}
					</ol>
				<//>
			`}
		</dl>
	</details>
`;

const formatOf = (s) => (s.subFilter === 'CAdES' ? 'CAdES' : 'PAdES');

const Facts = ({ s, identity }) => html`
	<dl class="verify-facts">
		${identity && html`<${Fact} label=${t('verify.identity')} testid="verify-identity">${identity}<//>`}
		<${Fact} label=${t(s.timestamp ? 'verify.time_stamp' : 'verify.time')} testid="verify-time">
			<${Time} s=${s} />
		<//>
		<${Fact} label=${t('verify.covers')} testid="verify-covers">
			${s.coversAll ? t('verify.covers_all') : t('verify.covers_part', { size: fileSize(s.coversBytes) })}
		<//>
		${s.reason && html`<${Fact} label=${t('verify.reason')}>${s.reason}<//>`}
		${!s.timestamp && html`
			${(s.level || s.verdict === 'valid') && html`
				<${Fact} label=${t('verify.level')} testid="verify-level">
					${t(s.level ? `verify.level_${s.level}` : 'verify.level_none', { format: formatOf(s) })}
				<//>
			`}
			${s.certification > 0 && html`
				<${Fact} label=${t('verify.certification')}>${t(`verify.certification_${s.certification}`)}<//>
			`}
			<${Fact} label=${t('verify.status')} testid="verify-status">${statusOf(s.revocation)}<//>
		`}
	</dl>
`;

/** @param {{ s: any, n: number }} props s: one of the report's signatures */
export const Signature = ({ s, n }) => html`
	<li class="verify-signature" data-testid="verify-signature" data-verdict=${s.verdict}>
		<div class="verify-signature-head">
			<span class="quiet">${t('verify.nth', { n })}</span>
			<h3>
				${s.timestamp && `${t('verify.document_timestamp')}${t('colon')}`}
				${s.signerName ?? t('verify.no_signer')}
			</h3>
			<${Badge} kind=${KIND[s.verdict]} testid="verify-badge">${t(`verify.indication.${s.indication}`)}<//>
		</div>
		${s.why && html`
			<p class=${`verify-why verify-why-${KIND[s.verdict]}`} data-testid="verify-why" data-why=${s.why}>
				${t(`verify.why.${s.why}`)}
			</p>
		`}
		<${Facts} s=${s} identity=${identityOf(s)} />
		${s.warnings.length > 0 && s.verdict !== 'invalid' && html`
			<ul class="verify-notes">
				${s.warnings.map((w) => html`
					<li key=${w} class="with-icon" data-testid="verify-note">
						<${Icon} name="info-circle" />
						${t(`verify.warning.${w}`)}
					</li>
				`)}
			</ul>
		`}
		${!s.timestamp && html`<${Law} presumption=${s.presumption} />`}
		<${Details} s=${s} />
	</li>
`;
