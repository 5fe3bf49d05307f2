// 處理紀錄: what happened to a contract besides signatures, for both sides.
import { html } from '../vendor/preact.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';

export const Events = ({ events, level = 3 }) => {
	const Heading = `h${level}`;
	return (
		events.length > 0 &&
		html`
			<${Heading} class="list-title">${t('life.events')}<//>
			<ol class="events" data-testid="events">
				${events.map((e, i) => html`
					<li key=${i} data-testid="event" data-kind=${e.kind}>
						<span class="figure quiet">${dateTime(e.at)}</span>
						<strong>${t(`event.${e.kind}`)}</strong>
						<span>${e.by ?? t('life.by_platform')}</span>
						${e.reason && html`<span>${t(`reason.${e.reason}`)}</span>`}
						${e.text && html`<span class="lines">${e.text}</span>`}
					</li>
				`)}
			</ol>
		`
	);
};
