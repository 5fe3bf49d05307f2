// What waits for me, what others work on, and what happened to my things.
import { html, useContext } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { DRAFT, SEAL_FAILED, WITH_AGENCY, WITH_VENDOR } from '../contract/states.js';
import { date, dateTime } from '../shared/format.js';
import { hasText, t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Badge, Card, EmptyState, ErrorAlert, Icon, LinkButton, Loading, Session, may, useLoad,
} from '../shared/ui.js';
import { EndingDocuments } from '../wallet/notice.js';
import { Bulletins } from './bulletins.js';

const contracts = (state, icon) => ({ to: '/contracts', query: { state }, icon });

// Each tile leads to the list that has exactly so many rows.
const MINE = {
	to_sign: { to: '/received', query: { tab: 'to_sign' }, icon: 'pen', urgent: true },
	to_seal: { to: '/sealing', query: { tab: 'pending' }, icon: 'award', urgent: true },
	unread: { to: '/received', query: { tab: 'unread' }, icon: 'envelope' },
	approvals: { to: '/admin/approvals', icon: 'person-check', urgent: true },
	drafts: contracts(DRAFT, 'pencil-square'),
	seal_failed: { ...contracts(SEAL_FAILED, 'exclamation-triangle-fill'), urgent: true, quiet: true },
	returned: { ...contracts('returned', 'arrow-return-left'), urgent: true, quiet: true },
	expired: { ...contracts('expired', 'calendar-event'), urgent: true, quiet: true },
};
const OTHERS = {
	vendor_pending: contracts(WITH_VENDOR, 'hourglass-split'),
	agency_pending: contracts(WITH_AGENCY, 'hourglass-split'),
	completed: contracts('completed', 'check-circle-fill'),
};

/** Certificates that end, or ended, within so many days; the others are no news. */
const NEWS_DAYS = 90;
const isNews = (c) => Math.abs(Date.parse(c.notAfter) - Date.now()) <= NEWS_DAYS * 86400000;
/** What I did to reach something is no news about it. */
const NO_NEWS = /^session\.|^message\.read$|^signing\.|^demo\./;

function Tile({ tile, link: { to, query, icon, urgent } }) {
	return html`
		<a
			class=${`tile ${urgent && tile.count > 0 ? 'tile-urgent' : ''}`}
			href=${href(to, query)}
			data-testid=${`tile-${tile.code}`}
		>
			<span class="tile-icon">
				<${Icon} name=${icon} />
			</span>
			<span class="tile-count" data-testid="tile-count">
				${tile.count}
			</span>
			<span class="tile-text">${t(`tile.${tile.code}`)}</span>
		</a>
	`;
}

const Tiles = ({ tiles, links, testid }) => html`
	<div class="tiles" data-testid=${testid}>
		${tiles
			.filter((x) => links[x.code] && (x.count > 0 || !links[x.code].quiet))
			.map((tile) => html`
				<${Tile} key=${tile.code} tile=${tile} link=${links[tile.code]} />
			`)}
	</div>
`;

const target = (e) =>
	({
		contract: `#/contracts/${e.objectId}`,
		message: `#/messages/${e.objectId}`,
		certificate: '#/certificates',
	})[e.objectKind];

function Event({ event }) {
	const key = `action.${event.action}`;
	const about =
		event.text &&
		(target(event) && !event.action.endsWith('discard') ? html`
			<a href=${target(event)}>${event.text}</a>
		` : (
			event.text
		));
	return html`
		<li>
			<time dateTime=${event.at}>${dateTime(event.at)}</time>
			<span>
				${hasText(key) ? t(key) : event.action}
				${about && html` ${about}`}
			</span>
		</li>
	`;
}

function Expiry({ c }) {
	return html`
		<li>
			<span>${c.purpose}</span>
			<span class="quiet">${date(c.notAfter)}</span>
			<${Badge} kind=${c.daysLeft <= 7 ? 'bad' : 'warn'}>
				${c.daysLeft < 0 ? t('certificate.expired') : t('certificate.days_left', { n: c.daysLeft })}
			<//>
		</li>
	`;
}

