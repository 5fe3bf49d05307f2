// 信任清單: whom the platform trusts, with what the competent authority says of each.
import { html } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { date } from '../shared/format.js';
import { getLanguage, t } from '../shared/i18n.js';
import { Alert, Badge, Card, DataTable, ErrorAlert, Loading, Page, useLoad } from '../shared/ui.js';

const DAY = 86400000;

const daysLeft = (a) => Math.floor((Date.parse(a.notAfter) - Date.now()) / DAY);

function Approval({ approved }) {
	if (!approved) return html`<${Badge}>${t('trust.not_approved')}<//>`;
	const until = approved.until ?? t('trust.no_end');
	return html`
		<div>
			<${Badge} kind=${approved.inForce ? 'good' : 'warn'}>
				${t(approved.inForce ? 'trust.in_force' : 'trust.not_in_force')}
			<//>
			<div>${getLanguage() === 'en' ? approved.nameEn : approved.nameZh}</div>
			<div>${approved.number}</div>
			<div class="quiet figure">${approved.from} – ${until}</div>
			${approved.statement && html`
				<a href=${approved.statement} target="_blank" rel="noopener noreferrer">${t('trust.statement')}</a>
			`}
		</div>
	`;
}

const columns = () => [
	{
		text: t('trust.authority'),
		class: 'trust-what',
		cell: (a) => html`
			<div>
				<strong>${a.name}</strong>
				<div class="quiet">${a.subject}</div>
				<details>
					<summary>${t('trust.details')}</summary>
					<div class="quiet">${t('platform.issuer')}：${a.issuer}</div>
					<div class="quiet">${t('platform.key')}：${a.keyType}</div>
					<div class="quiet audit-code">${t('platform.serial')}：${a.serial}</div>
					<div class="quiet audit-code">SHA-256：${a.sha256}</div>
				</details>
			</div>
		`,
	},
	{
		text: t('trust.valid'),
		class: 'figure',
		cell: (a) => html`
			<div>
				${date(a.notBefore)} – ${date(a.notAfter)}
				${daysLeft(a) < 180 && html`
					<div>
						<${Badge} kind=${daysLeft(a) < 0 ? 'bad' : 'warn'}>
							${t(daysLeft(a) < 0 ? 'trust.over' : 'trust.ends', { n: daysLeft(a) })}
						<//>
					</div>
				`}
			</div>
		`,
	},
	{ text: t('trust.approval'), class: 'trust-approval', cell: (a) => html`<${Approval} approved=${a.approved} />` },
];

export function Trust() {
	const load = useLoad((signal) => get('/admin/trust', {}, signal), 'trust');
	const d = load.data;
	return html`
		<${Page}
			title=${t('menu.trust')}
			intro=${t('trust.intro')}
			trail=${[{ text: t('menu.platform_group') }, { text: t('menu.trust'), now: true }]}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${!d ? load.loading && html`<${Loading} />` : html`
				${!d.table && html`<${Alert} kind="warning" title=${t('trust.no_table')}>${t('trust.no_table_do')}<//>`}
				${['anchor', 'intermediate'].map((kind) => html`
					<${Card} key=${kind} title=${t(`trust.${kind}`)} headingId=${`trust-${kind}`}>
						<${DataTable}
							caption=${t(`trust.${kind}`)}
							columns=${columns()}
							rows=${d.items.filter((a) => a.kind === kind)}
							rowKey=${(a) => a.sha256}
							testid="trust-row"
						/>
					<//>
				`)}
				<p class="note">${t('trust.source', { dir: d.source })}</p>
			`}
		<//>
	`;
}
