// 通知文字: what mails and messages say, for the platform or an agency, with fields; looked at and
// tried before it counts, and with a way back.
import { html, useContext, useEffect, useState } from '../vendor/preact.js';
import { del, get, post, put } from '../shared/api.js';
import { wrong } from '../shared/form-dialog.js';
import { dateTime } from '../shared/format.js';
import { getLanguage, t } from '../shared/i18n.js';
import { href } from '../shared/router.js';
import {
	Alert, Badge, Button, Card, Confirm, DataTable, Dialog, ErrorAlert, Loading, Page, Session, TextField, may,
	useAction, useLoad,
} from '../shared/ui.js';

const TYPING_MS = 250;
const nameOf = (w) => (getLanguage() === 'en' ? w.en : w.zh);

/** What it says with samples; nothing while a field is wrong. */
function usePreview(path, texts) {
	const [seen, setSeen] = useState(null);
	useEffect(() => {
		let gone = false;
		const timer = setTimeout(() => post(`${path}/preview`, texts).then(
			(p) => !gone && setSeen(p),
			() => !gone && setSeen(null),
		), TYPING_MS);
		return () => {
			gone = true;
			clearTimeout(timer);
		};
	}, [JSON.stringify(texts)]);
	return seen;
}

const Fields = ({ fields }) => html`
	<div>
		<p class="quiet">${t('wording.fields')}</p>
		<ul class="wording-fields">
			${fields.map((f) => html`
				<li key=${f.name}>
					<code>${`{{${f.name}}}`}</code>${' '}
					<span class="quiet">${getLanguage() === 'en' ? f.en : ''}</span>
					${f.needed && html`${' '}<${Badge} kind="info">${t('wording.needed')}<//>`}
				</li>
			`)}
		</ul>
	</div>
`;

function EditDialog({ wording, place, onDone, onClose }) {
	const path = `/admin/wordings/${wording.name}`;
	const [texts, setTexts] = useState(wording.texts);
	const [tried, setTried] = useState(false);
	const action = useAction();
	const seen = usePreview(path, texts);
	const set = (name) => (value) => setTexts((x) => ({ ...x, [name]: value }));
	const field = (name, more = {}) => html`
		<${TextField}
			label=${t(`wording.${name}`)}
			value=${texts[name]}
			onInput=${set(name)}
			error=${wrong(action.error, name)
				&& (action.error.code === 'unknown_field' ? t('wording.unknown')
					: texts[name].trim() !== '' ? t('wording.missing') : wrong(action.error, name))}
			testid=${`wording-${name}`}
			...${more}
		/>
	`;
	const save = (e) => {
		e.preventDefault();
		action.run(async () => onDone(await put(path, { ...texts, ...place })));
	};
	const attempt = () => action.run(async () => {
		await post(`${path}/try`, texts);
		setTried(true);
	});
	return html`
		<${Dialog} wide title=${nameOf(wording)} onClose=${() => !action.busy && onClose()}>
			<form class="dialog-form wording-form" onSubmit=${save} noValidate>
				${field('zhSubject', { required: true, maxLength: '150' })}
				${field('zhBody', { required: true, rows: '8', maxLength: '3000' })}
				${field('enSubject', { maxLength: '150' })} ${field('enBody', { rows: '4', maxLength: '3000' })}
				<${Fields} fields=${wording.fields} />
				${seen && html`
					<section class="wording-preview" aria-label=${t('wording.preview')} data-testid="wording-preview">
						<p><strong>${seen.subject}</strong></p>
						<div class="lines">${seen.body}</div>
					</section>
				`}
				${tried && html`
					<div data-testid="wording-tried"><${Alert} kind="success">${t('wording.tried')}<//></div>
				`}
				<${ErrorAlert} error=${action.error} />
				<div class="dialog-foot wording-foot">
					<${Button} testid="wording-try" icon="envelope" disabled=${!seen || action.busy} onClick=${attempt}>
						${t('wording.try')}
					<//>
					<${Button} testid="life-cancel" disabled=${action.busy} onClick=${onClose}>${t('cancel')}<//>
					<${Button} type="submit" kind="primary" testid="life-ok" busy=${action.busy}>${t('life.save')}<//>
				</div>
			</form>
		<//>
	`;
}

