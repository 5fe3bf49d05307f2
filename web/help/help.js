// 操作說明: the chapters of the training, each a page.
import { html } from '../vendor/preact.js';
import { getLanguage, t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import { Card, LinkButton, Page } from '../shared/ui.js';
import en from './en.js';
import { Flow } from './flow.js';
import zh from './zh.js';

const chapters = () => (getLanguage() === 'en' ? en : zh);

const Contents = ({ now }) => html`
	<nav class="help-contents" aria-label=${t('help.chapters')}>
		<ol>
			${chapters().map((c) => html`
				<li key=${c.id}>
					<a
						href=${href(`/help/${c.id}`)}
						aria-current=${c.id === now ? 'page' : undefined}
						data-testid=${`help-${c.id}`}
					>
						${c.title}
					</a>
				</li>
			`)}
			<li>
				<a href=${href('/practice')} data-testid="help-practice">${t('practice.title')}</a>
			</li>
		</ol>
	</nav>
`;

const Part = ({ part, id }) => html`
	<${Card} title=${part.heading} headingId=${id}>
		${part.text && html`<p>${part.text}</p>`}
		${part.flow && html`<${Flow} flow=${part.flow} />`}
		${part.steps && html`<ol class="help-steps">${part.steps.map((s) => html`<li key=${s}>${s}</li>`)}</ol>`}
		${part.notes?.map((n) => html`
			<p class="note note-warning" key=${n}><strong>${t('help.note')}${t('colon')}</strong>${n}</p>
		`)}
	<//>
`;

export function Help({ id }) {
	const all = chapters();
	const index = Math.max(0, all.findIndex((c) => c.id === id));
	const chapter = all[index];
	const next = all[index + 1];
	return html`
		<${Page}
			title=${chapter.title}
			intro=${chapter.intro}
			trail=${[{ text: t('help.title'), to: '/help' }, { text: chapter.title, now: true }]}
		>
			<div class="help">
				<${Contents} now=${chapter.id} />
				<div class="help-text">
					${chapter.parts.map((part, i) => html`<${Part} key=${i} part=${part} id=${`part-${i}`} />`)}
					${next && html`
						<p><${LinkButton} to=${`/help/${next.id}`} icon="chevron-right" testid="help-next">
							${t('help.next', { title: next.title })}
						<//></p>
					`}
				</div>
			</div>
		<//>
	`;
}
