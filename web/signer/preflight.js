// Whether signing can work on this computer: extension, card program, reader, card.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Button, Icon, InstallLink, LinkButton } from '../shared/ui.js';

const signer = () => import('./signer.js');

/** The signer's answer, or an error with a code. */
export async function callSigner(name, ...args) {
	let module;
	try {
		module = await signer();
	} catch {
		throw Object.assign(new Error('extension_missing'), { code: 'extension_missing' });
	}
	return module[name](...args);
}

const AWAY_MS = 4000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Resolves when somebody looks at this page. */
const inSight = () =>
	new Promise((done) => {
		const seen = () => {
			if (document.visibilityState !== 'visible') return;
			document.removeEventListener('visibilitychange', seen);
			done(undefined);
		};
		document.addEventListener('visibilitychange', seen);
		seen();
	});

/** The extension's word for the readers and cards that there are; '' where nobody can tell. */
export const presence = () =>
	callSigner('hello').then(
		({ status }) => status?.state ?? '',
		() => '',
	);

/**
 * Waits until readers and cards are no longer as they were in `state`, and somebody looks; gives
 * the new state. Where nobody can tell (''), after some seconds.
 * @returns {Promise<string>}
 */
export async function nextChange(state) {
	try {
		let now = state;
		for (; state && now === state; await inSight()) now = (await callSigner('wait', { state })).state;
		if (now !== state) return now;
	} catch {
		// the signer is gone, or too old
	}
	await pause(AWAY_MS);
	await inSight();
	return presence();
}

const UNKNOWN = { extension: 'unknown', host: 'unknown', reader: 'unknown', card: 'unknown', codes: {}, seen: '' };

/** extension → host → reader → card: each ok, missing or unknown, with the code of what is wrong. */
async function look() {
	let answer;
	try {
		answer = await callSigner('hello');
	} catch (error) {
		if (error.code === 'busy') return { ...UNKNOWN, extension: 'ok', codes: { host: 'busy' } };
		return { ...UNKNOWN, extension: 'missing', codes: { extension: 'extension_missing' } };
	}
	const state = { ...UNKNOWN, extension: 'ok', codes: {}, seen: answer.status?.state ?? '' };
	if (!answer.host?.installed) {
		const code = answer.host?.code ?? answer.host?.error?.code ?? answer.host?.error ?? 'host_missing';
		return { ...state, host: 'missing', codes: { host: String(code) } };
	}
	state.host = 'ok';
	if (!answer.status) return state;
	const { service, readers, cards } = answer.status;
	if (!service || !readers)
		return { ...state, reader: 'missing', codes: { reader: service ? 'no_reader' : 'no_card_service' } };
	return {
		...state,
		reader: 'ok',
		card: cards > 0 ? 'ok' : 'missing',
		codes: cards > 0 ? {} : { card: 'no_card' },
	};
}

/** {state, ready, check}: looks at once, and again whenever readers or cards change. */
export function usePreflight(active) {
	const [state, setState] = useState(null);
	const alive = useRef(true);
	const check = async () => {
		const next = await look();
		if (alive.current) setState(next);
		return next;
	};
	const ready = Boolean(
		state && state.host === 'ok' && state.reader !== 'missing' && state.card !== 'missing',
	);
	useEffect(
		() => () => {
			alive.current = false;
		},
		[],
	);
	useEffect(() => {
		if (!active) return undefined;
		let over = false;
		const watch = async () => {
			while (!over) {
				const { seen } = await check();
				await nextChange(seen);
			}
		};
		watch();
		return () => {
			over = true;
		};
	}, [active]);
	return { state, ready, check };
}

const PARTS = ['extension', 'host', 'reader', 'card'];
const ICON = { ok: 'check-circle-fill', missing: 'exclamation-triangle-fill', unknown: 'hourglass-split' };

/** link: to how what is missing is installed. */
export function Preflight({ flight, link = true }) {
	const state = flight.state ?? UNKNOWN;
	const missing = state.extension === 'missing' || state.host === 'missing';
	return html`
		<section
			class=${`preflight ${flight.ready ? 'preflight-ready' : ''}`}
			aria-label=${t('preflight.title')}
			data-testid="preflight"
		>
			<div class="preflight-head">
				<strong>
					${t(
						flight.ready
							? 'preflight.ready'
							: flight.state
								? 'preflight.not_ready'
								: 'preflight.looking',
					)}
				</strong>
				<${Button} testid="preflight-check" onClick=${flight.check}>
					${t('preflight.check')}
				<//>
			</div>
			<ul>
				${PARTS.map((part) => html`
					<li
						class=${`preflight-${state[part]}`}
						data-testid=${`preflight-${part}`}
						data-state=${state[part]}
					>
						<${Icon} name=${ICON[state[part]]} />
						<span class="preflight-name">${t(`preflight.${part}`)}</span>
						<span class="preflight-what" aria-live="polite">
							${state.codes[part]
								? t(`error.${state.codes[part]}`)
								: t(`preflight.${state[part]}`)}
						</span>
					</li>
				`)}
			</ul>
			${missing && html`
				<p class="actions">
					${link && html`<${InstallLink} />`}
					<${LinkButton} to="/signer/check" icon="shield-check" testid="check-open">${t('check.open')}<//>
				</p>
			`}
		</section>
	`;
}
