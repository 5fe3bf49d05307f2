// 授權: who may read a document, for what, until when; each use; and what others let me read.
import { html, useState } from '../vendor/preact.js';
import { del, get, post, saveFile } from '../shared/api.js';
import { FormDialog, namesField, wrong } from '../shared/form-dialog.js';
import { date, dateTime, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Alert, Badge, Button, Confirm, DataTable, Dialog, EmptyState, ErrorAlert, Field, Loading, TextField, useAction,
	useLoad,
} from '../shared/ui.js';
import { save, useUnlocked, Verdict, WalletPage } from './parts.js';

const STATE = { open: 'good', over: 'neutral', revoked: 'neutral', gone: 'neutral' };
const State = ({ of }) => html`
	<${Badge} kind=${STATE[of.state]} testid="grant-state">${t(`wallet.grant_state.${of.state}`)}<//>
`;

/** Each time that it was read. */
function Uses({ grant, onClose }) {
	const list = useLoad((signal) => get(`/wallet/grants/${grant.id}/uses`, {}, signal), grant.id);
	const columns = [
		{ text: t('wallet.use_at'), class: 'figure', cell: (u) => dateTime(u.at) },
		{ text: t('wallet.use_who'), cell: (u) => u.who ?? t('wallet.by_link') },
		{ text: t('wallet.use_what'), cell: (u) => t(`wallet.use.${u.what}`) },
		{ text: t('wallet.use_where'), cell: (u) => html`<span>${u.ip} <span class="quiet">${u.agent}</span></span>` },
	];
	return html`
		<${Dialog} wide title=${t('wallet.uses_of', { name: grant.name })} onClose=${onClose}>
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			${!list.data
				? html`<${Loading} />`
				: list.data.items.length === 0
					? html`<${EmptyState} icon="eye-slash" title=${t('wallet.no_uses')} />`
					: html`
						<${DataTable}
							caption=${t('wallet.uses')}
							columns=${columns}
							rows=${list.data.items.map((u, i) => ({ ...u, id: i }))}
							testid="use-row"
						/>
					`}
		<//>
	`;
}

function Pages({ path, turn, columns, testid, none }) {
	const [more, setMore] = useState(null);
	const key = `${path} ${turn}`;
	const list = useLoad((signal) => get(path, {}, signal), key);
	const next = useAction();
	const behind = more?.key === key ? more : { items: [], next: list.data?.next };
	const items = [...(list.data?.items ?? []), ...behind.items];
	const goOn = () => next.run(async () => {
		const page = await get(path, { after: behind.next });
		setMore({ key, items: [...behind.items, ...page.items], next: page.next });
	});
	return html`
		<${ErrorAlert} error=${list.error ?? next.error} retry=${list.error && list.reload} />
		${!list.data
			? list.loading && html`<${Loading} />`
			: items.length === 0
				? html`<${EmptyState} icon="people" title=${none} />`
				: html`
					<${DataTable}
						caption=${t('wallet.section.grants')}
						columns=${columns}
						rows=${items}
						testid=${testid}
					/>
				`}
		${behind.next && html`
			<p class="wallet-more">
				<${Button}
					icon="chevron-down"
					busy=${next.busy}
					testid="grant-more"
					onClick=${goOn}
				>
					${t('wallet.more')}
				<//>
			</p>
		`}
	`;
}

/** @param {{ path: string, turn: number, named?: boolean }} props named: with the document's name */
export function GrantList({ path, turn, named = true }) {
	const [own, setOwn] = useState(0);
	const [asking, setAsking] = useState(null);
	const action = useAction();
	const revoke = () => action.run(async () => {
		await del(`/wallet/grants/${asking.grant.id}`);
		setAsking(null);
		setOwn(own + 1);
	});
	const name = {
		text: t('wallet.name'),
		cell: (g) => g.itemId
			? html`<a class="strong" href=${href(`/wallet/items/${g.itemId}`)}>${g.name}</a>`
			: html`<span class="strong">${g.name}</span>`,
	};
	const columns = [
		...(named ? [name] : []),
		{
			text: t('wallet.to'),
			cell: (g) => html`<span>${g.other} ${g.link && html`<${Badge}>${t('wallet.by_link')}<//>`}</span>`,
		},
		{ text: t('wallet.purpose'), cell: (g) => g.purpose },
		{ text: t('wallet.until'), class: 'figure', cell: (g) => dateTime(g.until) },
		{ text: t('wallet.state'), cell: (g) => html`<${State} of=${g} />` },
		{
			text: t('wallet.uses'),
			cell: (g) => html`
				<button
					type="button"
					class="link"
					data-testid="grant-uses"
					aria-label=${`${t('wallet.times', { n: g.uses })} ${t('wallet.uses_of', { name: g.other })}`}
					onClick=${() => setAsking({ what: 'uses', grant: g })}
				>
					${t('wallet.times', { n: g.uses })}
				</button>
			`,
		},
		{
			text: t('document.actions'),
			quiet: true,
			cell: (g) => g.state === 'open' && html`
				<${Button}
					kind="danger-quiet"
					testid="grant-revoke"
					aria-label=${t('wallet.revoke_of', { name: g.other })}
					onClick=${() => setAsking({ what: 'revoke', grant: g })}
				>
					${t('wallet.revoke')}
				<//>
			`,
		},
	];
	return html`
		<${Pages}
			path=${path}
			turn=${`${turn}/${own}`}
			columns=${columns}
			testid="grant-row"
			none=${t('wallet.no_grants')}
		/>
		${asking?.what === 'uses' && html`<${Uses} grant=${asking.grant} onClose=${() => setAsking(null)} />`}
		${asking?.what === 'revoke' && html`
			<${Confirm}
				danger
				title=${t('wallet.revoke')}
				text=${t('wallet.revoke_text', { name: asking.grant.other })}
				ok=${t('wallet.revoke')}
				busy=${action.busy}
				error=${action.error}
				onOk=${revoke}
				onCancel=${() => setAsking(null)}
			/>
		`}
	`;
}

