// 電子圖章設定: the seal pictures of one's agency or company.
import { html } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import {
	Badge, Card, DataTable, EmptyState, ErrorAlert, LinkButton, Loading, Page, Pager, useLoad,
} from '../shared/ui.js';
import { Picture, SealState, periodText, pictureUrl, sizeText } from './parts.js';

const columns = () => [
	{
		text: t('seal.picture'),
		class: 'narrow',
		cell: (s) => html`
			<${Picture} src=${pictureUrl(s.id, s.shown)} name=${t('seal.picture_of', { name: s.name })} />
		`,
	},
	{
		text: t('seal.name'),
		cell: (s) => html`<a href=${href(`/seals/${s.id}`)} data-testid="seal-link">${s.name}</a>`,
	},
	{ text: t('seal.kind'), cell: (s) => t(`seal.kind.${s.kind}`) },
	{ text: t('seal.unit'), cell: (s) => s.unit?.name ?? t('seal.everybody') },
	{ text: t('seal.size'), class: 'figure', cell: sizeText },
	{ text: t('seal.valid'), class: 'figure', cell: (s) => periodText(s.from, s.until) },
	{
		text: t('seal.state'),
		cell: (s) => html`
			<${SealState} state=${s.state} />
			${s.proposed > 0 && s.version > 0 && html`
				${' '}<${Badge} kind="warn" testid="seal-proposed">${t('seal.next_waits', { n: s.proposed })}<//>
			`}
		`,
	},
	{ text: t('seal.version'), class: 'figure', cell: (s) => s.version || '—' },
];

export function Seals({ query }) {
	const page = Number(query.page) || 1;
	const list = useLoad((signal) => get('/seals', { page, size: 10 }, signal), page);
	return html`
		<${Page}
			title=${t('menu.seals')}
			intro=${t('seal.intro')}
			trail=${[{ text: t('menu.settings') }, { text: t('menu.seals'), now: true }]}
		>
			<${Card}
				title=${t('seal.list')}
				headingId="seals"
				actions=${html`
					<${LinkButton} to="/seals/new" kind="primary" icon="plus-lg" testid="seal-add">${t('seal.new')}<//>
				`}
			>
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!list.data ? (
					list.loading && html`<${Loading} />`
				) : list.data.total === 0 ? html`
					<${EmptyState} icon="award" title=${t('seal.none')}>
						<p>${t('seal.none_hint')}</p>
					<//>
				` : html`
					<${DataTable}
						caption=${t('seal.list')}
						columns=${columns()}
						rows=${list.data.items}
						testid="seal-row"
					/>
					<${Pager} ...${list.data} onPage=${(p) => go('/seals', { page: p })} />
				`}
			<//>
		<//>
	`;
}
