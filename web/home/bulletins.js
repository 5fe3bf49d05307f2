// 公告 of today, above everything else.
import { html } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { Alert, useLoad } from '../shared/ui.js';

export function Bulletins() {
	const list = useLoad((signal) => get('/bulletins', {}, signal), 'bulletins');
	return (list.data?.items ?? []).map((b) => html`
		<div key=${b.id} data-testid="bulletin">
			<${Alert} kind=${b.urgent ? 'warning' : 'info'} title=${b.title}>
				<span class="lines">${b.body}</span>
			<//>
		</div>
	`);
}
