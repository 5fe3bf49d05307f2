// The shell: who is logged in, which page the address asks for, and the frame around it.
import { html, render, useEffect, useState } from './vendor/preact.js';
import { Login, LoginForm } from './account/login.js';
import { DEPARTMENTS, TEXTS } from './departments.js';
import { addTexts, languageTag, setLanguage, t } from './shared/i18n.js';
import { go, match, useRoute } from './shared/router.js';
import { Alert, Dialog, ErrorAlert, LinkButton, Loading, Page, Session, may } from './shared/ui.js';
import { SOFTWARE_CARD } from './practice/card.js';
import { Frame } from './shell/frame.js';
import { NotFound } from './shell/not-found.js';
import { useSession } from './shell/session.js';
import { answerInstead } from './signer/signer.js';

const ROUTES = DEPARTMENTS.flatMap((department) => department.routes);
const MENU = DEPARTMENTS.flatMap((department) => department.menu);
const SCREENS = DEPARTMENTS.flatMap((department) => department.screens ?? []);

/** @returns {{ page: any, params: any, menu?: string, role?: string | string[], open?: boolean }} */
function find(path) {
	for (const route of ROUTES) {
		const params = match(route.path, path);
		if (params) return { ...route, params };
	}
	return { page: NotFound, params: {} };
}

const NoRole = () => html`
	<${Page} title=${t('no_role.title')}>
		<${Alert} kind="warning" action=${html`<${LinkButton} to="/">${t('back_home')}<//>`}>
			${t('no_role.text')}
		<//>
	<//>
`;

/** Ended while working: the page stays as it is below the dialog, unless another member logs in. */
const Ended = ({ account, onStart }) => html`
	<${Dialog} title=${t('ended.title')} closable=${false} onClose=${() => {}}>
		<p>${t('ended.text')}</p>
		<${LoginForm} account=${account} onLogin=${(s) => onStart(s) || location.assign('/')} />
	<//>
`;

/** Focus on the title and the top of the page whenever another page is shown. */
function useArrival(visit, session) {
	useEffect(() => {
		if (session) document.getElementById('page-title')?.focus({ preventScroll: true });
		scrollTo(0, 0);
	}, [visit, Boolean(session)]);
}

function App() {
	const route = useRoute();
	const { session, error, ended, load, start, logout } = useSession();
	const [, setTurn] = useState(0);
	useArrival(route.visit, session);

	function language(next) {
		setLanguage(next);
		document.documentElement.lang = languageTag();
		setTurn((n) => n + 1);
	}
	async function leave() {
		await logout();
		go('/login', {}, { force: true });
	}
	function login(fresh) {
		const next = route.query.next;
		start(fresh);
		if (route.path === '/login') location.replace(next?.startsWith('/') ? `#${next}` : '#/');
	}

	answerInstead(session?.practice ? SOFTWARE_CARD : null);
	if (!session) {
		const asked = find(route.path);
		return html`
			<${Frame} visit=${route.visit} onLanguage=${language}>
				${session === null && asked.open ? html`
					<${asked.page} key=${route.visit} ...${asked.params} query=${route.query} />
				` : session === null ? html`
					<${Login} onLogin=${login} next=${!['/', '/login'].includes(route.path)} />
				` : error ? html`
					<${ErrorAlert} error=${error} retry=${load} />
				` : html`
					<${Loading} />
				`}
			<//>
		`;
	}
	// Who still has to set up a second factor sees nothing but the own account.
	const wanted = session.factorNeeded ? '/account' : route.path === '/login' ? '/' : route.path;
	const { page: View, menu, role, params } = find(wanted);
	const frame = {
		session,
		visit: route.visit,
		items: MENU,
		screens: SCREENS,
		current: menu,
		onLanguage: language,
		onLogout: leave,
	};
	return html`
		<${Session.Provider} value=${session}>
			<${Frame} ...${frame}>
				${may(session, role)
					? html`<${View} key=${route.visit} ...${params} query=${route.query} />`
					: html`<${NoRole} />`}
			<//>
			${ended && html`<${Ended} account=${session.member.account} onStart=${start} />`}
		<//>
	`;
}

TEXTS.forEach(addTexts);
document.documentElement.lang = languageTag();
const root = /** @type {HTMLElement} */ (document.getElementById('app'));
root.replaceChildren();
render(html`<${App} />`, root);
