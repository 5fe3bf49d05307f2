// 新增電子契約 STEP2: the files.
import { html, useContext, useState } from '../vendor/preact.js';
import { del, fileUrl, get } from '../shared/api.js';
import { documentName, fileSize } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import { StepPage, useDiscard, useDraftOnly } from './steps.js';
import { UploadDialog } from './upload-dialog.js';
import {
	Alert, Button, Confirm, DataTable, EmptyState, ErrorAlert, Icon, LinkButton, Loading, Pager, Session,
	useAction, useLoad,
} from '../shared/ui.js';

const SIZE = 10;

export function ContractFiles({ id }) {
	const { uploadLimit } = useContext(Session);
	const contract = useLoad((signal) => get(`/contracts/${id}`, {}, signal), id);
	const [uploading, setUploading] = useState(false);
	const [removing, setRemoving] = useState(null);
	const [page, setPage] = useState(1);
	const [hint, setHint] = useState(false);
	const removal = useAction();
	const discard = useDiscard(id);
	const documents = contract.data?.documents ?? [];
	const pages = Math.max(1, Math.ceil(documents.length / SIZE));
	const now = Math.min(page, pages);

	useDraftOnly(contract.data);

	const remove = () =>
		removal.run(async () => {
			await del(`/contracts/${id}/documents/${removing.id}`);
			setRemoving(null);
			contract.reload();
			requestAnimationFrame(() => document.getElementById('upload-open')?.focus());
		});
	const columns = [
		{
			text: t('document.name'),
			cell: (d) => html`
				<a href=${fileUrl(d.id)} target="_blank" rel="noopener">
					<${Icon} name="file-earmark-pdf" />
					${documentName(d.name)}
				</a>
			`,
		},
		{ text: t('document.size'), class: 'figure', cell: (d) => fileSize(d.size) },
		{ text: t('document.pages'), class: 'figure', cell: (d) => d.pages },
		{
			text: t('document.actions'),
			class: 'narrow',
			cell: (d) => html`
				<button
					type="button"
					class="icon-button"
					data-testid="document-remove"
					aria-label=${t('delete_named', { name: documentName(d.name) })}
					onClick=${() => setRemoving(d)}
				>
					<${Icon} name="trash" />
				</button>
			`,
		},
	];
	return html`
		<${StepPage}
			id=${id}
			step=${1}
			intro=${t('wizard.intro2', { limit: fileSize(uploadLimit).replace('.00', '') })}
		>
			<${ErrorAlert} error=${contract.error} retry=${contract.reload} />
			${!contract.data ? (
				!contract.error && html`<${Loading} />`
			) : html`
				<section class="card" aria-label=${t('document.list')}>
					<div class="card-head">
						<h2>${t('document.list')}</h2>
						<div class="card-actions">
							<${Button}
								kind="primary"
								icon="plus-lg"
								id="upload-open"
								testid="upload-open"
								onClick=${() => setUploading(true)}
							>
								${t('upload.open')}
							<//>
						</div>
					</div>
					<div class="card-body">
						${documents.length === 0 ? html`
							<${EmptyState} icon="file-earmark-pdf" title=${t('document.none')}>
								<p>${t('document.none_hint')}</p>
							<//>
						` : html`
								<${DataTable}
									caption=${t('document.list')}
									columns=${columns}
									rows=${documents.slice((now - 1) * SIZE, now * SIZE)}
									testid="document-row"
								/>
								<${Pager}
									page=${now}
									pages=${pages}
									size=${SIZE}
									total=${documents.length}
									onPage=${setPage}
								/>
							`}
						${hint && documents.length === 0 && html`
							<${Alert} kind="error" code="no_document">
								${t('error.no_document')}
							<//>
						`}
					</div>
					<div class="form-foot">
						<${Button} kind="danger-quiet" testid="discard" onClick=${discard.ask}>
							${t('discard')}
						<//>
						<span class="spring"></span>
						<${LinkButton} to=${`/contracts/${id}/basics`} testid="back">
							${t('previous')}
						<//>
						<${Button}
							kind="primary"
							testid="next"
							onClick=${() =>
								documents.length > 0 ? go(`/contracts/${id}/signers`) : setHint(true)}
						>
							${t('next')}
						<//>
					</div>
				</section>
			`}
			${uploading && html`
				<${UploadDialog}
					path=${`/contracts/${id}/documents`}
					onDone=${contract.reload}
					onClose=${() => setUploading(false)}
				/>
			`}
			${removing && html`
				<${Confirm}
					title=${t('document.remove')}
					text=${t('document.remove_text', { name: documentName(removing.name) })}
					ok=${t('delete')}
					danger
					busy=${removal.busy}
					error=${removal.error}
					onOk=${remove}
					onCancel=${() => setRemoving(null)}
				/>
			`}
			${discard.dialog}
		<//>
	`;
}
