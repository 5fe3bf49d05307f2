// 兩步驟驗證: set up with a QR code, recovery codes, and off again.
import { html, useContext, useState } from '../vendor/preact.js';
import { del, post, setCsrf } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Badge, Button, Card, Confirm, Dialog, ErrorAlert, Session, TextField, useAction,
} from '../shared/ui.js';
import { useProven } from './proof.js';

/** Dark modules on white with the quiet zone of four, whatever the theme: cameras want it so. */
const QrCode = ({ qr }) => html`
	<svg
		class="qr"
		viewBox=${`-4 -4 ${qr.size + 8} ${qr.size + 8}`}
		role="img"
		aria-label=${t('factor.qr')}
		data-testid="factor-qr"
		shape-rendering="crispEdges"
	>
		<rect x="-4" y="-4" width=${qr.size + 8} height=${qr.size + 8} fill="#fff" />
		<path d=${qr.path} fill="#000" />
	</svg>
`;

function Codes({ codes, onClose }) {
	const text = codes.join('\n');
	const href = `data:text/plain;charset=utf-8,${encodeURIComponent(`Yinxin 印信\n${text}\n`)}`;
	return html`
		<${Dialog} title=${t('factor.codes')} closable=${false} onClose=${onClose}>
			<div class="account-form">
				<p>${t('factor.codes_text')}</p>
				<ol class="recovery" data-testid="recovery-codes">
					${codes.map((code) => html`<li key=${code}><code>${code}</code></li>`)}
				</ol>
				<div class="account-foot">
					<a class="button button-plain" href=${href} download="yinxin-recovery-codes.txt">
						<span>${t('factor.codes_file')}</span>
					</a>
					<span class="spring"></span>
					<${Button} kind="primary" testid="recovery-done" onClick=${onClose}>${t('factor.codes_done')}<//>
				</div>
			</div>
		<//>
	`;
}

function SetUp({ offer, onDone, onClose }) {
	const [code, setCode] = useState('');
	const action = useAction();
	function submit(e) {
		e.preventDefault();
		action.run(async () => onDone(await post('/account/factor/confirm', { code: code.trim() })));
	}
	return html`
		<${Dialog} title=${t('factor.set_up')} onClose=${() => !action.busy && onClose()}>
			<form class="account-form" onSubmit=${submit} noValidate>
				<ol class="how">
					<li>${t('factor.how1')}</li>
					<li>${t('factor.how2')}</li>
					<li>${t('factor.how3')}</li>
				</ol>
				<div class="factor-offer">
					<${QrCode} qr=${offer.qr} />
					<div>
						<p class="quiet">${t('factor.secret')}</p>
						<p>
							<code class="secret" data-testid="factor-secret">
								${offer.secret.match(/.{4}/g).join(' ')}
							</code>
						</p>
					</div>
				</div>
				<${TextField}
					label=${t('factor.code')}
					required
					value=${code}
					onInput=${setCode}
					inputmode="numeric"
					autocomplete="one-time-code"
					maxLength="6"
					error=${action.error && action.error.message}
					testid="factor-code"
				/>
				<div class="account-foot">
					<${Button} testid="factor-cancel" disabled=${action.busy} onClick=${onClose}>${t('cancel')}<//>
					<${Button} type="submit" kind="primary" busy=${action.busy} testid="factor-confirm">
						${t('factor.confirm')}
					<//>
				</div>
			</form>
		<//>
	`;
}

const On = ({ factor }) => html`
	<p>
		<${Badge} kind="good" testid="factor-on">${t('factor.on')}<//>${' '}
		${t('factor.since', { at: dateTime(factor.since) })}
	</p>
	<p class=${factor.codesLeft < 3 ? 'note note-warning' : 'quiet'}>
		${t('factor.codes_left', { n: factor.codesLeft })}
	</p>
`;

export function FactorCard({ me, reload }) {
	const session = useContext(Session);
	const [offer, setOffer] = useState(null);
	const [codes, setCodes] = useState(null);
	const [removing, setRemoving] = useState(false);
	const action = useProven();
	const { factor } = me;
	const begin = () => action.run(async () => setOffer(await post('/account/factor', {})));
	const renew = () => action.run(async () => setCodes((await post('/account/factor/codes', {})).codes));
	const remove = () =>
		action.run(async () => {
			setRemoving(false);
			await del('/account/factor');
			reload();
		});
	function confirmed(answer) {
		setCsrf(answer.csrf);
		setOffer(null);
		setCodes(answer.codes);
	}
	function told() {
		setCodes(null);
		reload();
		session.refresh();
	}
	return html`
		<${Card} title=${t('factor.title')} headingId="factor" testid="factor">
			<div class="account-form">
				<p>${t('factor.text')}</p>
				${factor.on && html`<${On} factor=${factor} />`}
				${!factor.on && factor.needed && html`<p class="note note-warning">${t('factor.by_role')}</p>`}
				<${ErrorAlert} error=${action.error} />
				<div class="account-foot">
					${factor.on ? html`
						${!factor.needed && html`
							<${Button}
								kind="danger-quiet"
								busy=${action.busy}
								testid="factor-remove"
								onClick=${() => setRemoving(true)}
							>
								${t('factor.remove')}
							<//>
						`}
						<${Button} busy=${action.busy} testid="factor-codes" onClick=${renew}>${t('factor.renew')}<//>
					` : html`
						<${Button}
							kind="primary"
							icon="shield-lock"
							busy=${action.busy}
							testid="factor-begin"
							onClick=${begin}
						>
							${t('factor.set_up')}
						<//>
					`}
				</div>
			</div>
			${offer && html`<${SetUp} offer=${offer} onDone=${confirmed} onClose=${() => setOffer(null)} />`}
			${codes && html`<${Codes} codes=${codes} onClose=${told} />`}
			${removing && html`
				<${Confirm}
					title=${t('factor.remove')}
					text=${t('factor.remove_text')}
					ok=${t('factor.remove')}
					danger
					onOk=${remove}
					onCancel=${() => setRemoving(false)}
				/>
			`}
			${action.dialog}
		<//>
	`;
}
