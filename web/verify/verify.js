// 驗章: choose or drop a signed PDF, or any file with its signature, see what it is worth. Anybody may;
// nothing is kept.
import { html, useContext, useRef, useState } from '../vendor/preact.js';
import { upload } from '../shared/api.js';
import { fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Card, ErrorAlert, Icon, Page, ProgressBar, Session } from '../shared/ui.js';
import { Code } from './code.js';
import { Report } from './report.js';

const LIMIT = 150 * 1024 * 1024; // what the server takes of those who are not logged in

const TRAIL = () => [{ text: t('verify.title'), now: true }];

const isSignature = (file) => /\.(p7s|p7m|p7|sig|cms)$/i.test(file.name);
const isPdf = (file) => /\.pdf$/i.test(file.name) || file.type === 'application/pdf';

/** What was chosen, with what was chosen before: {file?, signature?}; null: they don't belong together. */
function pairOf(files, before) {
	if (files.length === 1 && before.signature) return { ...before, file: files[0] };
	if (files.length === 1 && before.file) return { ...before, signature: files[0] };
	const signatures = files.filter(isSignature);
	const others = files.filter((f) => !isSignature(f));
	if (signatures.length > 1 || others.length > 1) return null;
	return { file: others[0], signature: signatures[0] };
}
/** A PDF has its signatures inside. */
const isWhole = ({ file, signature }) => Boolean(file && (signature || isPdf(file)));

/** One of two is there: which one is missing? */
const Half = ({ pair, onOther, onBack }) => html`
	<div role="status" data-testid="verify-half">
		<p class="strong">${(pair.file ?? pair.signature).name}</p>
		<p>${t(pair.file ? 'verify.want_signature' : 'verify.want_file')}</p>
	</div>
	<div class="verify-half-buttons">
		<${Button} kind="primary" icon="upload" testid="verify-other" onClick=${onOther}>
			${t(pair.file ? 'verify.choose_signature' : 'verify.choose_signed')}
		<//>
		<${Button} testid="verify-back" onClick=${onBack}>
			${t('verify.back')}
		<//>
	</div>
`;

function Choose({ onPair, limit }) {
	const [over, setOver] = useState(false);
	const [pair, setPair] = useState({});
	const [wrong, setWrong] = useState(false);
	const input = useRef(null);
	const take = (files) => {
		const next = files.length === 0 ? pair : pairOf([...files], pair);
		setWrong(next === null);
		if (next === null) return;
		setPair(next);
		if (isWhole(next)) onPair(next);
	};
	const drop = (e) => {
		e.preventDefault();
		setOver(false);
		take(e.dataTransfer.files);
	};
	const ask = () => input.current.click();
	const half = pair.file || pair.signature;
	return html`
		<div
			class=${`drop verify-drop ${over ? 'drop-over' : ''}`}
			data-testid="verify-drop"
			onDragOver=${(e) => {
				e.preventDefault();
				setOver(true);
			}}
			onDragLeave=${() => setOver(false)}
			onDrop=${drop}
		>
			<${Icon} name=${half ? 'file-earmark' : 'file-earmark-pdf'} />
			${!half && html`
				<p class="strong">${t('verify.drop')}</p>
				<p>${t('verify.drop_pair')}</p>
			`}
			<input
				ref=${input}
				class="visually-hidden"
				type="file"
				multiple
				tabindex="-1"
				aria-label=${t('verify.choose')}
				data-testid="verify-input"
				onChange=${(e) => {
					take(e.target.files);
					e.target.value = '';
				}}
			/>
			${half
				? html`<${Half} pair=${pair} onOther=${ask} onBack=${() => setPair({})} />`
				: html`
					<${Button} kind="primary" icon="upload" testid="verify-choose" onClick=${ask}>
						${t('verify.choose')}
					<//>
				`}
			${wrong && html`<${Alert} kind="error">${t('verify.pair_wrong')}<//>`}
			<p class="hint">
				${t('verify.kept')} ${t('verify.limit', { limit: fileSize(limit).replace('.00', '') })}
			</p>
		</div>
	`;
}

/** Is it the file that the code speaks of? */
const Match = ({ told, report }) => {
	const same = [told.sha256, told.newestSha256].includes(report.sha256);
	return html`
		<div data-testid="code-match">
			<${Alert} kind=${same ? 'success' : 'error'}>
				${t(same ? 'code.same' : 'code.other')}
			<//>
		</div>
	`;
};

const Working = ({ file, progress, onCancel }) => html`
	<div class="verify-working" role="status" data-testid="verify-working">
		<p class="strong">${file.name}</p>
		${progress < 1
			? html`<${ProgressBar} value=${progress} label=${t('verify.sending', { name: file.name })} />`
			: html`
				<p>
					<span class="spinner" aria-hidden="true"></span>
					${' '}${t('verify.working')}
				</p>
			`}
		<${Button} testid="verify-cancel" onClick=${onCancel}>
			${t('cancel')}
		<//>
	</div>
`;

/** @param {{ query?: { code?: string } }} props */
export function Verify({ query }) {
	const limit = useContext(Session)?.uploadLimit ?? LIMIT;
	const [pair, setPair] = useState(null);
	const [progress, setProgress] = useState(0);
	const [report, setReport] = useState(null);
	const [error, setError] = useState(null);
	const [told, setTold] = useState(null);
	const running = useRef(null);

	function reset() {
		setPair(null);
		setReport(null);
		setError(null);
		setProgress(0);
	}
	async function send(chosen) {
		reset();
		if (chosen.file.size > limit) {
			setError({ code: 'too_large' });
			return;
		}
		setPair(chosen);
		running.current = chosen.signature
			? upload('/verify/detached', chosen.file, setProgress, chosen.signature)
			: upload('/verify', chosen.file, setProgress);
		try {
			setReport(await running.current.promise);
			requestAnimationFrame(() => document.getElementById('verify-verdict')?.focus());
		} catch (e) {
			setPair(null);
			if (e.code !== 'cancelled') setError(e);
		}
	}
	const cancel = () => running.current.cancel();
	return html`
		<${Page} title=${t('verify.title')} trail=${TRAIL()} intro=${t('verify.intro')}>
			<${ErrorAlert} error=${error} />
			${report ? html`
				${told && html`<${Match} told=${told} report=${report} />`}
				<${Report} file=${pair.file} signature=${pair.signature} report=${report} />
				<p class="verify-again">
					<${Button} icon="arrow-clockwise" testid="verify-again" onClick=${reset}>
						${t('verify.again')}
					<//>
				</p>
			` : html`
				<${Card}>
					${pair
						? html`<${Working} file=${pair.file} progress=${progress} onCancel=${cancel} />`
						: html`<${Choose} onPair=${send} limit=${limit} />`}
				<//>
				<${Code} given=${query?.code} onTold=${setTold} />
			`}
		<//>
	`;
}
