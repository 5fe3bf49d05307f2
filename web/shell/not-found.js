import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { EmptyState, LinkButton, Page } from '../shared/ui.js';

export const NotFound = () => html`
	<${Page} title=${t('not_found.title')}>
		<${EmptyState} icon="search" title=${t('not_found.text')}>
			<${LinkButton} to="/" kind="primary" icon="house">
				${t('back_home')}
			<//>
		<//>
	<//>
`;