export const Given = () => html`
	<${WalletPage} now="grants">${() => html`<${GrantList} path="/wallet/grants" turn=${0} />`}<//>
`;

/* ---- giving ---- */

/** Who is looked for: members of other organizations who have a wallet. */
function Recipient({ value, onChange, error }) {
	const [q, setQ] = useState('');
	const [asked, setAsked] = useState('');
	const list = useLoad((signal) => get('/wallet/recipients', { q: asked }, signal), asked);
	const rows = list.data?.items ?? [];
	return html`
		<div class="wallet-search">
			<${TextField}
				label=${t('wallet.find_person')}
				type="search"
				value=${q}
				onInput=${setQ}
				maxLength="100"
				testid="grant-q"
			/>
			<${Button} icon="search" busy=${list.loading} testid="grant-find" onClick=${() => setAsked(q.trim())}>
				${t('wallet.find')}
			<//>
		</div>
		<fieldset class="wallet-people">
			<legend>${t('wallet.to')}</legend>
			${rows.map((p) => html`
				<label class="choice" key=${p.id}>
					<input
						type="radio"
						name="wallet-recipient"
						checked=${value === p.id}
						data-testid="grant-person"
						onChange=${() => onChange(p.id)}
					/>
					<span>${p.organization} ${p.unit} <span class="strong">${p.name}</span></span>
				</label>
			`)}
			${list.data && rows.length === 0 && html`<p class="quiet">${t('wallet.nobody')}</p>`}
			${error && html`<p class="field-error" data-testid="field-error">${error}</p>`}
		</fieldset>
	`;
}

/** What the link is; it is shown this once. */
function LinkShown({ made, onClose }) {
	const address = `${location.origin}/${href(`/wallet/link/${made.id}/${made.code}`)}`;
	const [copied, setCopied] = useState(false);
	const copy = () => navigator.clipboard.writeText(address).then(() => setCopied(true), () => {});
	return html`
		<${Dialog} title=${t('wallet.link')} onClose=${onClose}>
			<div class="dialog-form">
				<${Alert} kind="warning">${t('wallet.link_text')}<//>
				<${Field} label=${t('wallet.link')}>
					${(a) => html`
						<textarea
							...${a}
							readonly
							rows="4"
							class="wallet-link"
							data-testid="grant-link"
							value=${address}
						>
						</textarea>
					`}
				<//>
				<div class="dialog-foot">
					<${Button}
						icon="copy"
						testid="grant-copy"
						onClick=${copy}
					>
						${copied ? t('wallet.copied') : t('wallet.copy')}
					<//>
					<${Button} kind="primary" testid="grant-done" onClick=${onClose}>${t('close')}<//>
				</div>
			</div>
		<//>
	`;
}

const DAYS = [1, 3, 7, 14, 30, 60, 90];

