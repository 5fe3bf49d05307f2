// What was signed just now, and what is left to sign.
import { html } from '../vendor/preact.js';
import { documentName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Alert, LinkButton } from '../shared/ui.js';

const names = (documents) => documents.map((d) => documentName(d.name)).join(t('comma'));

/**
 * @typedef {{ messageNumber?: string | null, contractState?: string | null, left?: number, documents: any[],
 *     rest: any[] }} Result what the server answered (left: how many still wait for me), the documents
 *     that were signed, and those that were shown with them and were not
 */

/** @param {{ result: Result, seal: boolean }} props */
export function Signed({ result, seal }) {
	const { messageNumber, contractState, documents, rest } = result;
	const left = result.left ?? rest.length;
	const told = messageNumber ? t('sign.done_text', { number: messageNumber }) : t('sign.done_history');
	const state = contractState ? t('sign.contract_state', { state: t(`state.${contractState}`) }) : '';
	const title = left > 0
		? t(seal ? 'sign.part_seal' : 'sign.part', { n: documents.length, left })
		: t(seal ? 'sign.done_seal' : 'sign.done');
	const action = html`<${LinkButton} to="/sent">${t('menu.sent')}<//>`;
	return html`
		<div data-testid="sign-success">
			<${Alert} kind="success" title=${title} action=${action}>
				<p>
					${told} ${state}
				</p>
				<p data-testid="signed-documents">${t('sign.signed_now')}${t('colon')}${names(documents)}</p>
				${rest.length > 0 && html`
					<p data-testid="left-documents">${t('sign.left')}${t('colon')}${names(rest)}</p>
				`}
			<//>
		</div>
	`;
}
