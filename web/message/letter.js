// 撰寫文件: a draft that saves itself; attachments, signed by the writer's card; preview and send.
import { html, useContext, useState } from '../vendor/preact.js';
import { Clashes } from '../contract/clash.js';
import { useFormStore } from '../contract/form-store.js';
import { Saved } from '../contract/steps.js';
import { UploadDialog } from '../contract/upload-dialog.js';
import { del, fileUrl, get, post, put } from '../shared/api.js';
import { dateTime, documentName, fileSize, formatIcon } from '../shared/format.js';
import { errorText, t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import { MessageTemplates } from '../template/choose.js';
import { fill, hasFields, lastDay } from '../template/fields.js';
import {
	Alert, Badge, Button, Card, Confirm, DataTable, Dialog, ErrorAlert, Icon, Loading, Page, Session, TextField,
	focusWrong, may, useAction, useLoad,
} from '../shared/ui.js';
import { Parties } from './letter-parties.js';
import { SignDialog } from './letter-sign.js';
import { isDraft } from './letter-states.js';
import { trail } from './letters.js';

const party = ({ id, name, note }) => ({ id, name, note });
const formOf = (l) => ({
	to: l.to.map(party),
	copies: l.copies.map(party),
	subject: l.subject,
	body: l.body,
	needsReply: l.needsReply,
	needsSignature: l.needsSignature,
	receipt: l.receipt,
	replyBy: l.replyBy ?? '',
});
const stored = (l) => ({ form: formOf(l), version: l.version });
const ids = (list) => list.map((p) => p.id);
const names = (list) => list.map((p) => p.name).join(t('comma'));
const yes = (on) => (on ? '✓' : '');

/** @type {import('../contract/form-store.js').Field[]} */
const FIELDS = [
	{ name: 'to', label: 'letter.to', of: (f) => ids(f.to), text: (f) => names(f.to) },
	{ name: 'copies', label: 'letter.copies', of: (f) => ids(f.copies), text: (f) => names(f.copies) },
	{ name: 'subject', label: 'letter.subject', of: (f) => f.subject.trim(), text: (f) => f.subject },
	{ name: 'body', label: 'letter.body', of: (f) => f.body.trim(), text: (f) => f.body },
	{ name: 'needsReply', label: 'letter.needs_reply', of: (f) => f.needsReply, text: (f) => yes(f.needsReply) },
	{
		name: 'needsSignature',
		label: 'letter.needs_signature',
		of: (f) => f.needsSignature,
		text: (f) => yes(f.needsSignature),
	},
	{ name: 'receipt', label: 'letter.receipt', of: (f) => f.receipt, text: (f) => yes(f.receipt) },
	{ name: 'replyBy', label: 'letter.reply_by', of: (f) => f.replyBy || undefined, text: (f) => f.replyBy },
];
const bodyOf = (form) => Object.fromEntries(FIELDS.map((f) => [f.name, f.of(form)]));

function missing(form, documents) {
	const errors = {};
	const required = t('error.field_required');
	if (form.to.length === 0) errors.to = required;
	if (!form.subject.trim()) errors.subject = required;
	if (!form.body.trim()) errors.body = required;
	for (const name of ['subject', 'body'])
		if (!errors[name] && hasFields(form[name])) errors[name] = t('letter.fields_left');
	if (form.needsSignature && !documents.some((d) => d.format === 'pdf')) errors.attachments = t('error.no_document');
	return errors;
}

/** What a letter knows itself; a field of a contract stays, and is to be replaced by hand. */
const valuesOf = (member) => ({
	機關名稱: member.organization.name,
	承辦單位: member.unit?.name,
	經辦人: member.name,
	發送日: lastDay(0),
});

/** 帶入訊息範本, for those whose agency has some. */
function TakeTemplate({ set }) {
	const session = useContext(Session);
	const [open, setOpen] = useState(false);
	if (!may(session, ['officer', 'registry'])) return null;
	const take = ({ subject, body }) => {
		const values = valuesOf(session.member);
		set('subject')(fill(subject, values));
		set('body')(fill(body, values));
		setOpen(false);
	};
	return html`
		<${Button} icon="copy" testid="template-open" onClick=${() => setOpen(true)}>${t('template.message_open')}<//>
		${open && html`<${MessageTemplates} onChoose=${take} onClose=${() => setOpen(false)} />`}
	`;
}

const Content = ({ form, set, errors, children }) => html`
	<${Card}
		title=${t('letter.content')}
		headingId="content"
		actions=${html`<${TakeTemplate} set=${set} />`}
	>
		<${Parties}
			what="to"
			list=${form.to}
			both=${[...form.to, ...form.copies]}
			required
			error=${errors.to}
			onChange=${set('to')}
		/>
		<${Parties}
			what="copies"
			list=${form.copies}
			both=${[...form.to, ...form.copies]}
			error=${errors.copies}
			onChange=${set('copies')}
		/>
		<${TextField}
			label=${t('letter.subject')}
			required
			value=${form.subject}
			onInput=${set('subject')}
			error=${errors.subject}
			maxLength="300"
			testid="letter-subject"
		/>
		<${TextField}
			label=${t('letter.body')}
			required
			rows="8"
			value=${form.body}
			onInput=${set('body')}
			error=${errors.body}
			maxLength="4000"
			testid="letter-body"
		/>
		${children}
	<//>
`;

const signedText = (d) => (d.signedAt ? t('letter.signed', { at: dateTime(d.signedAt) }) : t('letter.unsigned'));

const RowButton = ({ testid, label, icon, onClick }) => html`
	<button
		type="button"
		class="icon-button"
		data-testid=${testid}
		aria-label=${label}
		title=${label}
		onClick=${onClick}
	>
		<${Icon} name=${icon} />
	</button>
`;

const attachmentColumns = ({ onReplace, onRemove }) => [
	{
		text: t('document.name'),
		cell: (d) => html`
			<a href=${fileUrl(d.id)} target="_blank" rel="noopener">
				<${Icon} name=${formatIcon(d.format)} />
				${documentName(d.name)}
			</a>
		`,
	},
	{ text: t('document.size'), class: 'figure', cell: (d) => fileSize(d.size) },
	{
		text: t('letters.state'),
		cell: (d) => html`
			<${Badge} kind=${d.signedAt ? 'good' : 'neutral'} testid="attachment-state">
				${signedText(d)}
			<//>
		`,
	},
	{
		text: t('document.actions'),
		class: 'narrow',
		cell: (d) => html`
			<div class="row-buttons">
				<${RowButton}
					testid="attachment-replace"
					label=${t('letter.replace_named', { name: documentName(d.name) })}
					icon="upload"
					onClick=${() => onReplace(d)}
				/>
				<${RowButton}
					testid="attachment-remove"
					label=${t('delete_named', { name: documentName(d.name) })}
					icon="trash"
					onClick=${() => onRemove(d)}
				/>
			</div>
		`,
	},
];

/** What goes with a letter besides PDF (backend/domain/document/format.c). */
const OTHERS = ['odt', 'ods', 'odp', 'odg', 'docx', 'xlsx', 'pptx', 'png', 'jpg', 'jpeg', 'tif', 'tiff', 'zip', 'csv',
	'txt'];
const unsigned = (documents) => documents.filter((d) => !d.signedAt && d.taskId);

/** replaced: the attachment in whose place another file is put. */
function Upload({ letter, replaced, onDone, onClose }) {
	const path = `/letters/${letter.id}/documents`;
	return html`
		<${UploadDialog}
			path=${replaced ? `${path}?replaces=${replaced.id}` : path}
			title=${replaced && t('letter.replace_named', { name: documentName(replaced.name) })}
			others=${OTHERS}
			single=${Boolean(replaced)}
			onDone=${onDone}
			onClose=${onClose}
		/>
	`;
}

/** What happened to the attachments just now: signed, or one that was signed has another file. */
const Told = ({ told }) => told && html`
	<div data-testid="attachments-told">
		<${Alert} kind=${told.dropped ? 'warning' : 'success'}>
			${told.dropped ? t('letter.signature_dropped', told) : t('letter.sign_done')}
		<//>
	</div>
`;

function Attachments({ letter, error, onChanged }) {
	const { uploadLimit } = useContext(Session);
	const [open, setOpen] = useState(null); // "upload", "sign", or the document to take out or to replace
	const [told, setTold] = useState(null);
	const removal = useAction();
	const { documents } = letter;
	const close = () => setOpen(null);
	const uploaded = (answer) => {
		setTold(answer.signatureDropped ? { dropped: true, name: answer.name } : null);
		onChanged();
	};
	const remove = () =>
		removal.run(async () => {
			await del(`/letters/${letter.id}/documents/${open.removed.id}`);
			close();
			setTold(null);
			onChanged();
		});
	return html`
		<${Card}
			title=${t('letter.attachments')}
			headingId="attachments"
			actions=${html`
				${unsigned(documents).length > 0 && html`
					<${Button} icon="pen" testid="letter-sign" onClick=${() => setOpen('sign')}>${t('letter.sign')}<//>
				`}
				<${Button} kind="add" icon="plus-lg" testid="upload-open" onClick=${() => setOpen('upload')}>
					${t('letter.attach')}
				<//>
			`}
		>
			<${Told} told=${told} />
			${documents.length === 0
				? html`<p class="quiet">${t('letter.no_attachments')}</p>`
				: html`
					<${DataTable}
						caption=${t('letter.attachments')}
						columns=${attachmentColumns({
							onReplace: (d) => setOpen({ replaced: d }),
							onRemove: (d) => setOpen({ removed: d }),
						})}
						rows=${documents}
						testid="attachment-row"
					/>
				`}
			<p class="hint">${t('letter.attachment_hint', { limit: fileSize(uploadLimit).replace('.00', '') })}</p>
			${error && html`<${Alert} kind="error" code="no_document">${error}<//>`}
		<//>
		${(open === 'upload' || open?.replaced) && html`
			<${Upload} letter=${letter} replaced=${open.replaced} onDone=${uploaded} onClose=${close} />
		`}
		${open === 'sign' && html`
			<${SignDialog}
				documents=${unsigned(documents)}
				onClose=${close}
				onSigned=${() => {
					close();
					setTold({ dropped: false });
					onChanged();
				}}
			/>
		`}
		${open?.removed && html`
			<${Confirm}
				title=${t('letter.detach_title')}
				text=${t('letter.detach_text', { name: documentName(open.removed.name) })}
				ok=${t('delete')}
				danger
				busy=${removal.busy}
				error=${removal.error}
				onOk=${remove}
				onCancel=${close}
			/>
		`}
	`;
}

const Wish = ({ name, form, set, hint }) => html`
	<div class="wish">
		<label class="choice">
			<input
				type="checkbox"
				checked=${form[name]}
				data-testid=${`wish-${name}`}
				aria-describedby=${hint && `wish-${name}`}
				onChange=${(e) => set(name)(e.target.checked)}
			/>
			${t(FIELDS.find((f) => f.name === name)?.label ?? name)}
		</label>
		${hint && html`<p class="hint" id=${`wish-${name}`}>${hint}</p>`}
	</div>
`;

const Wishes = ({ form, set, errors }) => html`
	<${Card} title=${t('letter.wishes')} headingId="wishes">
		<${Wish} name="needsReply" form=${form} set=${set} />
		<${Wish} name="needsSignature" form=${form} set=${set} hint=${t('letter.needs_signature_hint')} />
		<${Wish} name="receipt" form=${form} set=${set} hint=${t('letter.receipt_hint')} />
		${(form.needsReply || form.needsSignature) && html`
			<${TextField}
				type="date"
				label=${t('letter.reply_by')}
				value=${form.replyBy}
				onInput=${set('replyBy')}
				error=${errors.replyBy}
				hint=${t('letter.reply_by_hint')}
				max="9999-12-31"
				testid="letter-reply-by"
			/>
		`}
	<//>
`;

const wishesOf = (form) => [
	form.needsReply && t('letter.needs_reply'),
	form.needsSignature && t('letter.needs_signature'),
	form.receipt && t('letter.receipt'),
	form.replyBy &&
		(form.needsReply || form.needsSignature) &&
		`${t('letter.reply_by')} ${form.replyBy.replaceAll('-', '/')}`,
].filter(Boolean);

/** As its recipients will see it, and what is left to say. */
function Preview({ letter, form, action, onSend, onClose }) {
	const open = unsigned(letter.documents).length;
	const wishes = wishesOf(form);
	const row = (label, value) => html`
		<dt>${label}</dt>
		<dd><span class="lines">${value}</span></dd>
	`;
	return html`
		<${Dialog}
			title=${t('letter.preview_title')}
			wide
			onClose=${onClose}
			footer=${html`
				<${Button} testid="confirm-cancel" onClick=${onClose}>${t('cancel')}<//>
				<${Button} kind="primary" icon="send" testid="confirm-ok" busy=${action.busy} onClick=${onSend}>
					${t('letter.send')}
				<//>
			`}
		>
			<dl class="facts" data-testid="letter-preview">
				${row(t('letter.to'), names(form.to))}
				${form.copies.length > 0 && row(t('letter.copies'), names(form.copies))}
				${row(t('letter.subject'), form.subject)}
				${row(t('letter.body'), form.body)}
				${letter.documents.length > 0 &&
					row(t('letter.attachments'), letter.documents.map((d) =>
						`${documentName(d.name)}（${signedText(d)}）`,
					).join('\n'))}
				${wishes.length > 0 && row(t('letter.wishes'), wishes.join(t('comma')))}
			</dl>
			${open > 0 && html`
				<${Alert} kind="warning">
					${open === letter.documents.length
						? t('letter.preview_unsigned')
						: t('letter.preview_open', { n: open })}
				<//>
			`}
			<${ErrorAlert} error=${action.error} />
		<//>
	`;
}

function useStore(letter) {
	const { member } = useContext(Session);
	return useFormStore({
		stored: stored(letter),
		fields: FIELDS,
		store: async (form, version) => (await put(`/letters/${letter.id}`, { ...bodyOf(form), version })).version,
		read: async () => stored(await get(`/letters/${letter.id}`)),
		keepAs: `${member.id}:letter:${letter.id}`,
		complete: () => true,
	});
}

function Compose({ letter, reload }) {
	const store = useStore(letter);
	const [errors, setErrors] = useState(/** @type {any} */ ({}));
	const [open, setOpen] = useState(null); // "preview" or "discard"
	const action = useAction();
	const set = (name) => (value) => {
		setErrors({});
		store.put({ [name]: value });
	};
	const fieldOf = (error) => FIELDS.some((f) => f.name === error.field) && { [error.field]: errorText(error) };

	/** Stores what is typed, then goes on; if it can't be, the form says why. */
	const stored_ = (then) =>
		action.run(async () => {
			try {
				await store.save();
			} catch (error) {
				setErrors(fieldOf(error) || {});
				return;
			}
			then();
		});
	function check(e) {
		e?.preventDefault();
		const bad = missing(store.form, letter.documents);
		setErrors(bad);
		if (Object.keys(bad).length > 0) focusWrong();
		else stored_(() => setOpen('preview'));
	}
	const send = () =>
		action.run(async () => {
			try {
				const { version } = await get(`/letters/${letter.id}`);
				const { messageNumber } = await post(`/letters/${letter.id}/send`, { version });
				store.drop();
				go(`/sent/${letter.id}`, { sent: messageNumber }, { replace: true, force: true });
			} catch (error) {
				const bad = fieldOf(error);
				if (!bad) throw error;
				setErrors(bad);
				setOpen(null);
				focusWrong();
			}
		});
	const discard = () =>
		action.run(async () => {
			await del(`/letters/${letter.id}`);
			store.drop();
			go('/letters', { discarded: 1 }, { replace: true, force: true });
		});
	return html`
		<form onSubmit=${check} noValidate>
			<${Content} form=${store.form} set=${set} errors=${errors} />
			<${Attachments} letter=${letter} error=${errors.attachments} onChanged=${reload} />
			<${Wishes} form=${store.form} set=${set} errors=${errors} />
			<${Clashes} store=${store} onDecided=${() => stored_(() => {})} />
			<${ErrorAlert} error=${!store.clashes && !fieldOf(store.error ?? {}) && store.error} />
			<${Saved} store=${store} />
			<div class="form-foot form-foot-free">
				<${Button} kind="danger-quiet" testid="discard" onClick=${() => setOpen('discard')}>${t('discard')}<//>
				<span class="spring"></span>
				<${Button} kind="primary" type="submit" icon="send" testid="letter-send" busy=${action.busy}>
					${t('letter.preview')}
				<//>
			</div>
		</form>
		${open === 'preview' && html`
			<${Preview}
				letter=${letter}
				form=${store.form}
				action=${action}
				onSend=${send}
				onClose=${() => setOpen(null)}
			/>
		`}
		${open === 'discard' && html`
			<${Confirm}
				title=${t('letter.discard_title')}
				text=${t('letter.discard_text')}
				ok=${t('discard')}
				danger
				busy=${action.busy}
				error=${action.error}
				onOk=${discard}
				onCancel=${() => setOpen(null)}
			/>
		`}
	`;
}

export function Letter({ id }) {
	const letter = useLoad((signal) => get(`/letters/${id}`, {}, signal), id);
	const l = letter.data;
	const title = t(l?.originalId ? 'letter.answer_title' : 'letter.title');
	if (l && !isDraft(l)) go(`/sent/${id}`, {}, { replace: true, force: true });
	return html`
		<${Page}
			title=${title}
			trail=${trail(title)}
			intro=${l?.originalSubject ? t('letter.answers', { subject: l.originalSubject }) : t('letter.intro')}
		>
			<${ErrorAlert} error=${letter.error} retry=${letter.reload} />
			${l && isDraft(l)
				? html`<${Compose} key=${l.id} letter=${l} reload=${letter.reload} />`
				: !letter.error && html`<${Loading} />`}
		<//>
	`;
}
