// What a verified file is worth: the verdict, the file, its signatures, what came after them.
import { html } from '../vendor/preact.js';
import { fileSize } from '../shared/format.js';
import { getLanguage, hasText, t } from '../shared/i18n.js';
import { Card, Icon } from '../shared/ui.js';
import { Signature } from './signature.js';

const isDetached = (report) => report.signatures.some((s) => s.subFilter === 'CAdES');

const LISTED = 50; // forbidden changes that are listed one by one

/** @returns {{ kind: 'good' | 'bad' | 'warn' | 'neutral', icon: string, title: string, text: string }} */
function verdict(report) {
	const n = report.signatures.length;
	const people = report.signatures.filter((s) => !s.timestamp).length;
	const invalid = report.signatures.filter((s) => s.verdict === 'invalid').length;
	const unsure = report.signatures.filter((s) => s.verdict === 'indeterminate').length;
	const say = (kind, icon, key, values) => ({
		kind,
		icon,
		title: t(`verify.${key}`, values),
		text: t(`verify.${key}_text`, values),
	});
	if (report.why) return say('bad', 'x-octagon-fill', 'damaged');
	if (n === 0) return say('neutral', 'info-circle-fill', 'none');
	if (invalid > 0) return say('bad', 'x-octagon-fill', 'not_valid', { n, bad: invalid });
	if (unsure > 0) return say('warn', 'question-diamond-fill', 'unsure', { n, bad: unsure });
	const good = say('good', 'patch-check-fill', 'all_valid', { n: people || n });
	return isDetached(report) ? { ...good, text: t('verify.all_valid_detached_text') } : good;
}

const Fact = ({ label, testid, children }) => html`
	<div class="fact">
		<dt>${label}</dt>
		<dd data-testid=${testid}>${children}</dd>
	</div>
`;

function Platform({ platform }) {
	if (!platform.known) return t('verify.platform_unknown');
	const state = `state.${platform.contractState}`;
	const key = platform.newest ? 'verify.platform_newest' : 'verify.platform_older';
	return html`
		${t(key, { number: platform.documentNumber })}
		${hasText(state) && html`<br />${t('verify.state', { state: t(state) })}`}
	`;
}

const File = ({ file, signature, report }) => html`
	<dl class="verify-facts">
		<${Fact} label=${t('verify.file')} testid="verify-file">${file.name}<//>
		${signature && html`
			<${Fact} label=${t('verify.signature_file')} testid="verify-signature-file">${signature.name}<//>
		`}
		<${Fact} label=${t('verify.size')}>${fileSize(report.size)}<//>
		<${Fact} label=${t('verify.sha256')} testid="verify-sha256"><code>${report.sha256}</code><//>
		${report.platform && html`
			<${Fact} label=${t('verify.platform')} testid="verify-platform">
				<${Platform} platform=${report.platform} />
			<//>
		`}
	</dl>
`;

/** "數位簽章 1 項、文件時戳 1 項" */
function counted(changes) {
	const counts = new Map();
	for (const c of changes) counts.set(c.class, (counts.get(c.class) ?? 0) + 1);
	return [...counts].map(([word, n]) => t('verify.count', { what: t(`verify.class.${word}`), n })).join(t('comma'));
}

function After({ n, changes }) {
	const forbidden = changes.filter((c) => !c.allowed);
	const what = counted(changes.filter((c) => c.allowed));
	const text = (c) => (getLanguage() === 'en' ? c.text : c.textZh);
	return html`
		<li class=${forbidden.length > 0 ? 'after after-bad' : 'after'} data-testid="verify-after">
			<h3>
				<${Icon} name=${forbidden.length > 0 ? 'x-octagon-fill' : 'check-circle'} />
				${t('verify.after', { n })}
			</h3>
			${forbidden.length > 0 ? html`
				<p>${t('verify.after_forbidden')}</p>
				<ul class="after-list">
					${forbidden.slice(0, LISTED).map((c) => html`<li data-testid="verify-change">${text(c)}</li>`)}
				</ul>
				${forbidden.length > LISTED && html`<p>${t('verify.more', { n: forbidden.length - LISTED })}</p>`}
				${what && html`<p class="quiet">${t('verify.after_also', { what })}</p>`}
			` : html`<p>${t('verify.after_allowed', { what })}</p>`}
		</li>
	`;
}

function Afterwards({ report }) {
	const last = report.signatures.at(-1);
	const places = [...new Set(report.changes.map((c) => c.afterSignature))].sort((a, b) => a - b);
	return html`
		<ul class="afters">
			${places.map((n) => html`
				<${After} key=${n} n=${n} changes=${report.changes.filter((c) => c.afterSignature === n)} />
			`)}
			${last.coversAll && html`
				<li class="after" data-testid="verify-after-nothing">
					<h3>
						<${Icon} name="check-circle" />
						${t('verify.after_nothing')}
					</h3>
				</li>
			`}
		</ul>
	`;
}

/**
 * @param {{ file: { name: string }, signature?: { name: string }, report: any }} props report: as POST /verify
 * answers
 */
export function Report({ file, signature, report }) {
	const v = verdict(report);
	// What was forged comes first: it is what one has to know.
	const forbidden = report.changes.some((c) => !c.allowed);
	const after = report.signatures.length > 0 && !isDetached(report) && html`
		<${Card} title=${t('verify.after_all')} headingId="verify-afters">
			<${Afterwards} report=${report} />
		<//>
	`;
	return html`
		<section
			class=${`verify-verdict verify-${v.kind}`}
			id="verify-verdict"
			tabindex="-1"
			data-testid="verify-verdict"
			data-kind=${v.kind}
			aria-labelledby="verify-verdict-title"
		>
			<${Icon} name=${v.icon} />
			<div>
				<h2 id="verify-verdict-title">${v.title}</h2>
				<p>${v.text}</p>
			</div>
		</section>
		${forbidden && after}
		<${Card} title=${t('verify.file')} headingId="verify-about">
			<${File} file=${file} signature=${signature} report=${report} />
		<//>
		${report.signatures.length > 0 && html`
			<${Card} title=${t('verify.signatures')} headingId="verify-list">
				<ol class="verify-signatures">
					${report.signatures.map((s, i) => html`<${Signature} key=${i} s=${s} n=${i + 1} />`)}
				</ol>
			<//>
			${!forbidden && after}
		`}
	`;
}
