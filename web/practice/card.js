// 軟體卡: answers the pages as the extension does, and shows what its windows show. The key is with the
// server; everybody knows the PIN.
import { html, render, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { date } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Button, Dialog, ErrorAlert, Icon, TextField, useAction } from '../shared/ui.js';

const VERSION = 'practice';
const failure = (code, more = {}) => Object.assign(new Error(code), { code, ...more });

/**
 * A window over the page, until it settles.
 * @param {(done: { resolve: (value: any) => void, reject: (error: any) => void }) => any} view
 */
function open(view) {
	const place = document.body.appendChild(document.createElement('div'));
	const close = () => {
		render(null, place);
		place.remove();
	};
	return new Promise((resolve, reject) => {
		const settle = (fn) => (value) => {
			close();
			fn(value);
		};
		render(view({ resolve: settle(resolve), reject: settle(reject) }), place);
	});
}

const About = ({ card }) => html`
	<p class="practice-window-note">
		<${Icon} name="exclamation-triangle-fill" />
		<span>${t('practice.window_note')}</span>
	</p>
	<dl class="facts practice-facts">
		<dt>${t('practice.site')}</dt>
		<dd><bdi>${location.origin}</bdi></dd>
		<dt>${t('practice.certificate')}</dt>
		<dd data-testid="window-holder"><strong>${card.holder}</strong></dd>
		<dt>${t('practice.issuer')}</dt>
		<dd>${card.issuer}</dd>
		<dt>${t('practice.until')}</dt>
		<dd>${date(card.notAfter)}</dd>
	</dl>
`;

const hex = (base64) => [...atob(base64)].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
const size = (bytes) => (bytes < 1048576 ? `${(bytes / 1024).toFixed(2)}KB` : `${(bytes / 1048576).toFixed(2)}MB`);

const Documents = ({ list }) => html`
	<h3>${t('practice.documents', { n: list.length })}</h3>
	<ol class="practice-documents">
		${list.map((d) => html`
			<li key=${d.url} data-testid="window-document">
				<span>
					<bdi>${d.name}</bdi>
					<span class="quiet">${d.number} ${size(d.size)}</span>
					<code>SHA-256 ${hex(d.messageDigest).slice(0, 16)}…</code>
				</span>
				<a href=${d.url} target="_blank" rel="noopener" aria-label=${`${t('practice.view')} ${d.name}`}>
					${t('practice.view')}
				</a>
			</li>
		`)}
	</ol>
`;

function Unblock({ onDone }) {
	const action = useAction();
	return html`
		<p>${t('practice.blocked')}</p>
		<${ErrorAlert} error=${action.error} />
		<p>
			<${Button}
				busy=${action.busy}
				testid="window-unblock"
				onClick=${() => action.run(async () => {
					await post('/practice/card/unblock');
					onDone();
				})}
			>
				${t('practice.unblock')}
			<//>
		</p>
	`;
}

/** Asks for the PIN until the card takes it or somebody gives up. */
function PinWindow({ title, card, documents = [], use, done }) {
	const [pin, setPin] = useState('');
	const [tries, setTries] = useState(card.triesLeft);
	const [wrong, setWrong] = useState('');
	const action = useAction();
	function send(e) {
		e.preventDefault();
		const given = pin;
		setPin('');
		setWrong('');
		if (!given) return setWrong(t('error.field_required'));
		return action.run(async () => {
			const { outcome, triesLeft, signatures } = await use(given);
			setTries(triesLeft);
			if (outcome === 'ok') return done.resolve(signatures);
			return setWrong(t(`error.${outcome}`));
		});
	}
	return html`
		<${Dialog} title=${title} onClose=${() => done.reject(failure('cancelled'))}>
			<${About} card=${card} />
			${documents.length > 0 && html`<${Documents} list=${documents} />`}
			<form onSubmit=${send} noValidate>
				${tries === 0
					? html`<${Unblock} onDone=${() => {
							setTries(3);
							setWrong('');
						}} />`
					: html`<${TextField}
							label=${t('practice.pin')}
							required
							type="password"
							value=${pin}
							onInput=${setPin}
							error=${wrong}
							hint=${t('practice.pin_hint', { pin: card.pin, n: tries })}
							maxLength="16"
							testid="window-pin"
							autocomplete="off"
							autofocus
						/>`}
				<${ErrorAlert} error=${action.error} />
				<div class="dialog-foot practice-foot">
					<${Button} testid="window-cancel" onClick=${() => done.reject(failure('cancelled'))}>
						${t('cancel')}
					<//>
					<${Button}
						kind="primary"
						type="submit"
						busy=${action.busy}
						disabled=${tries === 0}
						testid="window-ok"
					>
						${t('practice.ok')}
					<//>
				</div>
			</form>
		<//>
	`;
}

const ChooseWindow = ({ card, done }) => html`
	<${Dialog}
		title=${t('practice.choose')}
		onClose=${() => done.reject(failure('cancelled'))}
		footer=${html`
			<${Button} testid="window-cancel" onClick=${() => done.reject(failure('cancelled'))}>${t('cancel')}<//>
			<${Button} kind="primary" testid="window-ok" onClick=${() => done.resolve(card.certificate)}>
				${t('practice.ok')}
			<//>
		`}
	>
		<${About} card=${card} />
	<//>
`;

async function inserted() {
	try {
		return await get('/practice/card');
	} catch (error) {
		throw error.code === 'not_found' ? failure('no_card') : error;
	}
}

async function mine(certificate) {
	const card = await inserted();
	if (card.certificate !== certificate) throw failure('wrong_card');
	return card;
}

/** What web/signer/signer.js hands on while a practice goes on. */
export const SOFTWARE_CARD = {
	async hello() {
		const cards = await inserted().then(
			() => 1,
			() => 0,
		);
		const status = { service: true, readers: 1, cards, state: 'practice' };
		return { version: VERSION, host: { installed: true, version: VERSION }, status };
	},
	wait: () => new Promise(() => {}), // nobody pulls it out
	async choose() {
		const card = await inserted();
		return { certificate: await open((done) => html`<${ChooseWindow} card=${card} done=${done} />`) };
	},
	async prove({ certificate, nonce }) {
		const card = await mine(certificate);
		const use = (pin) => post('/practice/card/signatures', { pin, nonce });
		const [signature] = await open((done) => html`
			<${PinWindow} title=${t('practice.prove')} card=${card} use=${use} done=${done} />
		`);
		return { signature };
	},
	async sign({ certificate, documents }) {
		const card = await mine(certificate);
		const messages = documents.map((d) => d.signedAttributes);
		const use = (pin) => post('/practice/card/signatures', { pin, messages });
		const signatures = await open((done) => html`
			<${PinWindow} title=${t('practice.sign')} card=${card} documents=${documents} use=${use} done=${done} />
		`);
		return { signatures };
	},
};
