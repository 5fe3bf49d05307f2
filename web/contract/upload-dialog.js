// 檔案上傳: choose or drop PDFs, see that they fit, send them one after the other.
import { html, useContext, useRef, useState } from '../vendor/preact.js';
import { upload } from '../shared/api.js';
import { fileSize } from '../shared/format.js';
import { errorText, t } from '../shared/i18n.js';
import { Button, Dialog, Icon, ProgressBar, Session } from '../shared/ui.js';

/** What is refused before it is sent. */
const HOPELESS = ['upload_too_large', 'not_pdf', 'file_type'];
const endingOf = (name) => /\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? '';

async function problemOf(file, limit, others) {
	if (file.size > limit) return { code: 'upload_too_large' };
	if (others.length > 0 && endingOf(file.name) !== 'pdf')
		return others.includes(endingOf(file.name)) ? null : { code: 'file_type' };
	const head = new TextDecoder('latin1').decode(await file.slice(0, 1024).arrayBuffer());
	return head.includes('%PDF-') ? null : { code: 'not_pdf' };
}

/** The way out for a file that can't be signed as it is: a tidied copy, the original kept. */
const Tidy = ({ row, onTidy }) => html`
	<${Button} testid="upload-tidy" onClick=${onTidy} aria-label=${t('upload.tidy_named', { name: row.file.name })}>
		${t('upload.tidy')}
	<//>
`;

const FileRow = ({ row, limit, busy, onRemove, onTidy }) => html`
	<li class="upload-row" data-testid="upload-row">
		<${Icon} name=${row.done ? 'check-circle-fill' : 'file-earmark-pdf'} />
		<div class="upload-what">
			<strong>${row.file.name}</strong> <span class="quiet">${fileSize(row.file.size)}</span>
			${row.progress !== null && !row.done && html`
				<${ProgressBar} value=${row.progress} label=${t('upload.progress', { name: row.file.name })} />
			`}
			${row.error && html`
				<p class="field-error" role="alert" data-testid="upload-error" data-code=${row.error.code}>
					<${Icon} name="exclamation-triangle-fill" />
					${row.error.code === 'upload_too_large'
						? t('upload.too_large', { limit: fileSize(limit).replace('.00', '') })
						: errorText(row.error)}
				</p>
			`}
			${row.error?.code === 'pdf_normalisable' && !busy && html`<${Tidy} row=${row} onTidy=${onTidy} />`}
			${row.tidy && !row.error && html`<p class="hint" data-testid="upload-tidied">${t('upload.tidied')}</p>`}
		</div>
		${!busy && !row.done && html`
			<button
				type="button"
				class="icon-button"
				aria-label=${t('remove_named', { name: row.file.name })}
				onClick=${onRemove}
			>
				<${Icon} name="x" />
			</button>
		`}
	</li>
`;

/**
 * path: where the files are posted; others: endings of what is taken besides PDF; single: one file only; onDone gets
 * what the server says of each.
 */
export function UploadDialog({ path: to, title, others = [], single = false, onDone, onClose }) {
	const { uploadLimit } = useContext(Session);
	const [rows, setRows] = useState([]);
	const [busy, setBusy] = useState(false);
	const [over, setOver] = useState(false);
	const input = useRef(null);
	const running = useRef(null);
	const change = (id, part) => setRows((all) => all.map((r) => (r.id === id ? { ...r, ...part } : r)));

	async function choose(files) {
		const fresh = await Promise.all(
			[...files].slice(0, single ? 1 : files.length).map(async (file) => ({
				id: crypto.randomUUID(),
				file,
				progress: null,
				done: false,
				error: await problemOf(file, uploadLimit, others),
			})),
		);
		setRows((all) => (single ? fresh : [...all, ...fresh]));
	}
	async function send() {
		let failed = rows.some((r) => HOPELESS.includes(r.error?.code));
		setBusy(true);
		for (const row of rows.filter((r) => !r.done && !HOPELESS.includes(r.error?.code))) {
			change(row.id, { error: null, progress: 0 });
			const path = row.tidy ? `${to}${to.includes('?') ? '&' : '?'}normalise=true` : to;
			running.current = upload(path, row.file, (progress) =>
				change(row.id, { progress }),
			);
			try {
				const answer = await running.current.promise;
				change(row.id, { done: true });
				onDone(answer);
			} catch (error) {
				failed = true;
				change(row.id, { error, progress: null });
				if (error.code === 'cancelled') break;
			}
		}
		running.current = null;
		setBusy(false);
		if (!failed) onClose();
	}
	function cancel() {
		if (running.current) running.current.cancel();
		else onClose();
	}
	const ready = rows.some((r) => !r.done && !HOPELESS.includes(r.error?.code));
	const drop = (e) => {
		e.preventDefault();
		setOver(false);
		if (!busy) choose(e.dataTransfer.files);
	};
	return html`
		<${Dialog}
			title=${title || t('upload.title')}
			onClose=${cancel}
			footer=${html`
					<${Button} testid="upload-cancel" onClick=${cancel}>
						${t('cancel')}
					<//>
					<${Button} kind="primary" testid="upload-confirm" busy=${busy} disabled=${!ready} onClick=${send}>
						${t('confirm')}
					<//>
				`}
		>
			<div
				class=${`drop ${over ? 'drop-over' : ''}`}
				onDragOver=${(e) => {
					e.preventDefault();
					setOver(true);
				}}
				onDragLeave=${() => setOver(false)}
				onDrop=${drop}
			>
				<p>
					<span class="required" aria-hidden="true">
						*
					</span>
					<strong>${t(others.length > 0 ? 'upload.choose_any' : 'upload.choose')}</strong>
				</p>
				<input
					ref=${input}
					class="visually-hidden"
					id="upload-input"
					type="file"
					accept=${['application/pdf', '.pdf', ...others.map((o) => `.${o}`)].join(',')}
					multiple=${!single}
					disabled=${busy}
					tabindex="-1"
					aria-label=${t(others.length > 0 ? 'upload.choose_any' : 'upload.choose')}
					data-testid="upload-input"
					onChange=${(e) => {
						choose(e.target.files);
						e.target.value = '';
					}}
				/>
				<${Button}
					icon="upload"
					disabled=${busy}
					testid="upload-local"
					onClick=${() => input.current.click()}
				>
					+ ${t('upload.local')}
				<//>
				<p class="hint">
					${t(others.length > 0 ? 'upload.hint_any' : 'upload.hint', {
						limit: fileSize(uploadLimit).replace('.00', ''),
					})}
				</p>
			</div>
			${rows.length > 0 && html`
				<ul class="upload-list" aria-live="polite">
					${rows.map((row) => html`
						<${FileRow}
							key=${row.id}
							row=${row}
							limit=${uploadLimit}
							busy=${busy}
							onRemove=${() => setRows((all) => all.filter((r) => r.id !== row.id))}
							onTidy=${() => change(row.id, { tidy: true, error: null })}
						/>
					`)}
				</ul>
			`}
		<//>
	`;
}
