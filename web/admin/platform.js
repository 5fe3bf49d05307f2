// 平台總覽: each part with a tick or with what to do, the platform's certificate, the worker's jobs.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { date, dateTime, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, DataTable, ErrorAlert, Icon, Loading, Page, useAction, useLoad,
} from '../shared/ui.js';
import { Facts } from './parts.js';

const MARK = { good: 'check-circle-fill', warn: 'exclamation-triangle-fill', bad: 'exclamation-octagon-fill' };
/** Where one goes to mend it. */
const MEND = {
	mail: ['/admin/mails', { state: 'failed' }],
	audit: ['/audit/chain'],
	heads: ['/audit/chain'],
};

function values(d) {
	return {
		worker: { at: dateTime(d.workerAt) || '—' },
		jobs: { n: d.jobsFailing },
		mail: { waiting: d.mailsWaiting, late: d.mailsLate, failed: d.mailsFailed },
		seals: { stuck: d.sealsStuck, failed: d.sealsFailed },
		certificate: { n: d.certificate.daysLeft },
		trust: { anchors: d.anchors, intermediates: d.intermediates },
		tsa: { urls: d.tsaUrls || '—' },
		audit: { at: dateTime(d.auditCheckedAt) || '—', n: d.auditPending },
		heads: { at: dateTime(d.auditPublishedAt) || '—' },
		storage: { free: fileSize(d.freeBytes), total: fileSize(d.totalBytes) },
	};
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
				${part.state !== 'good' && html`<p class="health-do">${t(`health.${part.part}_do`)}</p>`}
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
						<${Badge} kind=${c.daysLeft < 7 ? 'bad' : c.daysLeft < 60 ? 'warn' : 'good'}>
							${t('platform.days', { n: c.daysLeft })}
						<//>
					`],
				]}
			/>
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
