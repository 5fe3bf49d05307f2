// Rows of a list that are ticked to be signed together: the ticks outlive paging, filtering and a
// reload; what they lead to is batch.js.
import { html, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { keep, kept } from '../shared/keep.js';
import { Button, ErrorAlert, LinkButton, useAction } from '../shared/ui.js';

/** So many messages at most are read and signed together: what the extension shows at once. */
export const MOST = 100;

const nameOf = (seal) => (seal ? 'batch-sealing' : 'batch-signing');
export const chosenOf = (seal) => /** @type {string[]} */ (kept(nameOf(seal)) ?? []);
export const choose = (seal, ids) => keep(nameOf(seal), ids);

/**
 * For a list of messages: the column of ticks and the bar above the table.
 * @param {{ seal: boolean, api: string, tab: string, waits: (m: any) => boolean }} of seal or sign; the list and
 *     the tab of what waits; does this row wait
 */
export function useChoice({ seal, api, tab, waits }) {
	const [ids, setIds] = useState(() => chosenOf(seal));
	const action = useAction();
	function set(next) {
		const some = [...new Set(next)].slice(0, MOST);
		setIds(some);
		choose(seal, some);
	}
	const toggle = (id, on) => set(on ? [...ids, id] : ids.filter((other) => other !== id));
	// What waits and fits the search in the list, wherever the list stands.
	const all = (asked) => action.run(async () => {
		const { items } = await get(api, { ...asked, tab, sort: undefined, page: 1, size: MOST });
		set([...ids, ...items.map((m) => m.id)]);
	});
	const column = {
		text: t('batch.tick'),
		class: 'tick-cell',
		quiet: true,
		cell: (m) => waits(m) && html`
			<label class="tick">
				<input
					type="checkbox"
					data-testid="batch-tick"
					checked=${ids.includes(m.id)}
					disabled=${!ids.includes(m.id) && ids.length >= MOST}
					aria-label=${t('batch.tick_this', { subject: m.subject })}
					onChange=${(e) => toggle(m.id, e.target.checked)}
				/>
			</label>
		`,
	};
	const bar = (rows, asked, filtered) => {
		const here = rows.filter(waits).map((m) => m.id);
		return html`
			<div class="batch-bar" role="group" aria-label=${t('batch.bar')} data-testid="batch-bar">
				<p role="status" data-testid="batch-count">
					${t('batch.chosen', { n: ids.length })}
					${ids.length >= MOST && html`<span class="quiet"> ${t('batch.most', { n: MOST })}</span>`}
				</p>
				<${Button} testid="batch-page" disabled=${here.length === 0} onClick=${() => set([...ids, ...here])}>
					${t('batch.page')}
				<//>
				<${Button} testid="batch-all" busy=${action.busy} onClick=${() => all(asked)}>
					${t(filtered ? 'batch.all_found' : seal ? 'batch.all_seal' : 'batch.all_sign')}
				<//>
				${ids.length > 0 && html`
					<${Button} testid="batch-none" onClick=${() => set([])}>${t('batch.none')}<//>
					<${LinkButton}
						to=${seal ? '/sealing/batch' : '/received/batch'}
						kind="seal"
						icon="pen"
						testid="batch-open"
					>
						${t(seal ? 'batch.open_seal' : 'batch.open_sign')}
					<//>
				`}
			</div>
			<${ErrorAlert} error=${action.error} />
		`;
	};
	return { column, bar };
}
