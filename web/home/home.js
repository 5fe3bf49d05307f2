import { html, useContext } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { date, dateTime } from '../shared/format.js';
import { hasText, t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Badge, Card, EmptyState, ErrorAlert, Icon, LinkButton, Loading, Session, useLoad,
} from '../shared/ui.js';

// Each tile leads to the list that has exactly so many rows.
const TILES = {
	to_sign: { to: '/received', query: { tab: 'to_sign' }, icon: 'pen', urgent: true },
	to_seal: { to: '/sealing', query: { tab: 'pending' }, icon: 'award', urgent: true },
	unread: { to: '/received', query: { tab: 'unread' }, icon: 'envelope' },
	drafts: { to: '/contracts', query: { state: 'draft' }, icon: 'pencil-square' },
	vendor_pending: { to: '/contracts', query: { state: 'vendor_pending' }, icon: 'hourglass-split' },
	agency_pending: { to: '/contracts', query: { state: 'agency_pending' }, icon: 'hourglass-split' },
	completed: { to: '/contracts', query: { state: 'completed' }, icon: 'check-circle-fill' },
};

function Tile({ tile }) {
	const { to, query, icon, urgent } = TILES[tile.code];
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
	const kind = c.daysLeft < 0 || c.daysLeft <= 7 ? 'bad' : c.daysLeft <= 60 ? 'warn' : 'good';
	return html`
		<li>
			<span>${c.purpose}</span>
			<span class="quiet">${date(c.notAfter)}</span>
			<${Badge} kind=${kind}>
				${c.daysLeft < 0 ? t('certificate.expired') : t('certificate.days_left', { n: c.daysLeft })}
			<//>
		</li>
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
			<${ErrorAlert} error=${home.error} retry=${home.reload} />
			${!home.data ? (
				home.loading && html`<${Loading} />`
			) : html`
					<div class="tiles">
						${home.data.tiles
							.filter((x) => TILES[x.code])
							.map((tile) => html`
								<${Tile} key=${tile.code} tile=${tile} />
							`)}
					</div>
					<div class="columns">
						<${Card} title=${t('home.recent')} headingId="recent">
							${home.data.recent.length === 0 ? html`
								<${EmptyState} icon="clock-history" title=${t('home.no_recent')} />
							` : html`
								<ul class="events">
									${home.data.recent.map((e) => html`
										<${Event} event=${e} />
									`)}
								</ul>
							`}
						<//>
						<${Card} title=${t('home.certificates')} headingId="validity">
							${home.data.certificates.length === 0 ? html`
								<${EmptyState} icon="person-vcard" title=${t('certificate.none')}>
									<${LinkButton} to="/certificates/new" icon="plus-lg">
										${t('certificate.new')}
									<//>
								<//>
							` : html`
								<ul class="validity">
									${home.data.certificates.map((c) => html`
										<${Expiry} key=${c.id} c=${c} />
									`)}
								</ul>
							`}
						<//>
					</div>
				`}
		`;
}
