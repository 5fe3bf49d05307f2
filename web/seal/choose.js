// Which seal picture is drawn where the documents have a place for it; nothing to choose, nothing shown.
import { html } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Field, useLoad } from '../shared/ui.js';

/** @param {{ certificate: string, value: string, onChange: (id: string) => void }} props */
export function ChooseSeal({ certificate, value, onChange }) {
	const seals = useLoad(
		(signal) => certificate
			? get('/seals/usable', { certificateId: certificate }, signal)
			: Promise.resolve({ items: [] }),
		certificate,
	);
	const items = seals.data?.items ?? [];
	if (items.length === 0) return null;
	return html`
		<${Field} label=${t('sign.seal')}>
			${(a) => html`
				<select ...${a} data-testid="seal-select" onChange=${(e) => onChange(e.target.value)}>
					<option value="" selected=${!value}>${t('sign.seal_auto')}${t('colon')}${items[0].name}</option>
					${items.map((s) => html`
						<option key=${s.id} value=${s.id} selected=${s.id === value}>${s.name}</option>
					`)}
				</select>
			`}
		<//>
	`;
}