function ResetDialog({ wording, place, onDone, onClose }) {
	const action = useAction();
	const query = place.organizationId ? `?organizationId=${place.organizationId}` : '';
	return html`
		<${Confirm}
			danger
			title=${t('wording.reset')}
			text=${t('wording.reset_text', { name: nameOf(wording) })}
			ok=${t('wording.reset')}
			busy=${action.busy}
			error=${action.error}
			onOk=${() => action.run(async () => onDone(await del(`/admin/wordings/${wording.name}${query}`)))}
			onCancel=${onClose}
		/>
	`;
}

/** Whose words they are. */
const sourceOf = (w) => w.own ? t('wording.own')
	: w.from ? t('wording.of', { name: w.from }) : t(w.from === '' ? 'wording.of_platform' : 'wording.above');

const columns = (open) => [
	{
		text: t('wording.event'),
		cell: (w) => html`<div><strong>${nameOf(w)}</strong><div class="quiet">${w.texts.zhSubject}</div></div>`,
	},
	{
		text: t('parameter.from'),
		cell: (w) => html`
			<div>
				<${Badge} kind=${w.own ? 'info' : 'neutral'}>${sourceOf(w)}<//>
				${w.own && html`<div class="quiet">${w.by} ${dateTime(w.at)}</div>`}
			</div>
		`,
	},
	{
		text: t('admin.do'),
		quiet: true,
		cell: (w) => html`
			<div class="row-actions">
				<${Button} kind="quiet" testid="wording-edit" onClick=${() => open(['edit', w])}>
					${t('wording.edit')}
				<//>
				${w.own && html`
					<${Button} kind="quiet" testid="wording-reset" onClick=${() => open(['reset', w])}>
						${t('wording.reset')}
					<//>
				`}
			</div>
		`,
	},
];

export function Wordings({ query }) {
	const platform = may(useContext(Session), 'platform_admin');
	const place = query.organizationId ? { organizationId: query.organizationId } : {};
	const load = useLoad((signal) => get('/admin/wordings', place, signal), JSON.stringify(place));
	const [dialog, setDialog] = useState(null);
	const [said, setSaid] = useState(null);
	const [what, wording] = dialog ?? [];
	const close = () => setDialog(null);
	const done = (key) => () => {
		close();
		setSaid(t(key, { name: nameOf(wording) }));
		load.reload();
	};
	return html`
		<${Page}
			title=${t('menu.wordings')}
			intro=${t('wording.intro')}
			trail=${[{ text: t('menu.admin_group') }, { text: t('menu.wordings'), now: true }]}
		>
			${said && html`<div data-testid="admin-said"><${Alert} kind="success">${said}<//></div>`}
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${platform && html`
				<p class="parameter-where">
					<span>
						<strong>${load.data?.place ?? t('parameter.platform')}</strong>${' '}
						<a href=${href(query.organizationId ? '/admin/wordings' : '/admin/agencies')}>
							${t(query.organizationId ? 'parameter.to_platform' : 'parameter.to_agency')}
						</a>
					</span>
				</p>
			`}
			${!load.data ? load.loading && html`<${Loading} />` : html`
				<${Card} title=${t('menu.wordings')} headingId="wordings">
					<${DataTable}
						caption=${t('menu.wordings')}
						columns=${columns(setDialog)}
						rows=${load.data.items}
						rowKey=${(w) => w.name}
						testid="wording-row"
					/>
				<//>
			`}
			${what === 'edit' && html`
				<${EditDialog} wording=${wording} place=${place} onDone=${done('wording.saved')} onClose=${close} />
			`}
			${what === 'reset' && html`
				<${ResetDialog}
					wording=${wording}
					place=${place}
					onDone=${done('wording.was_reset')}
					onClose=${close}
				/>
			`}
		<//>
	`;
}
