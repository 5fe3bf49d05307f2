// One template in a version: what it says, its preview, the versions, and what its keeper can do with it.
import { html, useContext, useState } from '../vendor/preact.js';
import { organizationChips } from '../contract/pickers.js';
import { get, post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Alert, Button, Card, Chips, Confirm, DataTable, ErrorAlert, LinkButton, Loading, Page, Session, may, peopleChips,
	useAction, useLoad,
} from '../shared/ui.js';
import { Filled, SAMPLE } from './fields.js';
import { partyName, whereOf } from './seals.js';
import { trail } from './templates.js';

const row = (label, value) => html`
	<dt>${label}</dt>
	<dd>${value}</dd>
`;

const sealsText = (x) => t(`rules.told_${x.sealRule}`, { n: x.sealNeeded });

const Signers = ({ x }) => html`
	<${Card} title=${t('signer.heading')} headingId="parties">
		<dl class="facts">
			${row(t('signer.step1'), x.vendors.length > 0
				? html`
					<${Chips} items=${organizationChips(x.vendors)} />
					${x.vendors.length > 1 && html`
						<p class="quiet">${t(x.vendorsInOrder ? 'rules.in_order' : 'rules.at_once')}</p>
					`}
				`
				: html`<span class="quiet">${t('template.vendors_open')}</span>`)}
			${row(t('signer.step2'), html`
				${x.sealers.length > 0
					? html`<${Chips} items=${peopleChips(x.sealers)} />`
					: html`<span class="quiet">${t('template.sealers_open')}</span>`}
				<p class="quiet">${sealsText(x)}</p>
			`)}
			${row(t('life.deadline'), html`
				<span data-testid="template-deadline">
					${x.deadlineDays > 0 ? t('template.after', { n: x.deadlineDays }) : t('life.deadline_none')}
				</span>
				${x.deadlineDays > 0 && html`
					${' '}<span class="quiet">${t(x.deadlineHard ? 'life.deadline_hard' : 'life.deadline_soft')}</span>
				`}
			`)}
			${row(t('place.title'), x.places.length > 0
				? html`<ul class="plain" data-testid="template-places">
					${x.places.map((p) => html`<li>${partyName(p)}${t('colon')}${whereOf(p)}</li>`)}
				</ul>`
				: html`<span class="quiet">${t('template.no_seals')}</span>`)}
		</dl>
	<//>
`;

const Versions = ({ x, id }) => html`
	<${Card} title=${t('template.versions')} headingId="versions">
		<${DataTable}
			caption=${t('template.versions')}
			rowKey=${(v) => v.version}
			columns=${[
				{
					text: t('template.version'),
					cell: (v) => (v.version === x.version
						? html`<strong aria-current="true">${t('template.version_n', { n: v.version })}</strong>`
						: html`
							<a href=${href(`/templates/${id}`, { version: v.version })}>
								${t('template.version_n', { n: v.version })}
							</a>
						`),
				},
				{ text: t('template.name'), cell: (v) => v.name },
				{ text: t('template.note'), cell: (v) => v.note || '—' },
				{ text: t('template.by'), cell: (v) => v.by },
				{ text: t('template.changed_at'), class: 'figure', cell: (v) => dateTime(v.at) },
			]}
			rows=${x.versions}
			testid="version-row"
		/>
	<//>
`;

function Actions({ x, id, reload }) {
	const session = useContext(Session);
	const [asking, setAsking] = useState(false);
	const action = useAction();
	const act = (word) => action.run(async () => {
		await post(`/templates/${id}/${word}`, {});
		setAsking(false);
		reload();
	});
	return html`
		${x.mine && !x.retired && html`
			<${Button} kind="danger-quiet" testid="template-retire" onClick=${() => setAsking(true)}>
				${t('template.retire')}
			<//>
			<${LinkButton} to=${`/templates/${id}/edit`} icon="pencil-square" testid="template-edit">
				${t('template.edit')}
			<//>
		`}
		${x.mine && x.retired && html`
			<${Button} testid="template-reinstate" busy=${action.busy} onClick=${() => act('reinstate')}>
				${t('template.reinstate')}
			<//>
		`}
		${x.kind === 'contract' && !x.retired && may(session, 'officer') && html`
			<${LinkButton}
				to="/contracts/new"
				query=${{ template: id }}
				kind="primary"
				icon="file-earmark-plus"
				testid="template-use"
			>
				${t('template.use')}
			<//>
		`}
		${asking && html`
			<${Confirm}
				title=${t('template.retire')}
				text=${t('template.retire_text')}
				ok=${t('template.retire')}
				danger
				busy=${action.busy}
				error=${action.error}
				onOk=${() => act('retire')}
				onCancel=${() => setAsking(false)}
			/>
		`}
	`;
}

export function Template({ id, query }) {
	const asked = { version: query.version };
	const loaded = useLoad((signal) => get(`/templates/${id}`, asked, signal), JSON.stringify([id, query]));
	const x = loaded.data;
	return html`
		<${Page}
			title=${x?.versionName ?? t('template.title')}
			intro=${x && t('template.facts', {
				kind: t(`template.kind_${x.kind}`), n: x.version, owner: x.owner, by: x.by, at: dateTime(x.at),
			})}
			trail=${trail({ text: t('template.title'), to: '/templates' }, { text: x?.versionName ?? '', now: true })}
			actions=${x && html`<${Actions} x=${x} id=${id} reload=${loaded.reload} />`}
		>
			<${ErrorAlert} error=${loaded.error} retry=${loaded.reload} />
			${query.saved && html`<${Alert} kind="success">${t('template.saved', { n: query.saved })}<//>`}
			${x?.retired && html`
				<div data-testid="template-retired"><${Alert} kind="warning">${t('template.retired_text')}<//></div>
			`}
			${x && x.version !== x.newest && html`
				<div data-testid="template-old">
					<${Alert}
						action=${html`<${LinkButton} to=${`/templates/${id}`}>${t('template.see_newest')}<//>`}
					>
						${t('template.old_text', { n: x.version, newest: x.newest })}
					<//>
				</div>
			`}
			${x ? html`
				<${Card} title=${t('template.texts')} headingId="texts">
					<dl class="facts">
						${x.title && row(t('contract.title'), x.title)}
						${row(t('notice.subject'), html`<span data-testid="template-subject">${x.subject}</span>`)}
						${row(t('notice.body'), html`<span class="lines" data-testid="template-body">${x.body}</span>`)}
					</dl>
					<${Filled} subject=${x.subject} body=${x.body} values=${SAMPLE()} title=${t('template.sample')} />
				<//>
				${x.kind === 'contract' && html`<${Signers} x=${x} />`}
				<${Versions} x=${x} id=${id} />
			` : !loaded.error && html`<${Loading} />`}
		<//>
	`;
}
