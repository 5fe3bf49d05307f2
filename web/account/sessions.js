// 登入中的裝置 and 登入紀錄.
import { html, useState } from '../vendor/preact.js';
import { del, get } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Badge, Button, Card, DataTable, ErrorAlert, Loading, Pager, useAction, useLoad,
} from '../shared/ui.js';

const BROWSERS = [[/Edg\//, 'Edge'], [/Firefox\//, 'Firefox'], [/Chrome\//, 'Chrome'], [/Safari\//, 'Safari']];
const SYSTEMS = [
	[/Windows/, 'Windows'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux'],
];
const first = (table, text) => table.find(([pattern]) => pattern.test(text))?.[1];

/** "Chrome, Windows" of what a browser calls itself; what we don't know stands as it is. */
export function device(agent) {
	const parts = [first(BROWSERS, agent), first(SYSTEMS, agent)].filter(Boolean);
	return parts.length ? parts.join(t('comma')) : agent.slice(0, 60) || t('sessions.unknown');
}

const Device = ({ of }) => html`<span title=${of.agent}>${device(of.agent)}</span>`;

/** A change of the password ends the others. */
export function SessionsCard({ since }) {
	const list = useLoad((signal) => get('/account/sessions', {}, signal), since);
	const action = useAction();
	const end = (path) =>
		action.run(async () => {
			await del(path);
			list.reload();
		});
	const items = list.data?.items ?? [];
	const columns = [
		{
			text: t('sessions.device'),
			cell: (s) => html`
				<${Device} of=${s} />${' '}${s.mine && html`<${Badge} kind="good">${t('sessions.mine')}<//>`}
			`,
		},
		{ text: t('sessions.ip'), class: 'figure', cell: (s) => s.ip },
		{ text: t('sessions.method'), cell: (s) => t(`method.${s.method}`) },
		{ text: t('sessions.seen'), class: 'figure', cell: (s) => dateTime(s.seenAt) },
		{
			text: t('document.actions'),
			quiet: true,
			class: 'narrow',
			cell: (s) => !s.mine && html`
				<${Button} busy=${action.busy} testid="session-end" onClick=${() => end(`/account/sessions/${s.id}`)}>
					${t('logout')}
				<//>
			`,
		},
	];
	return html`
		<${Card}
			title=${t('sessions.title')}
			headingId="sessions"
			testid="sessions"
			actions=${items.length > 1 && html`
				<${Button} busy=${action.busy} testid="sessions-end" onClick=${() => end('/account/sessions')}>
					${t('sessions.end_others')}
				<//>
			`}
		>
			<${ErrorAlert} error=${list.error ?? action.error} retry=${list.reload} />
			${list.data ? html`
				<${DataTable} caption=${t('sessions.title')} columns=${columns} rows=${items} testid="session-row" />
			` : list.loading && html`<${Loading} />`}
		<//>
	`;
}

export function SignInsCard() {
	const [page, setPage] = useState(1);
	const list = useLoad((signal) => get('/account/sign-ins', { page, size: 10 }, signal), page);
	const columns = [
		{ text: t('sessions.at'), class: 'figure', cell: (s) => dateTime(s.at) },
		{
			text: t('sessions.result'),
			cell: (s) => html`
				<${Badge} kind=${s.fits ? 'good' : 'bad'}>${t(s.fits ? 'sessions.fits' : 'sessions.refused')}<//>
			`,
		},
		{ text: t('sessions.method'), cell: (s) => t(`method.${s.method}`) },
		{ text: t('sessions.device'), cell: (s) => html`<${Device} of=${s} />` },
		{ text: t('sessions.ip'), class: 'figure', cell: (s) => s.ip },
	];
	return html`
		<${Card} title=${t('sessions.log')} headingId="sign-ins" testid="sign-ins">
			<p class="quiet">${t('sessions.log_text')}</p>
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			${list.data ? html`
				<${DataTable}
					caption=${t('sessions.log')}
					columns=${columns}
					rows=${list.data.items}
					rowKey=${(s) => s.at + s.method + s.ip}
					testid="sign-in-row"
				/>
				<${Pager} ...${list.data} onPage=${setPage} />
			` : list.loading && html`<${Loading} />`}
		<//>
	`;
}
