// Units or people from a CSV file: what each line would change is shown before anything is changed.
import { html, useState } from '../vendor/preact.js';
import { post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Alert, Badge, Button, DataTable, Dialog, ErrorAlert, Field, useAction } from '../shared/ui.js';

const KIND = { create: 'good', change: 'warn', same: 'neutral' };

const columns = (what) => [
	{ text: t('import.line'), class: 'figure', cell: (r) => r.line },
	{ text: t(what === 'units' ? 'unit.code' : 'account'), cell: (r) => r.key ?? '—' },
	{
		text: t(what === 'units' ? 'unit.name' : 'member.name'),
		cell: (r) => html`${r.name ?? '—'}${r.email && html`<div class="quiet">${r.email}</div>`}`,
	},
	...(what === 'units' ? [] : [{ text: t('unit.code'), class: 'figure', cell: (r) => r.unit ?? '—' }]),
	{
		text: t('import.effect'),
		cell: (r) => r.error
			? html`<${Badge} kind="bad">${t(`import_error.${r.error}`)}<//>`
			: html`
				<${Badge} kind=${KIND[r.action]}>${t(`import.${r.action}`)}<//>
				${r.before && html`<div class="quiet">${t('import.before', { before: r.before })}</div>`}
			`,
	},
];

function Preview({ what, rows }) {
	const count = (test) => rows.filter(test).length;
	const errors = count((r) => r.error);
	return html`
		<div data-testid="import-summary">
			<${Alert} kind=${errors > 0 ? 'warning' : 'info'}>
				${t('import.summary', {
					create: count((r) => r.action === 'create'),
					change: count((r) => r.action === 'change'),
					same: count((r) => r.action === 'same'),
					errors,
				})}
				${errors > 0 && html`${' '}${t('import.mend')}`}
			<//>
		</div>
		<${DataTable}
			caption=${t('import.preview')}
			columns=${columns(what)}
			rows=${rows}
			rowKey=${(r) => r.line}
			testid="import-row"
		/>
	`;
}

/** what: "units" or "members". */
export function ImportDialog({ agency, what, onDone, onClose }) {
	const [csv, setCsv] = useState('');
	const [rows, setRows] = useState(null);
	const action = useAction();
	const path = `/admin/agencies/${agency.id}/${what}/import`;
	const look = (text) =>
		action.run(async () => {
			setCsv(text);
			setRows(null);
			setRows((await post(path, { csv: text })).items);
		});
	const apply = () => action.run(async () => onDone(await post(path, { csv, apply: true })));
	const ready = rows?.length > 0 && rows.every((r) => !r.error) && rows.some((r) => r.action !== 'same');
	return html`
		<${Dialog}
			wide
			title=${t(`import.${what}`)}
			onClose=${onClose}
			footer=${html`
				<${Button} testid="import-cancel" onClick=${onClose}>${t('cancel')}<//>
				<${Button} kind="primary" testid="import-apply" disabled=${!ready} busy=${action.busy} onClick=${apply}>
					${t('import.apply')}
				<//>
			`}
		>
			<p>${t(`import.${what}_text`)}</p>
			<pre class="import-example">${t(`import.${what}_example`)}</pre>
			<${Field} label=${t('import.file')} hint=${t('import.file_hint')}>
				${(a) => html`
					<input
						...${a}
						type="file"
						accept=".csv,text/csv,text/plain"
						data-testid="import-file"
						onChange=${async (e) => e.target.files[0] && look(await e.target.files[0].text())}
					/>
				`}
			<//>
			<${ErrorAlert} error=${action.error} />
			${rows && html`<${Preview} what=${what} rows=${rows} />`}
		<//>
	`;
}
