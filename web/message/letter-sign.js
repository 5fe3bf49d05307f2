// 自我簽章附件: the writer's card signs the attachments of a draft.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { documentName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Preflight, callSigner, usePreflight } from '../signer/preflight.js';
import { Alert, Button, Dialog, ErrorAlert, LinkButton, useAction, useLoad } from '../shared/ui.js';
import { AGAIN, Certificates, usable, usePreparation } from './signing.js';

/** documents: those that are not signed yet. */
export function SignDialog({ documents, onSigned, onClose }) {
	const certificates = useLoad((signal) => get('/certificates', { size: 50 }, signal), 'certificates');
	const mine = (certificates.data?.items ?? []).filter(usable);
	const [chosen, setChosen] = useState('');
	const [missing, setMissing] = useState(false);
	const [stage, setStage] = useState(null);
	const action = useAction();
	const preparation = usePreparation();
	const flight = usePreflight(!action.busy);
	const certificate = chosen || (mine.length === 1 ? mine[0].id : '');

	async function run() {
		setStage('preparing');
		const signing = await preparation.make(documents.map((d) => d.taskId), certificate);
		setStage('signing');
		const { signatures } = await callSigner('sign', {
			certificate: signing.certificate,
			documents: signing.documents,
		});
		setStage('sending');
		await post(`/signings/${signing.id}/complete`, { signatures });
		preparation.done();
	}
	const sign = () => {
		setMissing(!certificate);
		if (!certificate) return;
		action.run(async () => {
			try {
				await run();
				onSigned();
			} catch (error) {
				if (!AGAIN.includes(error.code)) await preparation.drop();
				throw error;
			} finally {
				setStage(null);
			}
		});
	};
	return html`
		<${Dialog}
			title=${t('letter.sign_title')}
			onClose=${onClose}
			footer=${html`
				<${Button} testid="letter-sign-cancel" disabled=${action.busy} onClick=${onClose}>${t('cancel')}<//>
				<${Button} kind="seal" icon="pen" testid="letter-sign-ok" busy=${action.busy} onClick=${sign}>
					${t('letter.sign_now')}
				<//>
			`}
		>
			<p>${t('letter.sign_text')}</p>
			<ul>${documents.map((d) => html`<li key=${d.id}>${documentName(d.name)}</li>`)}</ul>
			<${ErrorAlert} error=${certificates.error} retry=${certificates.reload} />
			${certificates.data && mine.length === 0
				? html`
					<${Alert}
						kind="warning"
						action=${html`<${LinkButton} to="/certificates/new" icon="plus-lg">${t('certificate.new')}<//>`}
					>
						${t('sign.no_certificate')}
					<//>
				`
				: html`
					<${Certificates}
						list=${mine}
						value=${certificate}
						onChange=${setChosen}
						error=${missing && t('sign.choose_certificate')}
					/>
				`}
			<p class="strong">${t('sign.card_needed')}</p>
			<${Preflight} flight=${flight} />
			<${ErrorAlert} error=${action.error} />
			<p class="stage" role="status">${stage && t(`sign.${stage}`)}</p>
		<//>
	`;
}
