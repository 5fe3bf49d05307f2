// A document: its labels, what its verification said, its file, and who may read it.
import { html, useState } from '../vendor/preact.js';
import { del, get, post, put, saveFile } from '../shared/api.js';
import { FormDialog, namesField } from '../shared/form-dialog.js';
import { date, dateTime, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import { Alert, Button, Card, Confirm, ErrorAlert, Loading, useAction, useLoad } from '../shared/ui.js';
import { Report } from '../verify/report.js';
import { GrantDialog, GrantList } from './grants.js';
import { Expiry, save, useUnlocked, Verdict, WalletPage } from './parts.js';
import { Labels, labelsOf } from './store.js';

const Fact = ({ label, children, testid }) => html`
	<div class="fact">
		<dt>${label}</dt>
		<dd data-testid=${testid}>${children}</dd>
	</div>
`;

const Facts = ({ item, soon }) => html`
	<dl class="wallet-facts">
		<${Fact} label=${t('wallet.kind')}>${t(`wallet.kind.${item.kind}`)}<//>
		<${Fact} label=${t('wallet.issuer')}>${item.issuer || '—'}<//>
		<${Fact} label=${t('wallet.issued')}>${item.issuedOn?.replaceAll('-', '/') || '—'}<//>
		<${Fact} label=${t('wallet.expires')}><${Expiry} item=${item} soon=${soon} /><//>
		<${Fact} label=${t('wallet.verification')} testid="wallet-item-verdict"><${Verdict} of=${item} /><//>
		<${Fact} label=${t('wallet.size')}>${fileSize(item.size)}<//>
		<${Fact} label=${t('wallet.stored')}>${dateTime(item.createdAt)}<//>
		${item.note && html`<${Fact} label=${t('wallet.note')}><span class="lines">${item.note}</span><//>`}
	</dl>
`;

function EditDialog({ item, onDone, onClose }) {
	const { kind, name, issuer, note } = item;
	const [form, setForm] = useState({ kind, name, issuer, note, issuedOn: item.issuedOn ?? '',
		expiresOn: item.expiresOn ?? '' });
	const body = { ...labelsOf(form), version: item.version };
	return html`
		<${FormDialog}
			title=${t('wallet.edit')}
			ok=${t('account.save')}
			tag="wallet"
			atField=${namesField}
			submit=${async () => onDone(await put(`/wallet/items/${item.id}`, body))}
			onClose=${onClose}
		>
			${(error) => html`<${Labels} value=${form} onChange=${setForm} error=${error} />`}
		<//>
	`;
}

const NOTE = { not_pdf: 'wallet.note_not_pdf', unreadable: 'wallet.note_unreadable' };

/** The report of the day on which it came; only who has unlocked the wallet can read it. */
function Verification({ item, reload }) {
	const [facts, setFacts] = useState(null);
	const action = useUnlocked(reload);
	const show = () => action.run(async () => setFacts(await get(`/wallet/items/${item.id}/facts`)));
	const report = facts?.report && { ...facts.report, sha256: facts.sha256, size: item.size };
	return html`
		<${Card} title=${t('wallet.verification')} headingId="wallet-verification">
			${NOTE[item.verdict]
				? html`<${Alert} kind="warning">${t(NOTE[item.verdict])}<//>`
				: html`<p class="quiet">${t('wallet.verified_at', { at: dateTime(item.createdAt) })}</p>`}
			<${ErrorAlert} error=${action.error} />
			${report
				? html`<${Report} file=${{ name: facts.fileName }} report=${report} />`
				: facts
				? html`
					<dl class="wallet-facts">
						<${Fact} label=${t('wallet.file')}>${facts.fileName}<//>
						<${Fact} label="SHA-256"><code>${facts.sha256}</code><//>
					</dl>
				`
				: html`<${Button} icon="shield-check" busy=${action.busy} testid="wallet-facts" onClick=${show}>
					${t('wallet.show_facts')}
				<//>`}
			${action.dialog}
		<//>
	`;
}

function Granted({ item, reload }) {
	const [turn, setTurn] = useState(0);
	const [granting, setGranting] = useState(false);
	return html`
		<${Card}
			title=${t('wallet.section.grants')}
			headingId="wallet-granted"
			actions=${html`
				<${Button}
					icon="people"
					testid="wallet-grant"
					onClick=${() => setGranting(true)}
				>
					${t('wallet.grant')}
				<//>
			`}
		>
			<p class="quiet">${t('wallet.grant_text')}</p>
			<${GrantList} path=${`/wallet/items/${item.id}/grants`} turn=${turn} named=${false} />
			${granting && html`
				<${GrantDialog}
					item=${item}
					onUnlocked=${reload}
					onDone=${() => setTurn(turn + 1)}
					onClose=${() => setGranting(false)}
				/>
			`}
		<//>
	`;
}

function Body({ item, wallet, reloadItem, reloadWallet }) {
	const [asking, setAsking] = useState(null);
	const load = useUnlocked(reloadWallet);
	const action = useAction();
	const download = () => load.run(async () => save(await saveFile('GET', `/wallet/items/${item.id}/content`)));
	const remove = () => action.run(async () => {
		await del(`/wallet/items/${item.id}`);
		go('/wallet');
	});
	if (item.state === 'deleted') {
		const back = () => action.run(async () => {
			await post(`/wallet/items/${item.id}/restore`, {});
			reloadItem();
		});
		return html`
			<${Alert}
				kind="warning"
				action=${html`
					<${Button}
						testid="wallet-restore"
						busy=${action.busy}
						onClick=${back}
					>
						${t('wallet.restore')}
					<//>
				`}
			>
				${t('wallet.is_deleted', { at: date(item.deletedAt) })}
			<//>
			<${ErrorAlert} error=${action.error} />
		`;
	}
	return html`
		<${Card}
			title=${t('wallet.labels')}
			headingId="wallet-item"
			actions=${html`
				<${Button}
					icon="pencil-square"
					testid="wallet-edit"
					onClick=${() => setAsking('edit')}
				>
					${t('wallet.edit')}
				<//>
				<${Button} kind="danger-quiet" icon="trash" testid="wallet-delete" onClick=${() => setAsking('delete')}>
					${t('wallet.delete')}
				<//>
			`}
		>
			<${Facts} item=${item} soon=${wallet.remindDays || 30} />
			<div class="wallet-buttons">
				<${Button}
					kind="primary"
					icon="download"
					busy=${load.busy}
					testid="wallet-download"
					onClick=${download}
				>
					${t('wallet.download')}
				<//>
			</div>
			<${ErrorAlert} error=${load.error} />
			${load.dialog}
		<//>
		<${Verification} item=${item} reload=${reloadWallet} />
		<${Granted} item=${item} reload=${reloadWallet} />
		${asking === 'edit' && html`
			<${EditDialog}
				item=${item}
				onClose=${() => setAsking(null)}
				onDone=${() => {
					setAsking(null);
					reloadItem();
				}}
			/>
		`}
		${asking === 'delete' && html`
			<${Confirm}
				danger
				title=${t('wallet.delete')}
				text=${t('wallet.delete_text', { name: item.name, n: wallet.deletedDays })}
				ok=${t('wallet.delete')}
				busy=${action.busy}
				error=${action.error}
				onOk=${remove}
				onCancel=${() => setAsking(null)}
			/>
		`}
	`;
}

export function Item({ id }) {
	const item = useLoad((signal) => get(`/wallet/items/${id}`, {}, signal), id);
	const name = item.data?.name ?? t('wallet.document');
	const trail = [{ text: t('wallet.title'), to: '/wallet' }, { text: name, now: true }];
	return html`
		<${WalletPage} now="items" title=${name} trail=${trail}>
			${(wallet, reload) => html`
				<${ErrorAlert} error=${item.error} retry=${item.reload} />
				${item.data
					? html`
						<${Body}
							item=${item.data}
							wallet=${wallet}
							reloadItem=${item.reload}
							reloadWallet=${reload}
						/>
					`
					: item.loading && html`<${Loading} />`}
			`}
		<//>
	`;
}
