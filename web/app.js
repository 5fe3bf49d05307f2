// The shell: session, menu of the member's roles, routes.
import { html, render, useEffect, useRef, useState } from './vendor/preact.js';
import { del, get, setCsrf, whenSessionEnds } from './shared/api.js';
import { getLanguage, languageTag, setLanguage, t } from './shared/i18n.js';
import { go, href, match, useRoute } from './shared/router.js';
import { Alert, Dialog, ErrorAlert, Icon, LinkButton, Loading, Page, Session } from './shared/ui.js';
import { Login, LoginForm } from './account/login.js';
import { Home } from './home/home.js';
import { ContractBasics } from './contract/contract-basics.js';
import { ContractFiles } from './contract/contract-files.js';
import { ContractSigners } from './contract/contract-signers.js';
import { Contracts } from './contract/contracts.js';
import { Contract } from './contract/contract.js';
import { Received } from './message/received.js';
import { Sent } from './message/sent.js';
import { Message } from './message/message.js';
import { Sealing } from './sealing/sealing.js';
import { SealingTask } from './sealing/sealing-task.js';
import { Certificates } from './certificate/certificates.js';
import { CertificateNew } from './certificate/certificate-new.js';
import { NotFound } from './shell/not-found.js';

// path, page, the menu item it belongs to, the role it needs
const ROUTES = [
	['/', Home, 'home'],
	['/contracts', Contracts, 'contracts', 'officer'],
	['/contracts/new', ContractBasics, 'contract-new', 'officer'],
	['/contracts/:id', Contract, 'contracts', 'officer'],
	['/contracts/:id/basics', ContractBasics, 'contract-new', 'officer'],
	['/contracts/:id/files', ContractFiles, 'contract-new', 'officer'],
	['/contracts/:id/signers', ContractSigners, 'contract-new', 'officer'],
	['/received', Received, 'received'],
	['/sent', Sent, 'sent'],
	['/messages/:id', Message, 'received'],
	['/sealing', Sealing, 'sealing', 'sealer'],
	['/sealing/:id', SealingTask, 'sealing', 'sealer'],
	['/certificates', Certificates, 'certificates'],
	['/certificates/new', CertificateNew, 'certificates'],
];

// In the order of the deck's menu tree (B0-09).
const MENU = [
	{ id: 'home', to: '/', icon: 'house', text: 'menu.home' },
	{ id: 'sealing', to: '/sealing', icon: 'award', text: 'menu.sealing', role: 'sealer' },
	{ id: 'documents', text: 'menu.documents', items: [
		{ id: 'received', to: '/received', icon: 'inbox', text: 'menu.received' },
		{ id: 'sent', to: '/sent', icon: 'send', text: 'menu.sent' }] },
	{ id: 'contracts-group', text: 'menu.contracts_group', role: 'officer', items: [
		{ id: 'contract-new', to: '/contracts/new', icon: 'file-earmark-plus', text: 'menu.contract_new' },
		{ id: 'contracts', to: '/contracts', icon: 'search', text: 'menu.contracts' }] },
	{ id: 'settings', text: 'menu.settings', items: [
		{ id: 'certificates', to: '/certificates', icon: 'person-vcard', text: 'menu.certificates' }] },
];

const may = (session, role) => !role || session.member.roles.includes(role);

const MenuLink = ({ item, current, onGo }) => html`<li><a class="menu-link" href=${href(item.to)} data-testid=${`menu-${item.id}`}
	aria-current=${current === item.id ? 'page' : undefined} onClick=${onGo}><${Icon} name=${item.icon} /><span>${t(item.text)}</span></a></li>`;

function Menu({ session, current, onGo }) {
	return html`<nav class="menu" id="menu" aria-label=${t('menu.title')}><p class="menu-title">${t('menu.title')}</p><ul>
		${MENU.filter((m) => may(session, m.role)).map((m) => (m.items
			? html`<li class="menu-group"><span class="menu-heading" id=${`menu-h-${m.id}`}>${t(m.text)}</span>
				<ul aria-labelledby=${`menu-h-${m.id}`}>${m.items.map((i) => html`<${MenuLink} item=${i} current=${current} onGo=${onGo} />`)}</ul></li>`
			: html`<${MenuLink} item=${m} current=${current} onGo=${onGo} />`))}</ul></nav>`;
}

const Brand = ({ name }) => html`<a class="brand" href="#/"><span class="seal" aria-hidden="true"><span>印</span><span>信</span></span>
	<span class="brand-text"><span class="brand-name">${name || t('platform')}</span><span class="brand-sub">${t('app.name')}</span></span></a>`;

const Language = ({ onChange }) => html`<button type="button" class="button button-quiet" data-testid="language" lang=${getLanguage() === 'zh' ? 'en' : 'zh-Hant-TW'}
	onClick=${() => onChange(getLanguage() === 'zh' ? 'en' : 'zh')}><${Icon} name="translate" /><span>${getLanguage() === 'zh' ? 'English' : '中文'}</span></button>`;

