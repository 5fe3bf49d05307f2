// 驗章: choose or drop a signed PDF, see what it is worth. Anybody may; nothing is kept.
import { html, useContext, useRef, useState } from '../vendor/preact.js';
import { upload } from '../shared/api.js';
import { fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Card, ErrorAlert, Icon, Page, ProgressBar, Session } from '../shared/ui.js';
import { Code } from './code.js';
import { Report } from './report.js';

const LIMIT = 150 * 1024 * 1024; // what the server takes of those who are not logged in

const TRAIL = () => [{ text: t('verify.title'), now: true }];

function Choose({ onFile, limit }) {
	const [over, setOver] = useState(false);
	const input = useRef(null);
	const drop = (e) => {
		e.preventDefault();
		setOver(false);
		if (e.dataTransfer.files.length > 0) onFile(e.dataTransfer.files[0]);
	};
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
			<${Icon} name="file-earmark-pdf" />
			<p class="strong">${t('verify.drop')}</p>
			<input
				ref=${input}
				class="visually-hidden"
				type="file"
				accept="application/pdf,.pdf"
				tabindex="-1"
				aria-label=${t('verify.choose')}
				data-testid="verify-input"
				onChange=${(e) => {
					if (e.target.files.length > 0) onFile(e.target.files[0]);
					e.target.value = '';
				}}
			/>
			<${Button} kind="primary" icon="upload" testid="verify-choose" onClick=${() => input.current.click()}>
				${t('verify.choose')}
			<//>
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
	const [file, setFile] = useState(null);
	const [progress, setProgress] = useState(0);
	const [report, setReport] = useState(null);
	const [error, setError] = useState(null);
	const [told, setTold] = useState(null);
	const running = useRef(null);

	function reset() {
		setFile(null);
		setReport(null);
		setError(null);
		setProgress(0);
	}
	async function send(chosen) {
		reset();
		if (chosen.size > limit) {
			setError({ code: 'too_large' });
			return;
		}
		setFile(chosen);
		running.current = upload('/verify', chosen, setProgress);
		try {
			setReport(await running.current.promise);
			requestAnimationFrame(() => document.getElementById('verify-verdict')?.focus());
		} catch (e) {
			setFile(null);
			if (e.code !== 'cancelled') setError(e);
		}
	}
	const cancel = () => running.current.cancel();
	return html`
		<${Page} title=${t('verify.title')} trail=${TRAIL()} intro=${t('verify.intro')}>
			<${ErrorAlert} error=${error} />
			${report ? html`
				${told && html`<${Match} told=${told} report=${report} />`}
				<${Report} file=${file} report=${report} />
				<p class="verify-again">
					<${Button} icon="arrow-clockwise" testid="verify-again" onClick=${reset}>
						${t('verify.again')}
					<//>
				</p>
			` : html`
				<${Card}>
					${file
						? html`<${Working} file=${file} progress=${progress} onCancel=${cancel} />`
						: html`<${Choose} onFile=${send} limit=${limit} />`}
				<//>
				<${Code} given=${query?.code} onTold=${setTold} />
			`}
		<//>
	`;
}