export function GrantDialog({ item, onDone, onClose, onUnlocked }) {
	const plain = ['not_pdf', 'unreadable'].includes(item.verdict);
	const [form, setForm] = useState({ by: 'member', recipientId: '', toName: '', purpose: '', days: 7,
		original: plain });
	const [made, setMade] = useState(null);
	const action = useUnlocked(onUnlocked);
	const set = (key, value) => setForm({ ...form, [key]: value });
	async function send() {
		const { by, recipientId, toName, purpose, days, original } = form;
		const whom = by === 'member' ? { recipientId } : { toName: toName.trim() };
		if (by === 'member' && !recipientId) return;
		const body = { ...whom, purpose: purpose.trim(), days, original };
		const grant = await post(`/wallet/items/${item.id}/grants`, body);
		onDone();
		if (grant.code) setMade(grant);
		else onClose();
	}
	if (made) return html`<${LinkShown} made=${made} onClose=${onClose} />`;
	return html`
		<${FormDialog}
			wide
			title=${t('wallet.grant_of', { name: item.name })}
			ok=${t('wallet.grant')}
			tag="wallet"
			okTag="grant"
			atField=${namesField}
			action=${action}
			submit=${send}
			onClose=${onClose}
		>
			${(error) => html`
				<fieldset class="wallet-people">
					<legend>${t('wallet.how')}</legend>
					${['member', 'link'].map((by) => html`
						<label class="choice" key=${by}>
							<input
								type="radio"
								name="wallet-by"
								checked=${form.by === by}
								data-testid=${`grant-by-${by}`}
								onChange=${() => set('by', by)}
							/>
							<span>${t(`wallet.by.${by}`)}</span>
						</label>
					`)}
				</fieldset>
				${form.by === 'member'
					? html`
						<${Recipient}
							value=${form.recipientId}
							onChange=${(id) => set('recipientId', id)}
							error=${wrong(error, 'recipientId')}
						/>
					`
					: html`
						<${TextField}
							label=${t('wallet.to_name')}
							hint=${t('wallet.to_name_hint')}
							required
							value=${form.toName}
							onInput=${(text) => set('toName', text)}
							error=${wrong(error, 'toName')}
							maxLength="100"
							testid="grant-to"
						/>
					`}
				<${TextField}
					label=${t('wallet.purpose')}
					hint=${t('wallet.purpose_hint')}
					required
					value=${form.purpose}
					onInput=${(text) => set('purpose', text)}
					error=${wrong(error, 'purpose')}
					maxLength="100"
					testid="grant-purpose"
				/>
				<${Field} label=${t('wallet.for_days')} required>
					${(a) => html`
						<select
							...${a}
							value=${form.days}
							data-testid="grant-days"
							onChange=${(e) => set('days', Number(e.target.value))}
						>
							${DAYS.map((n) => html`<option value=${n}>${t('wallet.days', { n })}</option>`)}
						</select>
					`}
				<//>
				${plain
					? html`<${Alert} kind="warning">${t('wallet.no_mark')}<//>`
					: html`
						<label class="choice">
							<input
								type="checkbox"
								checked=${form.original}
								data-testid="grant-original"
								onChange=${(e) => set('original', e.target.checked)}
							/>
							<span>${t('wallet.original')}</span>
						</label>
					`}
			`}
		<//>
	`;
}

/* ---- received ---- */

/** Reading is told before it is done: the owner sees each time. */
export function ReadButtons({ grant, read, busy }) {
	const plain = ['not_pdf', 'unreadable'].includes(grant.verdict);
	return html`
		<div class="wallet-buttons">
			${!plain && html`
				<${Button} icon="download" busy=${busy} testid="grant-read" onClick=${() => read(false)}>
					${t('wallet.read_marked')}
				<//>
			`}
			${grant.original && html`
				<${Button} icon="file-earmark" busy=${busy} testid="grant-read-original" onClick=${() => read(true)}>
					${t('wallet.read_original')}
				<//>
			`}
		</div>
	`;
}

function ReceivedList({ reload }) {
	const [turn, setTurn] = useState(0);
	const action = useUnlocked(reload);
	const read = (g) => (original) => action.run(async () => {
		save(await saveFile('POST', `/wallet/received/${g.id}/content`, { original }));
		setTurn((n) => n + 1);
	});
	const columns = [
		{ text: t('wallet.name'), cell: (g) => html`<span class="strong">${g.name}</span>` },
		{ text: t('wallet.from'), cell: (g) => g.other },
		{ text: t('wallet.purpose'), cell: (g) => g.purpose },
		{ text: t('wallet.until'), class: 'figure', cell: (g) => date(g.until) },
		{
			text: t('wallet.verification'),
			cell: (g) => g.verdict && html`
				<span><${Verdict} of=${g} /> <span class="quiet">${fileSize(g.size)}</span></span>
			`,
		},
		{ text: t('wallet.state'), cell: (g) => html`<${State} of=${g} />` },
		{
			text: t('document.actions'),
			quiet: true,
			cell: (g) => g.state === 'open' && html`<${ReadButtons} grant=${g} read=${read(g)} busy=${action.busy} />`,
		},
	];
	return html`
		<p class="quiet">${t('wallet.received_text')}</p>
		<${ErrorAlert} error=${action.error} />
		<${Pages}
			path="/wallet/received"
			turn=${turn}
			columns=${columns}
			testid="received-row"
			none=${t('wallet.no_received')}
		/>
		${action.dialog}
	`;
}

export const Received = () => html`
	<${WalletPage} now="received">${(_, reload) => html`<${ReceivedList} reload=${reload} />`}<//>
`;