function UserMenu({ session, onLogout }) {
	const ref = useRef(null);
	useEffect(() => {
		const close = (e) => {
			if (ref.current?.open && (e.key === 'Escape' || (e.type === 'click' && !ref.current.contains(e.target))))
				ref.current.open = false;
		};
		addEventListener('click', close);
		addEventListener('keydown', close);
		return () => { removeEventListener('click', close); removeEventListener('keydown', close); };
	}, []);
	const { member } = session;
	return html`<details class="user-menu" ref=${ref}><summary class="button button-quiet" data-testid="user-menu"><${Icon} name="person-circle" /><span>${member.name}</span></summary>
		<div class="user-card"><p class="user-name">${member.name}</p><p>${member.organization.name}</p>${member.unit && html`<p>${member.unit.name}</p>`}
			<p class="quiet">${t('login.account')}${t('colon')}${member.account}</p>
			<p class="quiet">${member.roles.map((r) => t(`role.${r}`)).join(t('comma'))}</p>
			<button type="button" class="button button-plain" data-testid="logout" onClick=${onLogout}><${Icon} name="box-arrow-right" /><span>${t('logout')}</span></button></div></details>`;
}

const Footer = () => html`<footer class="footer"><p>${t('footer.about')}</p><p>${t('footer.time')}</p></footer>`;

function Shell({ session, route, onLanguage, onLogout, children, current }) {
	const [open, setOpen] = useState(() => innerWidth >= 992);
	const narrow = () => innerWidth < 992 && setOpen(false);
	return html`<a class="skip" href="#main" onClick=${(e) => { e.preventDefault(); document.getElementById('main').focus(); }}>${t('skip')}</a>
		<header class="top">${session && html`<button type="button" class="icon-button menu-toggle" data-testid="menu-toggle" aria-expanded=${open ? 'true' : 'false'} aria-controls="menu"
				aria-label=${t(open ? 'menu.collapse' : 'menu.expand')} onClick=${() => setOpen(!open)}><${Icon} name="list" /></button>`}
			<${Brand} name=${session?.platformName} /><div class="top-tools"><${Language} onChange=${onLanguage} />
			${session && html`<${UserMenu} session=${session} onLogout=${onLogout} />`}</div></header>
		<div class=${session ? `frame ${open ? 'frame-open' : ''}` : 'frame-plain'}>${session && open && html`<${Menu} session=${session} current=${current} onGo=${narrow} />`}
			<main id="main" tabindex="-1" key=${route.path}>${children}</main></div><${Footer} />`;
}

function find(path) {
	for (const [pattern, page, menu, role] of ROUTES) {
		const params = match(pattern, path);
		if (params)
			return { page, menu, role, params };
	}
	return { page: NotFound, params: {} };
}

function App() {
	const route = useRoute();
	const [state, setState] = useState({ session: undefined, error: null, ended: false });
	const [, setTurn] = useState(0);
	const known = useRef(null);

	async function load() {
		setState((s) => ({ ...s, error: null }));
		try {
			start(await get('/session'));
		} catch (error) {
			setState(error.code === 'not_logged_in' ? { session: null, error: null, ended: false } : { session: undefined, error, ended: false });
		}
	}
	function start(session) {
		const same = known.current?.member.id === session.member.id;
		const renewals = (known.current?.renewals ?? 0) + 1;
		setCsrf(session.csrf);
		known.current = { ...session, renewals };
		setState({ session: known.current, error: null, ended: false });
		return same;
	}
	useEffect(() => {
		// Ended while working: the page stays as it is below a login dialog.
		whenSessionEnds(() => known.current && setState((s) => ({ ...s, ended: true })));
		load();
	}, []);
	useEffect(() => {
		if (known.current)
			document.getElementById('page-title')?.focus({ preventScroll: true });
		scrollTo(0, 0);
	}, [route.path, Boolean(state.session)]);

	const language = (next) => { setLanguage(next); document.documentElement.lang = languageTag() === 'en' ? 'en' : 'zh-Hant-TW'; setTurn((n) => n + 1); };
	async function logout() {
		try {
			await del('/session');
		} catch {
			// already over
		}
		known.current = null;
		setCsrf('');
		setState({ session: null, error: null, ended: false });
		go('/login', {}, { force: true });
	}
	function login(session) {
		start(session);
		const to = route.query.next;
		if (route.path === '/login')
			location.replace(to && to.startsWith('/') ? `#${to}` : '#/');
	}

	const { session, error } = state;
	if (session === undefined)
		return html`<${Shell} session=${null} route=${route} onLanguage=${language}>${error ? html`<${ErrorAlert} error=${error} retry=${load} />` : html`<${Loading} />`}<//>`;
	if (session === null)
		return html`<${Shell} session=${null} route=${route} onLanguage=${language}><${Login} onLogin=${login} next=${!['/', '/login'].includes(route.path)} /><//>`;
	const { page: View, menu, role, params } = find(route.path === '/login' ? '/' : route.path);
	return html`<${Session.Provider} value=${session}><${Shell} session=${session} route=${route} onLanguage=${language} onLogout=${logout} current=${menu}>
			${may(session, role) ? html`<${View} key=${route.path} ...${params} query=${route.query} />`
				: html`<${Page} title=${t('no_role.title')}><${Alert} kind="warning" action=${html`<${LinkButton} to="/">${t('back_home')}<//>`}>${t('no_role.text')}<//><//>`}<//>
		${state.ended && html`<${Dialog} title=${t('ended.title')} closable=${false} onClose=${() => {}}><p>${t('ended.text')}</p>
			<${LoginForm} account=${session.member.account} onLogin=${(s) => { if (!start(s)) location.assign('/'); }} /><//>`}<//>`;
}

document.documentElement.lang = languageTag();
document.getElementById('app').replaceChildren();
render(html`<${App} />`, document.getElementById('app'));
