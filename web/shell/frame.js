// What stands around every page: header with brand, language and user, menu, footer.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { getLanguage, t } from '../shared/i18n.js';
import { Icon } from '../shared/ui.js';
import { PracticeBar } from '../practice/bar.js';
import { useCommand } from './command.js';
import { Menu } from './menu.js';
import { Urgent } from './urgent.js';

const NARROW = 992; // below this the menu covers the page, so it closes after a choice

const Brand = ({ name }) => html`
	<a class="brand" href="#/">
		<span class="seal" aria-hidden="true">
			<span>印</span>
			<span>信</span>
		</span>
		<span class="brand-text">
			<span class="brand-name">${name || t('platform')}</span>
			<span class="brand-sub">${t('app.name')}</span>
		</span>
	</a>
`;

function Language({ onChange }) {
	const chinese = getLanguage() === 'zh';
	return html`
		<button
			type="button"
			class="button button-quiet"
			data-testid="language"
			lang=${chinese ? 'en' : 'zh-Hant-TW'}
			onClick=${() => onChange(chinese ? 'en' : 'zh')}
		>
			<${Icon} name="translate" />
			<span>${chinese ? 'English' : '中文'}</span>
		</button>
	`;
}

/** Closes the details element when one clicks elsewhere or presses Esc. */
function useClosing(ref) {
	useEffect(() => {
		const close = (e) => {
			const away = e.key === 'Escape' || (e.type === 'click' && !ref.current?.contains(e.target));
			if (ref.current?.open && away) ref.current.open = false;
		};
		addEventListener('click', close);
		addEventListener('keydown', close);
		return () => {
			removeEventListener('click', close);
			removeEventListener('keydown', close);
		};
	}, []);
}

function UserMenu({ member, onLogout }) {
	const ref = useRef(null);
	useClosing(ref);
	return html`
		<details class="user-menu" ref=${ref}>
			<summary class="button button-quiet" data-testid="user-menu">
				<${Icon} name="person-circle" />
				<span>${member.name}</span>
			</summary>
			<div class="user-card">
				<p class="user-name">${member.name}</p>
				<p>${member.organization.name}</p>
				${member.unit && html`<p>${member.unit.name}</p>`}
				<p class="quiet">
					${t('login.account')}
					${t('colon')}
					${member.account}
				</p>
				<p class="quiet">${member.roles.map((r) => t(`role.${r}`)).join(t('comma'))}</p>
				<a class="button button-plain" href="#/account" data-testid="user-account">
					<${Icon} name="person-gear" />
					<span>${t('menu.member')}</span>
				</a>
				<button type="button" class="button button-plain" data-testid="logout" onClick=${onLogout}>
					<${Icon} name="box-arrow-right" />
					<span>${t('logout')}</span>
				</button>
			</div>
		</details>
	`;
}

const Footer = () => html`
	<footer class="footer">
		<p>${t('footer.about')}</p>
		<p>${t('footer.time')}</p>
	</footer>
`;

function skip(e) {
	e.preventDefault();
	document.getElementById('main')?.focus();
}

const MenuToggle = ({ open, onToggle }) => html`
	<button
		type="button"
		class="icon-button menu-toggle"
		data-testid="menu-toggle"
		aria-expanded=${open ? 'true' : 'false'}
		aria-controls="menu"
		aria-label=${t(open ? 'menu.collapse' : 'menu.expand')}
		onClick=${onToggle}
	>
		<${Icon} name="list" />
	</button>
`;

/**
 * Without a session there is neither menu nor user.
 * @param {{ session?: any, visit: number, items?: import('./menu.js').MenuItem[],
 *     screens?: import('./menu.js').MenuItem[], current?: string,
 *     onLanguage: (next: string) => void, onLogout?: () => void, children: any }} props
 */
export function Frame({ session = null, visit, items = [], screens = [], current, onLanguage, onLogout, children }) {
	const [open, setOpen] = useState(() => innerWidth >= NARROW);
	const command = useCommand([...items, ...screens], session);
	const afterChoice = () => innerWidth < NARROW && setOpen(false);
	return html`
			<a class="skip" href="#main" onClick=${skip}>
				${t('skip')}
			</a>
			<header class="top">
				${session && html`<${MenuToggle} open=${open} onToggle=${() => setOpen(!open)} />`}
				<${Brand} name=${session?.platformName} />
				<div class="top-tools">
					${command.button}
					<${Language} onChange=${onLanguage} />
					${session && html`<${UserMenu} member=${session.member} onLogout=${onLogout} />`}
				</div>
			</header>
			${session?.practice && html`<${PracticeBar} session=${session} />`}
			${session && html`<${Urgent} member=${session.member.id} visit=${visit} quiet=${current === 'home'} />`}
			<div class=${session ? `frame ${open ? 'frame-open' : ''}` : 'frame-plain'}>
				${session && open && html`
					<${Menu} items=${items} session=${session} current=${current} onGo=${afterChoice} />
				`}
				<main id="main" tabindex="-1" key=${visit}>
					${children}
				</main>
			</div>
			<${Footer} />
			${command.palette}
		`;
}
