// 元件檢測: what signing needs on this computer, each with a tick or with what to do. The
// extension and the signer's own doctor say it; when they can't be reached, a support code does.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { getLanguage, t } from '../shared/i18n.js';
import { Alert, Button, Card, Icon, LinkButton, Page, TextField } from '../shared/ui.js';
import { thisBrowser, thisSystem } from './deploy.js';
import { callSigner, nextChange, presence } from './preflight.js';
import { CHECKS, readSupportCode, supportCode } from './support.js';

/**
 * @typedef {{ check: string, state: 'ok' | 'note' | 'bad' | 'none', text: string, fix?: string }} Row
 * @typedef {{ extension: string, host: string, code: string, findings: any[] }} Report
 */

const ICON = {
	ok: 'check-circle-fill', note: 'info-circle-fill', bad: 'exclamation-triangle-fill', none: 'hourglass-split',
};

/** @returns {Promise<Report>} */
async function examine() {
	const seen = document.documentElement.dataset.yinxinExtension ?? '';
	try {
		const { version, host, findings = [] } = await callSigner('doctor');
		return { extension: version, host: host.version ?? '', code: host.code ?? '', findings };
	} catch (error) {
		return { extension: error.code === 'extension_missing' ? '' : seen, host: '', code: error.code, findings: [] };
	}
}

const browserMajor = () => Number(/(?:Firefox|Edg|Chrome)\/(\d+)/.exec(navigator.userAgent)?.[1] ?? 0);
const codeOf = (report) =>
	supportCode({ browser: thisBrowser(), system: thisSystem(), major: browserMajor(), ...report });

// The two that the page itself sees.
function ownRows({ extension, host, code }) {
	const failed = code && t(`error.${code}`);
	if (!extension) return [{ check: 'extension', state: 'bad', text: failed, fix: t('check.extension_fix') }];
	const there = { check: 'extension', state: 'ok', text: t('check.version', { version: extension }) };
	const version = host && t('check.version', { version: host });
	return [there, { check: 'host', state: code ? 'bad' : 'ok', text: failed || version }];
}

/** @returns {Row[]} */
function rowsOf(report) {
	const zh = getLanguage() === 'zh';
	const found = report.findings
		.toSorted((a, b) => CHECKS.indexOf(a.check) - CHECKS.indexOf(b.check))
		.map(({ check, state, detail, ...f }) => ({
			check,
			state,
			text: `${zh ? f.zh : f.en}${detail ? `${t('colon')}${detail}` : ''}`,
			fix: zh ? f.fixZh : f.fixEn,
		}));
	const once = new Map([...ownRows(report), ...found].map((row) => [`${row.check} ${row.text}`, row]));
	return [...once.values()];
}

const RowItem = ({ row }) => html`
	<li class=${`check-${row.state}`} data-testid=${`check-${row.check}`} data-state=${row.state}>
		<${Icon} name=${ICON[row.state]} />
		<span class="check-name">${t(`check.${row.check}`)}</span>
		<span class="check-what">
			<span class="visually-hidden">${t(`check.state_${row.state}`)}${t('colon')}</span>
			${row.text}
			${row.fix && html`<span class="check-fix">${row.fix}</span>`}
		</span>
	</li>
`;

function Verdict({ rows }) {
	const bad = rows.filter((row) => row.state === 'bad').length;
	const notes = rows.filter((row) => row.state === 'note').length;
	const kind = bad ? 'warning' : 'success';
	const said = bad ? 'check.some_bad' : notes ? 'check.some_notes' : 'check.all_good';
	return html`<${Alert} kind=${kind}>${t(said, { n: bad || notes })}<//>`;
}

function Support({ code }) {
	const [done, setDone] = useState(false);
	const copy = () => navigator.clipboard.writeText(code).then(() => setDone(true), () => {});
	useEffect(() => setDone(false), [code]);
	return html`
		<div class="support">
			<p>${t('check.support_text')}</p>
			<p class="support-code">
				<code data-testid="support-code">${code}</code>
				<${Button} icon=${done ? 'check-circle-fill' : 'copy'} testid="copy" onClick=${copy}>
					${t(done ? 'install.copied' : 'install.copy')}
				<//>
			</p>
		</div>
	`;
}

const Read = ({ what }) => html`
	<dl class="facts" data-testid="support-read">
		<dt>${t('install.browser')}</dt>
		<dd>${t(`browser.${what.browser}`)} ${what.major}</dd>
		<dt>${t('install.system')}</dt>
		<dd>${t(`system.${what.system}`)}</dd>
		<dt>${t('check.extension')}</dt>
		<dd>${what.extension || t('check.state_none')}</dd>
		<dt>${t('check.host')}</dt>
		<dd>${what.host || t('check.state_none')}</dd>
		${what.code && html`<dt>${t('check.error')}</dt><dd>${t(`error.${what.code}`)}</dd>`}
		${CHECKS.filter((check) => what.checks[check] !== 'none').map((check) => html`
			<dt>${t(`check.${check}`)}</dt>
			<dd>${t(`check.state_${what.checks[check]}`)}</dd>
		`)}
	</dl>
`;

/** For who is asked for help: what a code says. */
function Reader() {
	const [text, setText] = useState('');
	const what = readSupportCode(text);
	return html`
		<details class="support-reader">
			<summary>${t('check.read')}</summary>
			<${TextField}
				label=${t('check.read_label')}
				value=${text}
				onInput=${setText}
				testid="support-input"
				autocomplete="off"
				spellcheck="false"
				maxLength="40"
				error=${text.length > 12 && !what && t('check.read_wrong')}
			/>
			${what && html`<${Read} what=${what} />`}
		</details>
	`;
}

/** The report, made anew whenever readers or cards change; null while the first one is made. */
function useReport() {
	const [report, setReport] = useState(/** @type {Report | null} */ (null));
	const [busy, setBusy] = useState(false);
	const alive = useRef(true);
	async function check() {
		setBusy(true);
		const next = await examine();
		if (!alive.current) return;
		setReport(next);
		setBusy(false);
	}
	useEffect(() => {
		const watch = async () => {
			for (let state = await presence(); alive.current; state = await nextChange(state)) await check();
		};
		watch();
		return () => {
			alive.current = false;
		};
	}, []);
	return { report, busy, check };
}

export function Check() {
	const { report, busy, check } = useReport();
	const rows = report ? rowsOf(report) : [];
	const away = report && (!report.extension || !report.host);
	return html`
		<${Page}
			title=${t('check.title')}
			intro=${t('check.intro')}
			trail=${[{ text: t('check.title'), now: true }]}
			actions=${html`
				<${LinkButton} to="/signer/install" icon="download" testid="install-open">${t('install.title')}<//>
				<${Button} icon="arrow-clockwise" testid="check-again" busy=${busy} onClick=${check}>
					${t('preflight.check')}
				<//>
			`}
		>
			<div aria-live="polite" aria-busy=${busy} data-testid="check">
				${report ? html`<${Verdict} rows=${rows} />` : html`<p class="note">${t('check.looking')}</p>`}
			</div>
			${report && html`
				<${Card} title=${t('check.items')} headingId="items">
					<ul class="checks">
						${rows.map((row) => html`<${RowItem} key=${`${row.check} ${row.text}`} row=${row} />`)}
					</ul>
					${away && html`<p class="note">${t('check.later')}</p>`}
				<//>
				<${Card} title=${t('check.support')} headingId="support">
					<${Support} code=${codeOf(report)} />
					<${Reader} />
				<//>
			`}
		<//>
	`;
}
