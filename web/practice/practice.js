// 實機演練: what it is, the way in, and the steps of a contract, each with who does it.
import { html, useContext, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Badge, Button, Card, Confirm, ErrorAlert, Icon, LinkButton, Loading, Page, Session, useAction, useLoad,
} from '../shared/ui.js';
import { PARTS, partOf, play, reset } from './play.js';

/** In the order of the training. `part` does it on the screen `to`. */
const STEPS = [
	{ id: 'vendorCertificate', part: 'vendor', to: '/certificates/new' },
	{ id: 'sealerCertificate', part: 'sealer', to: '/certificates/new' },
	{ id: 'contract', part: 'officer', to: '/contracts/new' },
	{ id: 'file', part: 'officer', to: '/contracts', sample: true },
	{ id: 'sent', part: 'officer', to: '/contracts' },
	{ id: 'signed', part: 'vendor', to: '/received' },
	{ id: 'completed', part: 'sealer', to: '/sealing' },
];

function Step({ step, done, next, part }) {
	const action = useAction();
	const mine = step.part === part;
	return html`
		<li
			class=${`practice-step ${done ? 'practice-done' : ''} ${next ? 'practice-next' : ''}`}
			aria-current=${next ? 'step' : undefined}
			data-testid=${`step-${step.id}`}
			data-done=${done ? 'true' : 'false'}
		>
			<span class="practice-tick" aria-hidden="true">${done && html`<${Icon} name="check-circle-fill" />`}</span>
			<div class="practice-do">
				<h3>
					${t(`practice.step.${step.id}`)}
					${' '}
					<${Badge} kind=${done ? 'good' : 'neutral'}>${t(done ? 'practice.done' : 'practice.open')}<//>
				</h3>
				<p>${t(`practice.how.${step.id}`)}</p>
				<p class="quiet">${t('practice.who', { part: t(`practice.part.${step.part}`) })}</p>
				${step.sample && html`
					<p>
						<a
							class="button button-plain"
							href="/practice/contract.pdf"
							download=${`${t('practice.sample_name')}.pdf`}
						>
							<${Icon} name="download" />
							<span>${t('practice.sample')}</span>
						</a>
					</p>
				`}
				<${ErrorAlert} error=${action.error} />
			</div>
			<div class="practice-go">
				${mine
					? html`<${LinkButton} to=${step.to} kind=${next ? 'primary' : 'plain'} testid=${`go-${step.id}`}>
							${t('practice.go')}
						<//>`
					: html`<${Button}
							kind=${next ? 'primary' : 'plain'}
							busy=${action.busy}
							testid=${`go-${step.id}`}
							onClick=${() => action.run(() => play(step.part, step.to))}
						>
							${t('practice.go_as', { part: t(`practice.part.${step.part}`) })}
						<//>`}
			</div>
		</li>
	`;
}

function Steps({ data, part }) {
	const next = STEPS.find((s) => !data.steps[s.id])?.id;
	const done = STEPS.filter((s) => data.steps[s.id]).length;
	return html`
		<${Card} title=${t('practice.steps')} headingId="steps">
			<p role="status" data-testid="practice-count">
				${next ? t('practice.progress', { done, all: STEPS.length }) : t('practice.finished')}
			</p>
			<ol class="practice-list">
				${STEPS.map((step) => html`
					<${Step}
						key=${step.id}
						step=${step}
						done=${data.steps[step.id]}
						next=${step.id === next}
						part=${part}
					/>
				`)}
			</ol>
			${!next && html`
				<p class="actions practice-after">
					<${LinkButton} to="/contracts" icon="file-earmark-text">${t('practice.look')}<//>
					<${LinkButton} to="/verify" icon="shield-check">${t('practice.verify')}<//>
				</p>
			`}
		<//>
	`;
}

const People = ({ data, part }) => html`
	<${Card} title=${t('practice.people')} headingId="people">
		<ul class="practice-people">
			${data.people
				.toSorted((a, b) => PARTS.indexOf(a.role) - PARTS.indexOf(b.role))
				.map((p) => html`
					<li key=${p.role} data-testid=${`person-${p.role}`}>
						<strong>${t(`practice.part.${p.role}`)}</strong>
						${' '}
						${p.role === part && html`<${Badge} kind="info">${t('practice.now')}<//>`}
						<span>${p.name}${t('colon')}${p.organization}</span>
						<span class="quiet">
							${p.card ? t('practice.has_card', { pin: data.pin }) : t('practice.no_card')}
						</span>
					</li>
				`)}
		</ul>
	<//>
`;

function Reset({ data }) {
	const [asked, setAsked] = useState(false);
	const action = useAction();
	return html`
		<${Card} title=${t('practice.reset')} headingId="reset">
			<p>${t('practice.reset_text', { at: dateTime(data.startedAt) })}</p>
			<p>
				<${Button} icon="arrow-clockwise" testid="practice-reset" onClick=${() => setAsked(true)}>
					${t('practice.reset')}
				<//>
			</p>
			${asked && html`
				<${Confirm}
					title=${t('practice.reset')}
					text=${t('practice.reset_ask')}
					ok=${t('practice.reset')}
					danger
					busy=${action.busy}
					error=${action.error}
					onOk=${() => action.run(reset)}
					onCancel=${() => setAsked(false)}
				/>
			`}
		<//>
	`;
}

function Begin({ data }) {
	const action = useAction();
	return html`
		<${Card} title=${t('practice.begin_title')} headingId="begin">
			<ul class="practice-rules">
				${[1, 2, 3, 4, 5].map((n) => html`<li key=${n}>${t(`practice.rule${n}`)}</li>`)}
			</ul>
			<${ErrorAlert} error=${action.error} />
			<p>
				<${Button}
					kind="primary"
					icon="pencil-square"
					busy=${action.busy}
					testid="practice-begin"
					onClick=${() => action.run(() => play('officer'))}
				>
					${t(data.startedAt ? 'practice.go_on' : 'practice.begin')}
				<//>
			</p>
		<//>
		${data.startedAt && html`<${Reset} data=${data} />`}
	`;
}

export function Practice() {
	const session = useContext(Session);
	const { data, error, reload } = useLoad((signal) => get('/practice', {}, signal), 'practice');
	const part = session.practice ? partOf(session.member) : '';
	return html`
		<${Page}
			title=${t('practice.title')}
			intro=${t('practice.intro')}
			trail=${[{ text: t('help.title'), to: '/help' }, { text: t('practice.title'), now: true }]}
		>
			<${ErrorAlert} error=${error} retry=${reload} />
			${!data && !error && html`<${Loading} />`}
			${data && !session.practice && html`<${Begin} data=${data} />`}
			${data && session.practice && html`
				<${Alert} kind="info">${t('practice.inside')}<//>
				<${Steps} data=${data} part=${part} />
				<${People} data=${data} part=${part} />
				<${Reset} data=${data} />
			`}
		<//>
	`;
}
