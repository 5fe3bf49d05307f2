// The main menu: the entries of the departments that the member's roles may use.
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import { Icon, may } from '../shared/ui.js';

/**
 * @typedef {{
 * id: string, to: string, icon: string, text: string, role?: string | string[], group?: string, real?: boolean
 * }} MenuItem
 * `text` and `group` are keys of texts; items of one group stand together under its heading; what is `real` is closed
 * in a practice.
 */

/** May this entry be offered to who is here? */
export const isOffered = (item, session) => may(session, item.role) && !(item.real && session.practice);

/**
 * Entries in order; those with a group are gathered where the group's first one stands.
 * @param {MenuItem[]} items
 * @returns {{ group?: string, items: MenuItem[] }[]}
 */
export function grouped(items) {
	/** @type {{ group?: string, items: MenuItem[] }[]} */
	const blocks = [];
	for (const item of items) {
		const block = item.group && blocks.find((b) => b.group === item.group);
		if (block) block.items.push(item);
		else blocks.push({ group: item.group, items: [item] });
	}
	return blocks;
}

const MenuLink = ({ item, current, onGo }) => html`
	<li>
		<a
			class="menu-link"
			href=${href(item.to)}
			data-testid=${`menu-${item.id}`}
			aria-current=${current === item.id ? 'page' : undefined}
			onClick=${onGo}
		>
			<${Icon} name=${item.icon} />
			<span>${t(item.text)}</span>
		</a>
	</li>
`;

const MenuGroup = ({ block, ...rest }) => {
	const id = `menu-h-${block.group.split('.').pop()}`;
	return html`
		<li class="menu-group">
			<span class="menu-heading" id=${id}>
				${t(block.group)}
			</span>
			<ul aria-labelledby=${id}>
				${block.items.map((item) => html`
					<${MenuLink} key=${item.id} item=${item} ...${rest} />
				`)}
			</ul>
		</li>
	`;
};

/** @param {{ items: MenuItem[], session: any, current?: string, onGo: () => void }} props */
export function Menu({ items, session, ...rest }) {
	const blocks = grouped(items.filter((item) => isOffered(item, session)));
	return html`
		<nav class="menu" id="menu" aria-label=${t('menu.title')}>
			<p class="menu-title">${t('menu.title')}</p>
			<ul>
				${blocks.map((block) =>
					block.group ? html`
						<${MenuGroup} key=${block.group} block=${block} ...${rest} />
					` : html`
						<${MenuLink} key=${block.items[0].id} item=${block.items[0]} ...${rest} />
					`,
				)}
			</ul>
		</nav>
	`;
}
