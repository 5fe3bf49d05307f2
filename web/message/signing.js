// Signing with the card, as every panel that signs does it: one preparation, a certificate of mine.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { del, post } from '../shared/api.js';
import { date } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Field } from '../shared/ui.js';

// After these the same preparation can be signed again (it lives for ten minutes).
export const AGAIN = [
	'pin_wrong',
	'pin_format',
	'wrong_card',
	'no_card',
	'no_reader',
	'no_card_service',
	'card_removed',
	'card_busy',
	'card_timeout',
	'no_user_click',
	'busy',
	'network',
];
export const usable = (c) => c.state === 'active' || c.state === 'expiring';

/** A preparation that is made once, used until it succeeds or dies, and given back. */
export function usePreparation() {
	const held = useRef(null);
	const drop = async () => {
		const signing = held.current;
		held.current = null;
		if (signing) await del(`/signings/${signing.id}`).catch(() => {}); // it dies by itself after ten minutes
	};
	useEffect(
		() => () => {
			drop();
		},
		[],
	);
	async function make(tasks, certificateId, sealId = '') {
		const wanted = JSON.stringify([tasks, certificateId, sealId]);
		const fresh = held.current && Date.parse(held.current.expiresAt) > Date.now() + 30000;
		if (held.current && (held.current.wanted !== wanted || !fresh)) await drop();
		const body = sealId ? { tasks, certificateId, sealId } : { tasks, certificateId };
		held.current ??= { ...(await post('/signings', body)), wanted };
		return held.current;
	}
	return {
		make,
		drop,
		done: () => {
			held.current = null;
		},
	};
}

export const Certificates = ({ list, value, onChange, error }) => html`
	<${Field} label=${t('sign.certificate')} required error=${error}>
		${(a) => html`
			<select ...${a} data-testid="certificate-select" onChange=${(e) => onChange(e.target.value)}>
				<option value="" selected=${!value}>
					${t('please_choose')}
				</option>
				${list.map((c) => html`
					<option key=${c.id} value=${c.id} selected=${c.id === value}>
						${t('sign.certificate_line', {
							purpose: c.purpose,
							issuer: c.issuerName ?? '',
							date: date(c.notAfter),
						})}
					</option>
				`)}
			</select>
		`}
	<//>
`;
