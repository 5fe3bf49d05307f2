// 收訊者 and 副本: chips, and the dialog that finds people of agencies and businesses.
import { html, useContext, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import {
	Button, Chips, DataTable, Dialog, EmptyState, ErrorAlert, Group, Icon, Loading, Pager, Session, TextField, useLoad,
} from '../shared/ui.js';

const AddButton = ({ name, chosen, onAdd }) => html`
	<button
		type="button"
		class="icon-button"
		data-testid="party-row-add"
		aria-disabled=${chosen ? 'true' : undefined}
		aria-label=${t(chosen ? 'chosen_named' : 'add_named', { name })}
		onClick=${() => !chosen && onAdd()}
	>
		<${Icon} name=${chosen ? 'check-circle-fill' : 'plus-lg'} />
	</button>
`;

const columns = (kind, chosen, onAdd) => {
	const add = {
		text: t('add'),
		quiet: true,
		class: 'narrow',
		cell: (c) => html`
			<${AddButton}
				name=${`${c.name} ${c.note}`}
				chosen=${chosen.some((x) => x.id === c.id)}
				onAdd=${() => onAdd({
					id: c.id,
					name: kind === 'vendor' ? c.name : `${c.organization}(${c.name})`,
					note: c.note,
				})}
			/>
		`,
	};
	return kind === 'vendor'
		? [
				{ text: t('letter.vendor_name'), cell: (c) => c.name },
				{ text: t('letter.vendor_code'), cell: (c) => c.note },
				add,
			]
		: [
				{ text: t('letter.organization'), cell: (c) => c.organization },
				{ text: t('unit'), cell: (c) => c.note },
				{ text: t('name'), cell: (c) => c.name },
				add,
			];
};

function PartyDialog({ title, chosen, onAdd, onClose }) {
	const { member } = useContext(Session);
	const vendors = member.organization.kind !== 'vendor'; // vendors do not write to vendors
	const [kind, setKind] = useState(vendors ? 'vendor' : 'agency');
	const [text, setText] = useState('');
	const [asked, setAsked] = useState({ q: '', page: 1 });
	const list = useLoad(
		(signal) => get('/letters/recipients', { kind, ...asked, size: 10 }, signal),
		JSON.stringify({ kind, ...asked }),
	);
	const radio = (value) => html`
		<label class="choice">
			<input
				type="radio"
				name="party-kind"
				checked=${kind === value}
				data-testid=${`party-${value}`}
				onChange=${() => {
					setKind(value);
					setAsked({ q: text.trim(), page: 1 });
				}}
			/>
			${t(`letter.kind_${value}`)}
		</label>
	`;
	return html`
		<${Dialog}
			title=${title}
			wide
			onClose=${onClose}
			footer=${html`<${Button} kind="primary" testid="dialog-close" onClick=${onClose}>${t('ok')}<//>`}
		>
			<form
				class="picker-form"
				role="search"
				onSubmit=${(e) => {
					e.preventDefault();
					setAsked({ q: text.trim(), page: 1 });
				}}
			>
				${vendors && html`
					<fieldset class="choices">
						<legend>${t('letter.kind')}</legend>
						${radio('vendor')} ${radio('agency')}
					</fieldset>
				`}
				<${TextField}
					label=${t(kind === 'vendor' ? 'letter.condition_vendor' : 'letter.condition')}
					value=${text}
					onInput=${setText}
					testid="party-query-text"
					maxLength="100"
					autocomplete="off"
				/>
				<${Button} kind="primary" type="submit" icon="search" testid="party-query">${t('query')}<//>
			</form>
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			${!list.data
				? list.loading && html`<${Loading} />`
				: list.data.total === 0
					? html`<${EmptyState} icon="search" title=${t('nothing_found')} />`
					: html`
						<${DataTable}
							caption=${title}
							columns=${columns(kind, chosen, onAdd)}
							rows=${list.data.items}
							testid="party-row"
						/>
						<${Pager} ...${list.data} onPage=${(page) => setAsked({ ...asked, page })} />
					`}
		<//>
	`;
}

/** what: "to" or "copies"; both: everybody who is chosen already. */
export function Parties({ what, list, both, required, error, onChange }) {
	const [open, setOpen] = useState(false);
	return html`
		<${Group} label=${t(`letter.${what}`)} required=${required} error=${error}>
			<${Chips}
				items=${list}
				testid=${`${what}-chip`}
				onRemove=${(item) => onChange(list.filter((x) => x.id !== item.id))}
			>
				<${Button} kind="add" icon="plus-lg" testid=${`${what}-add`} onClick=${() => setOpen(true)}>
					${t(`letter.${what}_add`)}
				<//>
			<//>
		<//>
		${open && html`
			<${PartyDialog}
				title=${t(`letter.choose_${what}`)}
				chosen=${both}
				onAdd=${(p) => onChange([...list, p])}
				onClose=${() => setOpen(false)}
			/>
		`}
	`;
}
