// Above every page of the practice: that it is one, whom one plays, and the way out.
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import { Button, ErrorAlert, Icon, useAction } from '../shared/ui.js';
import { PARTS, leave, partOf, play } from './play.js';

export function PracticeBar({ session }) {
	const action = useAction();
	const now = partOf(session.member);
	return html`
		<section class="practice-bar" aria-label=${t('practice.title')} data-testid="practice-bar" data-part=${now}>
			<p class="practice-what">
				<strong><${Icon} name="exclamation-triangle-fill" /> ${t('practice.banner')}</strong>
				<span>${t('practice.banner_text')}</span>
			</p>
			<div class="practice-parts" role="group" aria-label=${t('practice.play_as')}>
				<span class="practice-as">${t('practice.play_as')}</span>
				${PARTS.map((part) => html`
					<button
						key=${part}
						type="button"
						class="practice-part"
						aria-pressed=${part === now ? 'true' : 'false'}
						disabled=${action.busy}
						data-testid=${`practice-as-${part}`}
						onClick=${() => part !== now && action.run(() => play(part, '/'))}
					>
						${t(`practice.part.${part}`)}
					</button>
				`)}
			</div>
			<div class="practice-ways">
				<a href=${href('/practice')} data-testid="practice-steps">${t('practice.steps')}</a>
				<${Button}
					icon="box-arrow-right"
					busy=${action.busy}
					testid="practice-leave"
					onClick=${() => action.run(leave)}
				>
					${t('practice.leave')}
				<//>
			</div>
			<${ErrorAlert} error=${action.error} />
		</section>
	`;
}
