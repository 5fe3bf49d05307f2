// What a merger of agencies does, in words: what goes over, what ends, what stays.
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Alert, Badge, DataTable } from '../shared/ui.js';

const GROUPS = [
	['goes', [
		'members', 'admins', 'sealers', 'units', 'below', 'contracts', 'pending', 'sent', 'received', 'letters',
		'templates', 'deputies', 'clients', 'holds', 'lists', 'requests', 'unit_parameters',
	]],
	['ends', ['certificates', 'pictures', 'parameters', 'wordings']],
	['stays', ['seals', 'vendors']],
];

function Group({ name, words, counts }) {
	const some = words.filter((word) => counts[word] > 0);
	return html`
		<section class="merge-group" data-testid=${`merge-${name}`}>
			<h3>${t(`merge.${name}`)}</h3>
			${some.length === 0
				? html`<p class="quiet">${t('merge.nothing')}</p>`
				: html`
					<ul>
						${some.map((word) => html`
							<li key=${word} data-word=${word}>${t(`merge.count.${word}`, { n: counts[word] })}</li>
						`)}
					</ul>
				`}
		</section>
	`;
}

/** What is set at the old one, and what counts instead. */
const Parameters = ({ list }) => html`
	<section class="merge-group">
		<h3>${t('merge.parameters')}</h3>
		<${DataTable}
			caption=${t('merge.parameters')}
			columns=${[
				{ text: t('merge.parameter'), cell: (p) => p.name },
				{ text: t('merge.own'), class: 'figure', cell: (p) => p.own },
				{ text: t('merge.then'), class: 'figure', cell: (p) => p.then ?? '—' },
			]}
			rows=${list}
			testid="merge-parameter"
		/>
	</section>
`;

export const Blocks = ({ blocks }) => blocks.length > 0 && html`
	<div data-testid="merge-blocks">
		<${Alert} kind="warning">
			${blocks.map((word) => html`<p key=${word} data-word=${word}>${t(`merge.block.${word}`)}</p>`)}
		<//>
	</div>
`;

/** The units; choice(u): what is drawn for what becomes of one, else as it is decided. */
export const Units = ({ units, choice }) => units.length > 0 && html`
	<${DataTable}
		caption=${t('merge.units')}
		columns=${[
			{ text: t('unit.code'), class: 'figure', cell: (u) => u.code },
			{
				text: t('unit.name'),
				cell: (u) => html`${u.name}${u.takenBy && html`
					<div class="quiet">${t('merge.taken_by', { code: u.code, name: u.takenBy })}</div>
				`}`,
			},
			{ text: t('unit.people'), class: 'figure', cell: (u) => u.people },
			{
				text: t('merge.becomes'),
				cell: (u) => html`
					${choice?.(u)}
					${!u.solved
						? html`<${Badge} kind="bad">${t('merge.unsolved')}<//>`
						: html`
							<div class=${choice ? 'quiet' : ''}>
								${u.into ? t('merge.joins', { name: u.into }) : `${u.newCode} ${u.newName}`}
							</div>
						`}
				`,
			},
		]}
		rows=${units}
		testid="merge-unit"
	/>
`;

export const Preview = ({ preview }) => html`
	<div class="merge-groups">
		${GROUPS.map(([name, words]) => html`
			<${Group} key=${name} name=${name} words=${words} counts=${preview.counts} />
		`)}
	</div>
	${preview.parameters.length > 0 && html`<${Parameters} list=${preview.parameters} />`}
`;
