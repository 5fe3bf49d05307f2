// 平台總覽: each part with a tick or with what to do, the platform's certificate, the worker's jobs.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { date, dateTime, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, ErrorAlert, Icon, Loading, Page, useAction, useLoad,
} from '../shared/ui.js';
import { warningOf } from './keys.js';
import { Facts } from './parts.js';

const MARK = { good: 'check-circle-fill', warn: 'exclamation-triangle-fill', bad: 'exclamation-octagon-fill' };
/** Where one goes to mend it. */
const MEND = {
	mail: ['/admin/mails', { state: 'failed' }],
	audit: ['/audit/chain'],
	heads: ['/audit/chain'],
	trust: ['/admin/trust'],
	certificate: ['/admin/keys'],
};

/** How many of a kind answer, and when that was last looked at. */
function countsOf(d, kind) {
	const all = d.services.filter((s) => s.kind === kind);
	const last = all.map((s) => s.checkedAt).sort().at(-1);
	return { n: all.length, good: all.filter((s) => s.state === 'good').length, at: dateTime(last) || '—' };
}

function values(d) {
	return {
		worker: { at: dateTime(d.workerAt) || '—' },
		jobs: { n: d.jobsFailing },
		mail: { waiting: d.mailsWaiting, late: d.mailsLate, failed: d.mailsFailed },
		seals: { stuck: d.sealsStuck, failed: d.sealsFailed },
		certificate: { n: d.certificate.daysLeft },
		trust: { anchors: d.anchors, intermediates: d.intermediates },
		crl: countsOf(d, 'crl'),
		ocsp: countsOf(d, 'ocsp'),
		tsa: countsOf(d, 'tsa'),
		audit: { at: dateTime(d.auditCheckedAt) || '—', n: d.auditPending },
		heads: { at: dateTime(d.auditPublishedAt) || '—' },
		storage: { free: fileSize(d.freeBytes), total: fileSize(d.totalBytes) },
	};
}

/** Of the certificate: what is due by now. */
function whatToDo(part, data) {
	const warning = part === 'certificate' && warningOf(data.certificate.daysLeft);
	return warning ? `${t(`key.warning_${warning}`)}：${t(`key.warning_${warning}_do`)}` : t(`health.${part}_do`);
}

function Part({ part, data }) {
	const filled = values(data)[part.part] ?? {};
	const [to, query] = MEND[part.part] ?? [];
	return html`
		<li class=${`health health-${part.state}`} data-testid=${`health-${part.part}`} data-state=${part.state}>
			<${Icon} name=${MARK[part.state]} />
			<div>
				<h3>
					${t(`health.${part.part}`)}
					<span class="visually-hidden">${t(`health_state.${part.state}`)}</span>
				</h3>
				<p>${t(`health.${part.part}_is`, filled)}</p>
				${part.state !== 'good' && html`<p class="health-do">${whatToDo(part.part, data)}</p>`}
				${to && html`<a href=${href(to, query)}>${t('health.open')}</a>`}
			</div>
		</li>
	`;
}

function Certificate({ certificate: c }) {
	const [done, setDone] = useState(null);
	const action = useAction();
	const test = () => action.run(async () => setDone(await post('/admin/platform/test-seal', {})));
	return html`
		<${Card}
			title=${t('platform.certificate')}
			headingId="platform-certificate"
			actions=${html`
				<${Button} icon="pen" testid="test-seal" busy=${action.busy} onClick=${test}>${t('platform.test')}<//>
			`}
		>
			<${ErrorAlert} error=${action.error} />
			${done && html`
				<div data-testid="test-seal-done">
					<${Alert} kind="success">${t('platform.tested', { n: done.millis })}<//>
				</div>
			`}
			<${Facts}
				testid="platform-facts"
				items=${[
					[t('platform.subject'), c.subject],
					[t('platform.issuer'), c.issuer],
					[t('platform.serial'), html`<span class="audit-code">${c.serial}</span>`],
					[t('platform.key'), c.keyType],
					[t('platform.until'), html`
						${date(c.notAfter)}${' '}
						<${Badge} kind=${c.daysLeft < 7 ? 'bad' : c.daysLeft < 90 ? 'warn' : 'good'}>
							${t('platform.days', { n: c.daysLeft })}
						<//>
					`],
				]}
			/>
		<//>
	`;
}

const KINDS = { good: 'good', warn: 'warn', bad: 'bad' };

