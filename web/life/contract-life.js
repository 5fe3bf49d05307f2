// 契約處理: how the contract stands besides its signatures, and what its officer can do.
import { html, useState } from '../vendor/preact.js';
import { isCompleted, isExpired, isPending, isReturned, isStopped, isVoided } from '../contract/states.js';
import { del, post } from '../shared/api.js';
import { dateTime } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go, href } from '../shared/router.js';
import { Alert, Button, Card, ErrorAlert, useAction } from '../shared/ui.js';
import {
	ConfirmVoidDialog, CopyDialog, DeadlineDialog, ResendDialog, ReviseDialog, TemplateDialog, VoidDialog,
} from './dialogs.js';
import { Events } from './events.js';
import { RetentionAlerts, RetentionFact } from '../retention/contract-retention.js';

const VoidAsked = ({ contract, onConfirm, onWithdraw, action }) => html`
	<div data-testid="void-asked">
		<${Alert}
			kind="warning"
			title=${t('life.void_asked')}
			action=${html`
				<${Button} testid="void-withdraw" busy=${action.busy} onClick=${onWithdraw}>
					${t('life.void_withdraw')}
				<//>
				${!contract.voidAsked.mine && html`
					<${Button} kind="danger" testid="void-confirm" onClick=${onConfirm}>${t('life.void_confirm')}<//>
				`}
			`}
		>
			<p>
				${t('life.void_asked_text', {
					by: contract.voidAsked.by,
					at: dateTime(contract.voidAsked.at),
					reason: contract.voidAsked.reason,
				})}
			</p>
			${contract.voidAsked.mine && html`<p>${t('life.void_asked_mine')}</p>`}
		<//>
	</div>
`;

const Standing = ({ contract: c }) => html`
	<${RetentionAlerts} retention=${c.retention} />
	${isStopped(c) && html`
		<div data-testid="life-state" data-state=${c.state}>
			<${Alert} kind=${isVoided(c) ? 'error' : 'warning'} title=${t(`life.${c.state}`)}>
				${t(`life.${c.state}_text`)}
			<//>
		</div>
	`}
	${c.overdue && html`
		<${Alert} kind="warning" title=${t('life.overdue')}>${t('life.overdue_text', { date: c.deadline })}<//>
	`}
`;

const Facts = ({ contract: c }) => html`
	<dl class="facts">
		${c.amendment > 0 && html`
			<dt>${t('life.amend')}</dt>
			<dd data-testid="life-amends">
				<a href=${href(`/contracts/${c.amendsId}`)}>
					${t('life.amends', { number: c.amendsNumber, n: c.amendment })}
				</a>
			</dd>
		`}
		${c.template && html`
			<dt>${t('template.from')}</dt>
			<dd data-testid="life-template">
				<a href=${href(`/templates/${c.template.id}`, { version: c.template.version })}>
					${c.template.name}
				</a>${' '}
				<span class="quiet">${t('template.version_n', { n: c.template.version })}</span>
			</dd>
		`}
		<dt>${t('life.deadline')}</dt>
		<dd data-testid="life-deadline">
			${c.deadline ?? t('life.deadline_none')}${' '}
			${c.deadline && html`
				<span class="quiet">${t(c.deadlineHard ? 'life.deadline_hard' : 'life.deadline_soft')}</span>
			`}
			${c.round > 1 && html`<span class="quiet"> · ${t('life.round', { n: c.round })}</span>`}
		</dd>
		<${RetentionFact} retention=${c.retention} />
	</dl>
`;

/** reload(): reads the contract anew. */
export function ContractLife({ contract: c, reload }) {
	const [open, setOpen] = useState(null);
	const [said, setSaid] = useState(null);
	const action = useAction();
	const pending = isPending(c);
	const close = () => setOpen(null);
	const done = (text) => () => {
		close();
		setSaid(text);
		reload();
	};
	const remind = () =>
		action.run(async () => {
			const { mails, at } = await post(`/contracts/${c.id}/remind`, {});
			const now = Date.parse(at) - Date.now() < 60000;
			setSaid(t(now ? 'life.reminded' : 'life.reminded_later', { n: mails, at: dateTime(at) }));
			reload();
		});
	const withdraw = () =>
		action.run(async () => {
			await del(`/contracts/${c.id}/void`);
			reload();
		});
	const button = (name, icon, onClick = () => setOpen(name), kind = 'plain') => html`
		<${Button} kind=${kind} icon=${icon} testid=${`life-${name}`} disabled=${action.busy} onClick=${onClick}>
			${t(`life.${name}`)}
		<//>
	`;
	const made = ({ id }) => go(`/contracts/${id}`);
	return html`
		<${Standing} contract=${c} />
		${c.voidAsked && html`
			<${VoidAsked} contract=${c} action=${action} onConfirm=${() => setOpen('confirm')} onWithdraw=${withdraw} />
		`}
		${said && html`
			<div data-testid="life-said"><${Alert} kind="success">${said}<//></div>
		`}
		<${Card} title=${t('life.heading')} headingId="life">
			<${Facts} contract=${c} />
			<div class="life-actions">
				${isReturned(c) && button('revise', 'pencil-square', undefined, 'primary')}
				${pending && button('remind', 'bell', remind)}
				${(pending || isExpired(c)) && button('set_deadline', 'calendar-event')}
				${pending && button('resend', 'envelope')}
				${button('copy', 'copy')}
				${isCompleted(c) && button('amend', 'file-earmark-diff')}
				<${Button} icon="copy" testid="life-template-save" onClick=${() => setOpen('template')}>
					${t('template.save_as')}
				<//>
				${(pending || isReturned(c) || isExpired(c)) &&
					!c.voidAsked &&
					button('void', 'slash-circle')}
			</div>
			<${ErrorAlert} error=${action.error} />
			<${Events} events=${c.events} />
		<//>
		${open === 'revise' && html`
			<${ReviseDialog} id=${c.id} onDone=${() => go(`/contracts/${c.id}/basics`)} onClose=${close} />
		`}
		${open === 'void' && html`<${VoidDialog} id=${c.id} onDone=${done(null)} onClose=${close} />`}
		${open === 'confirm' && html`
			<${ConfirmVoidDialog} id=${c.id} number=${c.number} onDone=${done(null)} onClose=${close} />
		`}
		${open === 'set_deadline' && html`<${DeadlineDialog} contract=${c} onDone=${done(null)} onClose=${close} />`}
		${open === 'resend' && html`
			<${ResendDialog} contract=${c} onDone=${done(t('life.resent'))} onClose=${close} />
		`}
		${open === 'copy' && html`<${CopyDialog} contract=${c} amend=${false} onDone=${made} onClose=${close} />`}
		${open === 'template' && html`
			<${TemplateDialog}
				contract=${c}
				onDone=${({ id }) => go(`/templates/${id}`, { saved: 1 })}
				onClose=${close}
			/>
		`}
		${open === 'amend' && html`<${CopyDialog} contract=${c} amend onDone=${made} onClose=${close} />`}
	`;
}
