import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { EmptyState, LinkButton, Page } from '../lib/ui.js';

export const NotFound = () => html`<${Page} title=${t('not_found.title')}><${EmptyState} icon="search" title=${t('not_found.text')}>
	<${LinkButton} to="/" kind="primary" icon="house">${t('back_home')}<//><//><//>`;
