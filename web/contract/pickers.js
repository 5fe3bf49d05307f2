// Dialogs that choose people, signing units and e-mail addresses.
import { html, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { isEmail } from '../shared/format.js';
import {
	Button, Chips, DataTable, Dialog, EmptyState, ErrorAlert, Icon, Loading, Pager, TextField, useLoad,
} from '../shared/ui.js';

const AddButton = ({ name, chosen, onAdd, testid }) => html`
	<button
		type="button"
		class="icon-button"
		data-testid=${testid}
		aria-disabled=${chosen ? 'true' : undefined}
		aria-label=${t(chosen ? 'chosen_named' : 'add_named', { name })}
		onClick=${() => !chosen && onAdd()}
	>
		<${Icon} name=${chosen ? 'check-circle-fill' : 'plus-lg'} />
	</button>
`;

const Result = ({ list, caption, columns, testid, onPage }) => html`
		<${ErrorAlert} error=${list.error} retry=${list.reload} />
		${!list.data ? (
			list.loading && html`<${Loading} />`
		) : list.data.total === 0 ? html`
			<${EmptyState} icon="search" title=${t('nothing_found')} />
		` : html`
				<${DataTable} caption=${caption} columns=${columns} rows=${list.data.items} testid=${testid} />
				<${Pager} ...${list.data} onPage=${onPage} />
			`}
	`;

/** A line of text that is searched for when one asks, or pauses. */
const SearchForm = ({ text, onText, onAsk, label, testid, children }) => html`
	<form
		class="picker-form"
		role="search"
		onSubmit=${(e) => {
			e.preventDefault();
			onAsk();
		}}
	>
		${children}
		<${TextField}
			label=${label}
			value=${text}
			onInput=${onText}
			testid=${`${testid}-query-text`}
			maxLength="100"
			autocomplete="off"
		/>
		<${Button} kind="primary" type="submit" icon="search" testid=${`${testid}-query`}>
			${t('query')}
		<//>
	</form>
`;

const peopleColumns = (chosen, testid, onAdd) => [
	{ text: t('unit'), cell: (m) => m.unit?.name ?? '' },
	{ text: t('name'), cell: (m) => m.name },
	{ text: t('account'), cell: (m) => m.account },
	{
		text: t('add'),
		quiet: true,
		class: 'narrow',
		cell: (m) => html`
			<${AddButton}
				name=${`${m.name} ${m.account}`}
				chosen=${chosen.some((c) => c.id === m.id)}
				testid=${`${testid}-row-add`}
				onAdd=${() => onAdd({ ...m, unit: m.unit?.name ?? null })}
			/>
		`,
	},
];

/** Members of my agency with a role. onAdd({id, name, account, unit}); `what` names the test ids. */
export function PeopleDialog({ title, role, chosen, onAdd, onClose, what }) {
	const [text, setText] = useState('');
	const [asked, setAsked] = useState({ q: '', page: 1 });
	const list = useLoad(
		(signal) => get('/members', { role, ...asked, size: 10 }, signal),
		JSON.stringify(asked),
	);
	return html`
		<${Dialog}
			title=${title}
			wide
			onClose=${onClose}
			footer=${html`
				<${Button} testid="dialog-close" onClick=${onClose}>${t('close')}<//>
			`}
		>
			<${SearchForm}
				text=${text}
				onText=${setText}
				onAsk=${() => setAsked({ q: text.trim(), page: 1 })}
				label=${t('people.condition')}
				testid=${what}
			/>
			<h3 class="list-title">${t(role === 'sealer' ? 'sealer.list' : 'officer.list')}</h3>
			<${Result}
				list=${list}
				caption=${title}
				columns=${peopleColumns(chosen, what, onAdd)}
				testid=${`${what}-row`}
				onPage=${(page) => setAsked({ ...asked, page })}
			/>
		<//>
	`;
}

/** Signing units as chips: the code tells two of one name apart. */
export const organizationChips = (list) => list.map((o) => ({ ...o, note: o.code }));

/** 選擇簽章人員: vendors, or other city agencies. */
export function OrganizationDialog({ chosen, onAdd, onClose }) {
	const [external, setExternal] = useState(true);
	const [text, setText] = useState('');
	const [asked, setAsked] = useState({ q: '', external: true, page: 1 });
	const list = useLoad(
		(signal) => get('/organizations', { ...asked, size: 10 }, signal),
		JSON.stringify(asked),
	);
	const columns = [
		{ text: t('unit'), cell: (o) => o.name },
		{ text: t('organization.code'), cell: (o) => o.code },
		{
			text: t('add'),
			quiet: true,
			class: 'narrow',
			cell: (o) => html`
				<${AddButton}
					name=${o.name}
					chosen=${chosen.some((c) => c.id === o.id)}
					testid="vendor-row-add"
					onAdd=${() => onAdd({ id: o.id, name: o.name, code: o.code })}
				/>
			`,
		},
	];
	const radio = (value, testid, label) => html`
		<label class="choice">
			<input
				type="radio"
				name="external"
				checked=${external === value}
				data-testid=${testid}
				onChange=${() => {
					setExternal(value);
					setAsked({ q: text, external: value, page: 1 });
				}}
			/>
			${label}
		</label>
	`;
	return html`
		<${Dialog}
			title=${t('signer.choose')}
			wide
			onClose=${onClose}
			footer=${html`
				<${Button} testid="dialog-close" onClick=${onClose}>${t('close')}<//>
			`}
		>
			<${SearchForm}
				text=${text}
				onText=${setText}
				onAsk=${() => setAsked({ q: text.trim(), external, page: 1 })}
				label=${t('signer.person')}
				testid="vendor"
			>
				<fieldset class="choices">
					<legend>${t('signer.kind')}</legend>
					${radio(true, 'vendor-external', t('signer.external'))}
					${radio(false, 'vendor-internal', t('signer.internal'))}
				</fieldset>
			<//>
			<${Result}
				list=${list}
				caption=${t('signer.choose')}
				columns=${columns}
				testid="vendor-row"
				onPage=${(page) => setAsked({ ...asked, page })}
			/>
		<//>
	`;
}

/** 電子郵件維護作業. */
function EmailDialog({ have, onAdd, onClose }) {
	const [text, setText] = useState('');
	const [error, setError] = useState(null);
	function add(more) {
		const email = text.trim();
		if (!email && !more) {
			onClose();
			return;
		}
		const bad = !isEmail(email)
			? 'email.bad'
			: have.includes(email)
				? 'email.twice'
				: have.length >= 20
					? 'email.many'
					: null;
		setError(bad && t(bad));
		if (bad) return;
		onAdd(email);
		setText('');
		if (!more) onClose();
	}
	return html`
		<${Dialog}
			title=${t('email.title')}
			onClose=${onClose}
			footer=${html`
					<${Button} testid="email-more" onClick=${() => add(true)}>
							${t('email.more')}
						<//>
						<${Button} kind="primary" testid="email-ok" onClick=${() => add(false)}>
							${t('ok')}
					<//>
				`}
		>
			<form
				onSubmit=${(e) => {
					e.preventDefault();
					add(true);
				}}
				noValidate
			>
				<${TextField}
					label=${t('email')}
					type="email"
					value=${text}
					onInput=${setText}
					error=${error}
					hint=${t('email.hint')}
					testid="email-input"
					autocomplete="email"
				/>
			</form>
			${have.length > 0 && html`<${Chips} items=${have.map((e) => ({ id: e, name: e }))} />`}
		<//>
	`;
}

export function Emails({ emails, onChange }) {
	const [open, setOpen] = useState(false);
	return html`
			<${Chips}
				items=${emails.map((e) => ({ id: e, name: e }))}
				testid="email-chip"
				onRemove=${(c) => onChange(emails.filter((e) => e !== c.id))}
			>
				<${Button} kind="add" icon="plus-lg" testid="email-add" onClick=${() => setOpen(true)}>
					Email
				<//>
			<//>
			${open && html`
				<${EmailDialog}
					have=${emails}
					onAdd=${(e) => onChange([...emails, e])}
					onClose=${() => setOpen(false)}
				/>
			`}
		`;
}