const SERVICES = () => [
	{
		text: t('service.what'),
		class: 'service-what',
		cell: (s) => html`
			<div>
				<strong>${t(`service.${s.kind}`, { n: s.position })}</strong>
				${s.kind !== 'tsa' && html`${' '}${s.authority}`}
				<div class="quiet audit-code">${s.url}</div>
			</div>
		`,
	},
	{
		text: t('job.state'),
		cell: (s) => html`
			<div>
				<${Badge} kind=${KINDS[s.state]}>${t(`service.${s.state}`)}<//>
				${s.error && html`<div class="quiet">${t(`service_do.${s.kind}`)}</div>`}
			</div>
		`,
	},
	{ text: t('service.millis'), class: 'figure', cell: (s) => t('service.ms', { n: s.millis }) },
	{
		text: t('service.checked'),
		class: 'figure',
		cell: (s) => html`
			<div>
				${dateTime(s.checkedAt)}
				${s.error && html`<div class="quiet">${t('service.ok_at', { at: dateTime(s.okAt) || '—' })}</div>`}
			</div>
		`,
	},
	{
		text: t('service.says'),
		class: 'figure',
		cell: (s) => html`
			<div>
				${s.thisUpdate ? dateTime(s.thisUpdate) : '—'}
				${s.nextUpdate && html`<div>${t('service.next', { at: dateTime(s.nextUpdate) })}</div>`}
				${s.entries !== null && html`<div class="quiet">${t('service.entries', { n: s.entries })}</div>`}
			</div>
		`,
	},
];

function Services({ services, reload }) {
	const [asked, setAsked] = useState(false);
	const action = useAction();
	const check = () => action.run(async () => {
		await post('/admin/platform/services/check', {});
		setAsked(true);
		reload();
	});
	return html`
		<${Card}
			title=${t('service.title')}
			headingId="platform-services"
			actions=${html`
				<${Button} icon="arrow-clockwise" testid="services-check" busy=${action.busy} onClick=${check}>
					${t('service.check')}
				<//>
			`}
		>
			<${ErrorAlert} error=${action.error} />
			${asked && html`
				<div data-testid="services-asked"><${Alert} kind="success">${t('service.asked')}<//></div>
			`}
			${services.length === 0 ? html`<p class="quiet">${t('service.none')}</p>` : html`
				<${DataTable}
					caption=${t('service.title')}
					columns=${SERVICES()}
					rows=${services}
					rowKey=${(s) => `${s.kind} ${s.url}`}
					testid="service-row"
				/>
			`}
		<//>
	`;
}

const JOBS = () => [
	{ text: t('job.name'), cell: (j) => t(`job.${j.name.replaceAll(/[ -]/g, '_')}`) },
	{ text: t('job.at'), class: 'figure', cell: (j) => dateTime(j.at) },
	{ text: t('job.ok_at'), class: 'figure', cell: (j) => dateTime(j.okAt) || '—' },
	{
		text: t('job.state'),
		cell: (j) => j.error
			? html`<${Badge} kind="bad">${t(`error.${j.error}`)}<//>`
			: html`<${Badge} kind="good">${t('job.good')}<//>`,
	},
];

export function Platform() {
	const load = useLoad((signal) => get('/admin/platform', {}, signal), 'platform');
	const d = load.data;
	const worse = d?.parts.filter((p) => p.state !== 'good').length;
	return html`
		<${Page}
			title=${t('menu.platform')}
			intro=${d && t(worse === 0 ? 'platform.all_good' : 'platform.look', { n: worse })}
			trail=${[{ text: t('menu.platform_group') }, { text: t('menu.platform'), now: true }]}
			actions=${html`
				<${Button} icon="arrow-clockwise" testid="platform-reload" onClick=${load.reload}>
					${t('platform.reload')}
				<//>
			`}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${!d ? load.loading && html`<${Loading} />` : html`
				<${Card} title=${t('platform.health')} headingId="platform-health">
					<ul class="health-list">
						${d.parts.map((part) => html`<${Part} key=${part.part} part=${part} data=${d} />`)}
					</ul>
				<//>
				<${Services} services=${d.services} reload=${load.reload} />
				<${Certificate} certificate=${d.certificate} />
				<${Card} title=${t('platform.jobs')} headingId="platform-jobs">
					<${DataTable}
						caption=${t('platform.jobs')}
						columns=${JOBS()}
						rows=${d.jobs}
						rowKey=${(j) => j.name}
						testid="job-row"
					/>
				<//>
			`}
		<//>
	`;
}
