// Whether signing can work on this computer: extension, card program, reader, card.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Button, Icon, InstallLink } from '../shared/ui.js';

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

const UNKNOWN = { extension: 'unknown', host: 'unknown', reader: 'unknown', card: 'unknown', codes: {} };

/** extension → host → reader → card: each ok, missing or unknown, with the code of what is wrong. */
async function look() {
	let answer;
	try {
		answer = await callSigner('hello');
	} catch (error) {
		if (error.code === 'busy') return { ...UNKNOWN, extension: 'ok', codes: { host: 'busy' } };
		return { ...UNKNOWN, extension: 'missing', codes: { extension: 'extension_missing' } };
	}
	const state = { ...UNKNOWN, extension: 'ok', codes: {} };
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

/** {state, ready, check}: looks at once and, until all is there, every few seconds. */
export function usePreflight(active) {
	const [state, setState] = useState(null);
	const alive = useRef(true);
	const check = async () => {
		const next = await look();
		if (alive.current) setState(next);
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
		check();
		const timer = setInterval(
			() => document.visibilityState === 'visible' && check(),
			ready ? 10000 : 4000,
		);
		return () => clearInterval(timer);
	}, [active, ready]);
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
			${link && missing && html`<p><${InstallLink} /></p>`}
		</section>
	`;
}
