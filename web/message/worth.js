// What the signatures of a letter's attachments are worth: a line for each, its report, and the
// signature that stands apart from a file that is no PDF.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get, signatureUrl } from '../shared/api.js';
import { dateTime, documentName } from '../shared/format.js';
import { errorText, t } from '../shared/i18n.js';
import { Badge, Button, Dialog, Icon } from '../shared/ui.js';
import { Report } from '../verify/report.js';

const KINDS = { valid: 'good', invalid: 'bad', unsure: 'warn' };

export const isSigned = (d) => d.revision > 0;
const isApart = (d) => isSigned(d) && d.format !== 'pdf';

/** One after the other: a file of 150 MB is read for it. @returns {Record<string, any>} by document: report or error */
export function useWorth(documents) {
	const [found, setFound] = useState({});
	const signed = documents.filter(isSigned).map((d) => d.id);
	useEffect(() => {
		const abort = new AbortController();
		const look = async () => {
			for (const id of signed) {
				if (abort.signal.aborted) return;
				const one = await get(`/documents/${id}/verification`, {}, abort.signal).catch((error) => ({ error }));
				if (!abort.signal.aborted) setFound((all) => ({ ...all, [id]: one }));
			}
		};
		look();
		return () => abort.abort();
	}, [signed.join()]);
	return found;
}

const people = (report) => report.signatures.filter((s) => !s.timestamp);

function wordOf(report) {
	if (report.valid) return 'valid';
	return report.signatures.some((s) => s.verdict === 'invalid') || report.why ? 'invalid' : 'unsure';
}

const Signer = ({ s }) => html`
	<span>
		${s.signerName ?? t('verify.no_signer')}${' '}
		<span class="quiet">${dateTime(s.provenTime ?? s.claimedTime)}</span>
	</span>
`;

const ReportDialog = ({ d, report, onClose }) => html`
	<${Dialog}
		title=${t('verify.title')}
		wide
		onClose=${onClose}
		footer=${html`<${Button} testid="dialog-ok" onClick=${onClose}>${t('close')}<//>`}
	>
		<${Report}
			file=${{ name: documentName(d.name) }}
			signature=${isApart(d) ? { name: `${d.name}.p7s` } : undefined}
			report=${report}
		/>
	<//>
`;

const Apart = ({ d }) => isApart(d) && html`
	<a href=${signatureUrl(d.id, 'signature')} data-testid="attachment-signature">
		<${Icon} name="download" />
		${t('letter.save_signature')}
	</a>
	<a href=${signatureUrl(d.id, 'container')} data-testid="attachment-container">
		<${Icon} name="file-earmark-zip" />
		${t('letter.save_container')}
	</a>
`;

/** @param {{ d: any, found: any }} props found: what useWorth knows of it by now */
export function Worth({ d, found }) {
	const [open, setOpen] = useState(false);
	if (!isSigned(d)) return null;
	if (!found) return html`<p class="worth quiet" role="status">${t('letter.verifying')}</p>`;
	if (found.error) return html`<p class="worth quiet">${errorText(found.error)}</p>`;
	const word = wordOf(found);
	return html`
		<p class="worth" data-testid="attachment-worth" data-worth=${word}>
			<${Badge} kind=${KINDS[word]}>${t(`letter.worth_${word}`)}<//>
			${people(found).map((s) => html`<${Signer} s=${s} />`)}
			<button type="button" class="link" data-testid="attachment-report" onClick=${() => setOpen(true)}>
				${t('letter.report')}
			</button>
			<${Apart} d=${d} />
		</p>
		${open && html`<${ReportDialog} d=${d} report=${found} onClose=${() => setOpen(false)} />`}
	`;
}
