// 用印登記簿: one line a seal; on the screen, on paper, as CSV or XLSX, and as a sealed PDF.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { ExportButtons } from '../shared/export.js';
import { dateTime, documentName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Button, Card, DataTable, EmptyState, ErrorAlert, Field, Icon, Loading, Page, Pager, TextField, useLoad,
} from '../shared/ui.js';

const pad = (n) => String(n).padStart(2, '0');
/** The month that it is in Taipei: its first day and today. */
function thisMonth() {
	const now = new Date(Date.now() + 8 * 3600e3);
	const month = `${now.getUTCFullYear()}-${pad(now.getUTCMonth() + 1)}`;
	return { from: `${month}-01`, to: `${month}-${pad(now.getUTCDate())}` };
}

const numberOf = (b) => `${b.year}-${String(b.number).padStart(6, '0')}`;

const columnsOf = () => [
	{
		text: t('book.number'),
		class: 'figure',
		cell: (b) => html`${numberOf(b)}${b.agency && html`<div class="quiet">${b.agency}</div>`}`,
	},
	{ text: t('registry.sealed_at'), class: 'figure', cell: (b) => dateTime(b.sealedAt) },
	{
		text: t('book.contract'),
		class: 'main-cell',
		cell: (b) => html`
			<span class="book-line"><span class="strong">${b.contractNumber}</span> ${b.contractTitle}</span>
			<span class="book-line quiet">${documentName(b.documentName)} ${b.documentNumber}</span>
		`,
	},
	{ text: t('registry.vendors'), cell: (b) => b.vendors },
	{ text: t('book.pages'), class: 'figure', cell: (b) => b.pages },
	{ text: t('registry.sealer'), cell: (b) => b.sealer },
	{
		text: t('book.proof'),
		cell: (b) => html`
			<span class="book-line">${b.certificate}</span>
			<span class="book-line hash">${b.serial}</span>
			<span class="book-line hash">${b.sha256}</span>
		`,
	},
];

const exported = () => [
	[t('book.number'), (b) => [numberOf(b), b.agency].filter(Boolean).join(' ')],
	[t('registry.sealed_at'), (b) => dateTime(b.sealedAt)],
	[t('contract.number'), (b) => b.contractNumber],
	[t('contract.title'), (b) => b.contractTitle],
	[t('registry.vendors'), (b) => b.vendors],
	[t('book.document_number'), (b) => b.documentNumber],
	[t('book.document_name'), (b) => documentName(b.documentName)],
	[t('book.pages'), (b) => b.pages],
	[t('registry.sealer'), (b) => b.sealer],
	[t('registry.deputy_for'), (b) => b.deputyFor],
	[t('book.certificate'), (b) => b.certificate],
	[t('book.serial'), (b) => b.serial],
	['SHA-256', (b) => b.sha256],
];

function Filters({ stored }) {
	const people = useLoad((signal) => get('/registry/people', {}, signal), 'people');
	const [form, setForm] = useState(stored);
	useEffect(() => setForm(stored), [JSON.stringify(stored)]);
	const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
	const wrong = form.from > form.to;
	return html`
		<form
			class="filters"
			role="search"
			aria-label=${t('query')}
			onSubmit=${(e) => {
				e.preventDefault();
				if (!wrong && form.from && form.to) go('/registry/book', form);
			}}
		>
			<${TextField}
				type="date"
				label=${t('filter.from')}
				value=${form.from}
				onInput=${set('from')}
				testid="filter-from"
			/>
			<${TextField}
				type="date"
				label=${t('filter.to')}
				value=${form.to}
				onInput=${set('to')}
				testid="filter-to"
				error=${wrong && t('filter.wrong')}
			/>
			<${Field} label=${t('registry.sealer')}>
				${(a) => html`
					<select ...${a} data-testid="book-sealer" onChange=${(e) => set('sealer')(e.target.value)}>
						<option value="" selected=${!form.sealer}>${t('book.everybody')}</option>
						${(people.data?.items ?? []).map((p) => html`
							<option key=${p.id} value=${p.id} selected=${p.id === form.sealer}>
								${p.name} ${p.account}
							</option>
						`)}
					</select>
				`}
			<//>
			<div class="filter-buttons">
				<${Button} testid="filter-clear" onClick=${() => go('/registry/book')}>${t('clear')}<//>
				<${Button} kind="primary" type="submit" icon="search" testid="filter-submit">${t('query')}<//>
			</div>
		</form>
	`;
}

export function Book({ query }) {
	const month = thisMonth();
	const period = { from: query.from || month.from, to: query.to || month.to, sealer: query.sealer };
	const asked = { ...period, page: Number(query.page) || 1, size: 20 };
	const list = useLoad((signal) => get('/registry/book', asked, signal), JSON.stringify(asked));
	const { data } = list;
	const file = new URLSearchParams(Object.entries(period).filter(([, v]) => v));
	return html`
		<${Page}
			title=${t('book.title')}
			intro=${t('book.intro')}
			trail=${[{ text: t('menu.registry'), to: '/registry' }, { text: t('book.title'), now: true }]}
			actions=${html`
				<${Button} icon="printer" testid="book-print" onClick=${() => print()}>${t('book.print')}<//>
				<a class="button button-plain" href=${`/api/v1/registry/book/file?${file}`} data-testid="book-pdf">
					<${Icon} name="file-earmark-pdf" />
					<span>${t('book.pdf')}</span>
				</a>
			`}
		>
			<${Card}>
				<${Filters} stored=${{ ...period, sealer: period.sealer ?? '' }} />
				<${ErrorAlert} error=${list.error} retry=${list.reload} />
				${!data
					? list.loading && html`<${Loading} />`
					: data.total === 0
						? html`<${EmptyState} title=${t('book.none')} />`
						: html`
							<p class="book-period strong">
								${t('book.period', { from: period.from, to: period.to, n: data.total })}
							</p>
							<div class="list-tools">
								<${ExportButtons}
									name=${t('book.title')}
									api="/registry/book"
									query=${period}
									columns=${exported()}
								/>
							</div>
							<${DataTable}
								caption=${t('book.title')}
								columns=${columnsOf()}
								rows=${data.items}
								rowKey=${(b) => numberOf(b) + (b.agency ?? '')}
								testid="book-row"
							/>
							<${Pager} ...${data} onPage=${(page) => go('/registry/book', { ...query, page })} />
						`}
			<//>
		<//>
	`;
}
