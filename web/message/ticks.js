// Which documents are ticked for signing. What was opened is ticked by itself; what was never
// opened cannot be, unless the agency lets its people sign unread documents.
import { html, useState } from '../vendor/preact.js';
import { documentName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Button } from '../shared/ui.js';

const OPEN = ['ready', 'read', 'prepared'];

/** Tasks of a message that wait for my signature. */
export const openTasks = (m) => m.tasks.filter((task) => OPEN.includes(task.state));

/**
 * @param {any} m the message
 * @param {ReturnType<typeof import('../document/reading.js').useReading>} reading
 * @param {boolean} requireRead
 */
export function useTicks(m, reading, requireRead) {
	const [own, setOwn] = useState(new Map()); // task → what I decided myself
	const rows = openTasks(m).map((task) => {
		const document = m.documents.find((d) => d.id === task.documentId);
		const opened = reading.of(document) !== null;
		const may = opened || !requireRead;
		return { task, document, may, ticked: may && (own.get(task.id) ?? opened) };
	});
	return {
		rows,
		ticked: rows.filter((row) => row.ticked),
		closed: rows.filter((row) => !row.may).length,
		tick: (task, on) => setOwn((all) => new Map(all).set(task.id, on)),
		tickAll: (on) => setOwn(new Map(rows.map(({ task }) => [task.id, on]))),
	};
}

/** @param {{ ticks: ReturnType<typeof useTicks>, row: any }} props */
export const Tick = ({ ticks, row }) => html`
	<label>
		<input
			type="checkbox"
			checked=${row.ticked}
			disabled=${!row.may}
			data-testid="sign-check"
			aria-label=${t('sign.this', { name: documentName(row.document.name) })}
			aria-describedby=${row.may ? undefined : 'ticks-hint'}
			onChange=${(e) => ticks.tick(row.task, e.target.checked)}
		/>
	</label>
`;

/** Above the list: how many are ticked; all, none; why some cannot be. */
export const TicksHead = ({ ticks, seal }) => html`
	<div class="desk-list-head" data-testid="ticks">
		<p role="status">
			<strong>${t(seal ? 'message.files_to_seal' : 'message.files_to_sign')}</strong>${' '}
			<span class="quiet">
				${t('sign.ticked', { ticked: ticks.ticked.length, total: ticks.rows.length })}
			</span>
		</p>
		${ticks.rows.length > 1 && html`
			<div class="desk-list-buttons">
				<${Button} testid="tick-all" onClick=${() => ticks.tickAll(true)}>${t('sign.tick_all')}<//>
				<${Button} testid="tick-none" onClick=${() => ticks.tickAll(false)}>${t('sign.tick_none')}<//>
			</div>
		`}
		${ticks.closed > 0 && html`
			<p class="hint" id="ticks-hint" data-testid="ticks-hint">
				${t('sign.open_first', { n: ticks.closed })}
			</p>
		`}
	</div>
`;
