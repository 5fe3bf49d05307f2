// What the wallet's pages share: unlocking, the frame with its sections, badges, saving a file.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { FormDialog, wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import { Badge, Button, ErrorAlert, Loading, Page, TextField, useAction, useLoad } from '../shared/ui.js';
import { Begin } from './begin.js';

export const KINDS = ['contract', 'licence', 'registration', 'tax', 'insurance', 'identity', 'certificate', 'other'];

const VERDICT = { valid: 'good', unsure: 'warn', invalid: 'bad', unsigned: 'neutral', unreadable: 'warn',
	not_pdf: 'neutral' };
export const Verdict = ({ of }) => html`
	<${Badge} kind=${VERDICT[of.verdict]} testid="wallet-verdict">
		${t(`wallet.verdict.${of.verdict}`, { n: of.signatures })}
	<//>
`;

/** When it ends: nothing, a date, or how urgent it is. */
export function Expiry({ item, soon = 30 }) {
	if (!item.expiresOn) return html`<span class="quiet">—</span>`;
	const day = item.expiresOn.replaceAll('-', '/');
	if (item.daysLeft < 0) return html`<span>${day} <${Badge} kind="bad">${t('wallet.expired')}<//></span>`;
	if (item.daysLeft > soon) return day;
	return html`
		<span>
			${day}${' '}
			<${Badge} kind="warn">
				${item.daysLeft === 0 ? t('wallet.ends_today') : t('wallet.ends_in', { n: item.daysLeft })}
			<//>
		</span>
	`;
}

export function PassphraseDialog({ title, text, ok, submit, onClose, field = 'passphrase', children }) {
	const [passphrase, setPassphrase] = useState('');
	return html`
		<${FormDialog}
			title=${title}
			text=${text}
			ok=${ok}
			tag="wallet"
			atField=${(error) => error.field === field}
			submit=${() => submit(passphrase)}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('wallet.passphrase')}
					required
					type="password"
					value=${passphrase}
					onInput=${setPassphrase}
					error=${wrong(error, field)}
					autocomplete="off"
					maxLength="128"
					testid="wallet-passphrase"
				/>
				${children}
			`}
		<//>
	`;
}

/**
 * As useAction(), for acts that need the unlocked wallet: run(fn) asks for the passphrase when the server
 * says that it is locked, and does fn again. `dialog` belongs into the page.
 */
export function useUnlocked(onUnlocked = () => {}) {
	const action = useAction();
	const [asked, setAsked] = useState(null);
	const ask = () => new Promise((resolve) => setAsked({ resolve }));
	const answer = (yes) => {
		asked.resolve(yes);
		setAsked(null);
		if (yes) onUnlocked();
	};
	const run = (fn) =>
		action.run(async () => {
			try {
				return await fn();
			} catch (error) {
				if (error.code !== 'wallet_locked') throw error;
				return (await ask()) ? await fn() : undefined;
			}
		});
	const dialog = asked && html`
		<${PassphraseDialog}
			title=${t('wallet.unlock')}
			text=${t('wallet.unlock_text')}
			ok=${t('wallet.unlock')}
			submit=${async (passphrase) => {
				await post('/wallet/unlock', { passphrase });
				answer(true);
			}}
			onClose=${() => answer(false)}
		/>
	`;
	return { ...action, run, dialog, open: () => run(() => get('/wallet').then(locked)) };
}

/** What the server would say of a locked wallet. */
function locked(wallet) {
	if (!wallet.unlocked) throw Object.assign(new Error(), { code: 'wallet_locked' });
}

/** The browser keeps it under that name. */
export function save({ blob, name }) {
	const address = URL.createObjectURL(blob);
	const a = Object.assign(document.createElement('a'), { href: address, download: name });
	document.body.append(a);
	a.click();
	a.remove();
	setTimeout(() => URL.revokeObjectURL(address), 60000);
}

const SECTIONS = [['/wallet', 'items'], ['/wallet/grants', 'grants'], ['/wallet/received', 'received'],
	['/wallet/settings', 'settings']];

const Sections = ({ now }) => html`
	<nav class="wallet-sections" aria-label=${t('wallet.sections')}>
		<ul>
			${SECTIONS.map(([to, id]) => html`
				<li key=${id}>
					<a
						href=${href(to)}
						data-testid=${`wallet-to-${id}`}
						aria-current=${id === now ? 'page' : undefined}
					>
						${t(`wallet.section.${id}`)}
					</a>
				</li>
			`)}
		</ul>
	</nav>
`;

function LockState({ wallet, reload }) {
	const unlock = useUnlocked(reload);
	const lock = useAction();
	const close = () => lock.run(async () => {
		await post('/wallet/lock', {});
		reload();
	});
	return html`
		<span class="wallet-lock">
			<${Badge} kind=${wallet.unlocked ? 'good' : 'neutral'} testid="wallet-state">
				${wallet.unlocked ? t('wallet.is_open') : t('wallet.is_locked')}
			<//>
			${wallet.unlocked
				? html`<${Button} icon="shield-lock" testid="wallet-lock" busy=${lock.busy} onClick=${close}>
					${t('wallet.lock')}
				<//>`
				: html`
					<${Button}
						icon="unlock"
						testid="wallet-unlock"
						onClick=${unlock.open}
					>
						${t('wallet.unlock')}
					<//>
				`}
			${unlock.dialog}
		</span>
	`;
}

/**
 * A page of the wallet: who has none yet is shown how to begin. children(wallet, reload).
 * @param {{ now: string, title?: string, trail?: any[], children: any, actions?: any }} props
 */
export function WalletPage({ now, title, trail, actions, children }) {
	const state = useLoad((signal) => get('/wallet', {}, signal), 'wallet');
	const wallet = state.data;
	const own = { text: t('wallet.title'), to: '/wallet' };
	const here = trail ?? [own, { text: t(`wallet.section.${now}`), now: true }];
	return html`
		<${Page}
			title=${title ?? t(`wallet.section.${now}`)}
			trail=${here}
			actions=${wallet?.there && html`<${LockState} wallet=${wallet} reload=${state.reload} />${actions}`}
		>
			<${ErrorAlert} error=${state.error} retry=${state.reload} />
			${!wallet
				? state.loading && html`<${Loading} />`
				: !wallet.there
					? html`<${Begin} onDone=${state.reload} />`
					: html`<${Sections} now=${now} />${children(wallet, state.reload)}`}
		<//>
	`;
}
