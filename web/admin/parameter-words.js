// Values of parameters as people say them.
import { t } from '../shared/i18n.js';

function days(value) {
	if (value === '') return t('parameter.never');
	return value.split(',').map((n) => (n === '0' ? t('parameter.last_day') : t('parameter.days_before', { n })))
		.join(t('parameter.and'));
}

/** p: a parameter as the API tells it; value: text, as it is kept. */
export function inWords(p, value) {
	if (p.type === 'bool') return t(value === 'yes' ? 'parameter.yes' : 'parameter.no');
	if (p.type === 'word') return t(`parameter.word_${value}`);
	if (p.type === 'days') return days(value);
	if (p.type === 'text') return value || t('parameter.empty');
	if (p.name === 'contract.deadline_days' && value === '0') return t('parameter.no_deadline');
	return p.unit ? t(`parameter.unit_${p.unit}`, { n: value }) : value;
}
