// What the pages of seal pictures share.
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Badge } from '../shared/ui.js';

export const sealTrail = (...last) => [{ text: t('menu.settings') }, { text: t('menu.seals'), to: '/seals' }, ...last];

const KIND = {
	active: 'good', proposed: 'warn', early: 'neutral', expired: 'bad', refused: 'bad', disabled: 'neutral',
	approved: 'good',
};
export const SealState = ({ state }) => html`
	<${Badge} kind=${KIND[state]} testid="seal-state">${t(`seal.state.${state}`)}<//>
`;

export const pictureUrl = (id, version) => `/api/v1/seals/${id}/picture?version=${version}`;

/** The picture on paper, as it is printed; the checks show where it is see-through. */
export const Picture = ({ src, name, large = false }) => html`
	<span class=${large ? 'seal-picture seal-large' : 'seal-picture'}>
		<img src=${src} alt=${name} loading="lazy" />
	</span>
`;

/** Tenths of a millimetre. */
export const sizeText = ({ width, height }) => t('seal.mm', { w: width / 10, h: height / 10 });

/** A day as screens write it. */
const day = (date) => date?.replaceAll('-', '/');

export const periodText = (from, until) =>
	until ? t('seal.period', { from: day(from), until: day(until) }) : t('seal.period_open', { from: day(from) });
