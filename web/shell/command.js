// Ctrl-K or ⌘-K: one line that finds a screen, a contract or a message and goes there.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { date } from '../shared/format.js';
import { inBothLanguages, t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import { Dialog, ErrorAlert, Icon, may } from '../shared/ui.js';
import { isOffered } from './menu.js';

/**
 * @typedef {{ id: string, to: string, icon: string, name: string, note?: string }} Hit
 * @typedef {{ id: string, title: string, hits: Hit[] }} Group
 */

const SIZE = 6;
const PAUSE_MS = 200;

/** Full and half width, large and small letters, and both ways to write 臺 are alike. */
const fold = (text) => text.normalize('NFKC').toLowerCase().replaceAll('台', '臺');

/** @returns {Hit[]} the screens that the member may use, by their name in either language */
function screens(items, session, q) {
	return items
		.filter((item) => isOffered(item, session))
		.filter((item) => inBothLanguages(item.text).some((name) => fold(name).includes(fold(q))))
		.map((item) => ({ id: `screen-${item.id}`, to: item.to, icon: item.icon, name: t(item.text) }));
}

async function contracts(q, signal) {
	const { items } = await get('/contracts', { q, size: SIZE }, signal);
	return items.map((c) => ({
		id: `contract-${c.id}`,
		to: `/contracts/${c.id}`,
		icon: 'file-earmark-text',
		name: `${c.number} ${c.title}`,
		note: t(`state.${c.state}`),
	}));
}

const messages = (api, path, icon, party) => async (q, signal) => {
	const { items } = await get(api, { q, size: SIZE }, signal);
	return items.map((m) => ({
		id: `${path.slice(1)}-${m.id}-${m[party]}`,
		to: `${path}/${m.id}`,
		icon,
		name: m.subject,
		note: `${m[party]} ${date(m.sentAt)}`,
	}));
};

async function drafts(q, signal) {
	const { items } = await get('/letters', { q }, signal);
	return items.slice(0, SIZE).map((l) => ({
		id: `letter-${l.id}`,
		to: l.sentAt ? `/sent/${l.id}` : `/letters/${l.id}`,
		icon: 'pencil-square',
		name: l.subject || t('letters.untitled'),
		note: `${t(`letter.state.${l.state}`)} ${date(l.changedAt)}`,
	}));
}

// Where to ask, with whose role, and what to call it.
const SOURCES = [
	{ id: 'contracts', title: 'menu.contracts_group', role: 'officer', find: contracts },
	{ id: 'received', title: 'menu.received', find: messages('/messages/received', '/messages', 'inbox', 'sender') },
	{ id: 'letters', title: 'letters.list', role: ['officer', 'registry', 'vendor_signer'], find: drafts },
	{ id: 'sent', title: 'menu.sent', find: messages('/messages/sent', '/sent', 'send', 'recipient') },
];

/** {groups, error, busy} for what is typed; a pause before the server is asked. */
function useFound(q, items, session) {
	const [found, setFound] = useState(/** @type {{ q: string, groups: Group[], error: any }} */ ({
		q: '',
		groups: [],
		error: null,
	}));
	useEffect(() => {
		const abort = new AbortController();
		async function ask() {
			const sources = SOURCES.filter((s) => may(session, s.role));
			try {
				const lists = await Promise.all(sources.map((s) => s.find(q, abort.signal)));
				const groups = sources.map((s, i) => ({ id: s.id, title: t(s.title), hits: lists[i] }));
				if (!abort.signal.aborted) setFound({ q, groups, error: null });
			} catch (error) {
				if (!abort.signal.aborted) setFound({ q, groups: [], error });
			}
		}
		const timer = q ? setTimeout(ask, PAUSE_MS) : undefined;
		return () => {
			clearTimeout(timer);
			abort.abort();
		};
	}, [q]);
	const own = { id: 'screens', title: t('command.screens'), hits: screens(items, session, q) };
	const groups = [own, ...(q ? found.groups : [])].filter((g) => g.hits.length > 0);
	return { groups, error: q ? found.error : null, busy: q !== '' && found.q !== q };
}

const Option = ({ hit, current, onGo, onPoint }) => html`
	<li
		role="option"
		id=${`command-${hit.id}`}
		class="command-hit"
		aria-selected=${current ? 'true' : 'false'}
		data-testid="command-hit"
		onClick=${onGo}
		onMouseMove=${onPoint}
	>
		<${Icon} name=${hit.icon} />
		<span class="command-name">${hit.name}</span>
		${hit.note && html`<span class="quiet">${hit.note}</span>`}
	</li>
`;

const Hits = ({ groups, current, onGo, onPoint }) => html`
	<div role="listbox" id="command-list" class="command-list" aria-label=${t('command.found')}>
		${groups.map((group) => html`
			<ul role="group" key=${group.id} aria-labelledby=${`command-g-${group.id}`}>
				<li role="presentation" class="command-group" id=${`command-g-${group.id}`}>${group.title}</li>
				${group.hits.map((hit) => html`
					<${Option}
						key=${hit.id}
						hit=${hit}
						current=${hit.id === current?.id}
						onGo=${() => onGo(hit)}
						onPoint=${() => onPoint(hit)}
					/>
				`)}
			</ul>
		`)}
	</div>
`;

function Palette({ items, session, onClose }) {
	const [text, setText] = useState('');
	const [chosen, setChosen] = useState('');
	const { groups, error, busy } = useFound(text.trim(), items, session);
	const hits = groups.flatMap((g) => g.hits);
	const at = Math.max(0, hits.findIndex((h) => h.id === chosen));
	const current = hits[at];
	const goTo = (hit) => {
		onClose();
		go(hit.to);
	};
	useEffect(() => {
		if (current) document.getElementById(`command-${current.id}`)?.scrollIntoView({ block: 'nearest' });
	}, [current?.id]);
	function key(e) {
		if (e.isComposing) return; // an input method is at work
		const to = { ArrowDown: at + 1, ArrowUp: at - 1 + hits.length }[e.key];
		if (to === undefined && e.key !== 'Enter') return;
		e.preventDefault();
		if (to !== undefined && hits.length > 0) setChosen(hits[to % hits.length].id);
		else if (current && !busy) goTo(current);
	}
	return html`
		<${Dialog} title=${t('command.title')} wide onClose=${onClose}>
			<input
				type="text"
				role="combobox"
				aria-label=${t('command.label')}
				aria-expanded="true"
				aria-controls="command-list"
				aria-autocomplete="list"
				aria-activedescendant=${current ? `command-${current.id}` : undefined}
				placeholder=${t('command.label')}
				maxlength="100"
				autocomplete="off"
				autofocus
				data-testid="command-input"
				data-busy=${busy ? 'true' : 'false'}
				value=${text}
				onInput=${(e) => setText(e.target.value)}
				onKeyDown=${key}
			/>
			<${ErrorAlert} error=${error} />
			<${Hits} groups=${groups} current=${current} onGo=${goTo} onPoint=${(hit) => setChosen(hit.id)} />
			<p class="hint" role="status" data-testid="command-status">
				${busy ? t('loading') : hits.length === 0 ? t('nothing_found') : t('command.keys', { n: hits.length })}
			</p>
		<//>
	`;
}

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * The button for the header, and the menu itself, which stands elsewhere.
 * items: the entries of the menu and further screens.
 */
export function useCommand(items, session) {
	const [open, setOpen] = useState(false);
	const wanted = useRef(() => {});
	wanted.current = () => {
		if (session && (open || !document.querySelector('dialog[open]'))) setOpen(!open);
	};
	useEffect(() => {
		const pressed = (e) => {
			if (e.key.toLowerCase() !== 'k' || e.altKey || e.shiftKey || !(MAC ? e.metaKey : e.ctrlKey)) return;
			e.preventDefault();
			wanted.current();
		};
		addEventListener('keydown', pressed);
		return () => removeEventListener('keydown', pressed);
	}, []);
	const button = session && html`
		<button
			type="button"
			class="button button-quiet command-open"
			data-testid="command-open"
			aria-keyshortcuts=${MAC ? 'Meta+K' : 'Control+K'}
			aria-haspopup="dialog"
			onClick=${() => setOpen(true)}
		>
			<${Icon} name="search" />
			<span class="command-word">${t('command.open')}</span>
			<kbd aria-hidden="true">${MAC ? '⌘K' : 'Ctrl K'}</kbd>
		</button>
	`;
	const palette = open &&
		session && html`<${Palette} items=${items} session=${session} onClose=${() => setOpen(false)} />`;
	return { button, palette };
}