/** What is due soon or over: what I have to sign leads to its message, my case to the contract. */
const dueTo = (d) =>
	d.role === 'officer'
		? `/contracts/${d.contractId}`
		: `/${d.role === 'sealer' ? 'sealing' : 'messages'}/${d.messageId}`;

const Due = ({ due }) => html`
	<${Card} title=${t('home.due')} headingId="due" testid="home-due">
		<ul class="validity">
			${due.map((d) => html`
				<li key=${d.number} data-testid="due-row" data-role=${d.role}>
					<span>
						<a href=${href(dueTo(d))}>${d.number}</a> ${d.title}
						<span class="quiet"> ${t(`home.due_${d.role}`)}</span>
					</span>
					<span class="quiet">${d.deadline.replaceAll('-', '/')}</span>
					<${Badge} kind=${d.overdue ? 'bad' : 'warn'}>
						${d.overdue ? t('home.over') : t(d.hard ? 'home.due_hard' : 'home.due_soft')}
					<//>
				</li>
			`)}
		</ul>
	<//>
`;

const Recent = ({ events }) => html`
	<${Card} title=${t('home.recent')} headingId="recent" testid="home-recent">
		${events.length === 0 ? html`
			<${EmptyState} icon="clock-history" title=${t('home.no_recent')} />
		` : html`
			<ul class="recent">
				${events.map((e) => html`
					<${Event} event=${e} />
				`)}
			</ul>
		`}
	<//>
`;

const Ending = ({ certificates }) => html`
	<${Card} title=${t('home.certificates')} headingId="validity" testid="home-certificates">
		<ul class="validity">
			${certificates.map((c) => html`
				<${Expiry} key=${c.id} c=${c} />
			`)}
		</ul>
		<${LinkButton} to="/certificates" icon="person-vcard">
			${t('home.certificates_all')}
		<//>
	<//>
`;

/** Who signs with a card and has none yet is told where to begin. */
const NoCertificate = () => html`
	<${Card} title=${t('certificate.none')} headingId="no-certificate" testid="home-no-certificate">
		<p>${t('certificate.none_hint')}</p>
		<${LinkButton} to="/certificates/new" kind="primary" icon="plus-lg">
			${t('certificate.new')}
		<//>
	<//>
`;

function Body({ home }) {
	const session = useContext(Session);
	const signs = may(session, 'sealer') || may(session, 'vendor_signer');
	const none = signs && home.certificatesTotal === 0;
	const tiles = [...home.tiles, ...home.cases];
	const ending = home.certificates.filter(isNews);
	return html`
		<${Tiles} tiles=${tiles} links=${MINE} testid="home-mine" />
		${tiles.some((x) => OTHERS[x.code]) && html`
			<section aria-labelledby="cases">
				<h2 class="tiles-title" id="cases">${t('home.cases')}</h2>
				<${Tiles} tiles=${tiles} links=${OTHERS} testid="home-cases" />
			</section>
		`}
		${home.due.length > 0 && html`<${Due} due=${home.due} />`}
		<div class=${ending.length > 0 || none ? 'columns' : ''}>
			<${Recent} events=${home.recent.filter((e) => !NO_NEWS.test(e.action))} />
			${ending.length > 0 && html`<${Ending} certificates=${ending} />`}
			${none && html`<${NoCertificate} />`}
		</div>
	`;
}

export function Home() {
	const session = useContext(Session);
	const home = useLoad((signal) => get('/home', {}, signal), 'home');
	document.title = `${t('menu.home')}｜${t('app.name')}`;
	return html`
		<header class="page-head">
			<div>
				<p class="hello">${t('home.hello', { name: session.member.name })}</p>
				<h1 id="page-title" tabindex="-1" data-testid="page-title">
					${t('home.waiting')}
				</h1>
			</div>
			${session.member.roles.includes('officer') && html`
				<div class="page-actions">
					<${LinkButton} to="/contracts/new" kind="primary" icon="plus-lg" testid="contract-new">
						${t('menu.contract_new')}
					<//>
				</div>
			`}
		</header>
		<${Bulletins} />
		<${EndingDocuments} />
		<${ErrorAlert} error=${home.error} retry=${home.reload} />
		${home.data ? html`<${Body} home=${home.data} />` : home.loading && html`<${Loading} />`}
	`;
}
