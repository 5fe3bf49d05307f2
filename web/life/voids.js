// 作廢確認: what waits for a second person; officers and the agency's administrators.
import { html, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Button, DataTable, EmptyState, ErrorAlert, Loading, Page, useLoad } from '../shared/ui.js';
import { ConfirmVoidDialog } from './dialogs.js';

export function Voids() {
	const list = useLoad((signal) => get('/voids', {}, signal), 'voids');
	const [chosen, setChosen] = useState(null);
	const columns = [
		{ text: t('contract.number'), cell: (r) => r.number },
		{ text: t('contract.title'), cell: (r) => r.title },
		{ text: t('life.void_reason'), cell: (r) => html`<span class="lines">${r.reason}</span>` },
		{ text: t('voids.by'), cell: (r) => r.by },
		{ text: t('voids.at'), class: 'figure', cell: (r) => dateTime(r.at) },
		{
			text: t('life.void_confirm'),
			cell: (r) => r.mine
				? html`<span class="quiet">${t('voids.mine')}</span>`
				: html`
					<${Button} kind="danger" testid="void-confirm" onClick=${() => setChosen(r)}>
						${t('life.void_confirm')}
					<//>
				`,
		},
	];
	return html`
		<${Page} title=${t('voids.title')} trail=${[{ text: t('voids.title'), now: true }]} intro=${t('voids.intro')}>
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			${!list.data
				? list.loading && html`<${Loading} />`
				: list.data.items.length === 0
					? html`<${EmptyState} title=${t('voids.none')} />`
					: html`
						<${DataTable}
							caption=${t('voids.title')}
							columns=${columns}
							rows=${list.data.items}
							testid="void-row"
						/>
					`}
			${chosen && html`
				<${ConfirmVoidDialog}
					id=${chosen.id}
					number=${chosen.number}
					onClose=${() => setChosen(null)}
					onDone=${() => {
						setChosen(null);
						list.reload();
					}}
				/>
			`}
		<//>
	`;
}
