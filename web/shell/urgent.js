// 公告 that are urgent: above every page until one has closed them; the home page shows all of them anyway.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Alert, Icon } from '../shared/ui.js';

const EVERY_MS = 5 * 60 * 1000;
const AT_MOST_MS = 30 * 1000; // (pages follow each other faster than notices)
const shelf = (member) => `yinxin.bulletins.${member}`;

/** What this member has closed on this computer. */
function closedBy(member) {
	try {
		return new Set(JSON.parse(localStorage.getItem(shelf(member)) ?? '[]'));
	} catch {
		return new Set();
	}
}

function useUrgent(visit) {
	const [items, setItems] = useState([]);
	const ask = useRef(() => {});
	useEffect(() => {
		const away = new AbortController();
		let last = 0;
		// (without an answer the last one stays: this is nothing that a page waits for)
		ask.current = () => {
			if (document.hidden || Date.now() - last < AT_MOST_MS) return;
			last = Date.now();
			get('/bulletins', {}, away.signal)
				.then((answer) => setItems(answer.items.filter((b) => b.urgent)))
				.catch(() => {});
		};
		const again = () => ask.current();
		const timer = setInterval(again, EVERY_MS);
		document.addEventListener('visibilitychange', again);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', again);
			away.abort();
		};
	}, []);
	useEffect(() => ask.current(), [visit]);
	return items;
}

/**
 * @param {{ member: string, visit: number, quiet: boolean }} props member: the id of who is logged in; quiet: not on
 *     this page
 */
export function Urgent({ member, visit, quiet }) {
	const items = useUrgent(visit);
	const [closed, setClosed] = useState(() => closedBy(member));
	function close(id) {
		// Only what is still shown anywhere is kept in mind.
		const now = new Set([...items.map((b) => b.id).filter((x) => closed.has(x)), id]);
		setClosed(now);
		try {
			localStorage.setItem(shelf(member), JSON.stringify([...now]));
		} catch {
			// a browser that keeps nothing shows it again
		}
		document.getElementById('main')?.focus();
	}
	return !quiet && items.filter((b) => !closed.has(b.id)).map((b) => html`
		<aside class="urgent" key=${b.id} data-testid="urgent" aria-label=${t('urgent.label', { title: b.title })}>
			<${Alert}
				kind="warning"
				title=${b.title}
				action=${html`
					<button
						type="button"
						class="icon-button"
						data-testid="urgent-close"
						aria-label=${t('urgent.close', { title: b.title })}
						onClick=${() => close(b.id)}
					>
						<${Icon} name="x" />
					</button>
				`}
			>
				<span class="lines">${b.body}</span>
			<//>
		</aside>
	`);
}
