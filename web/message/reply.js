// 回訊: the reply's text, the certificate, and signing with the card.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { documentName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { ChooseSeal } from '../seal/choose.js';
import { Preflight, callSigner, usePreflight } from '../signer/preflight.js';
import { Alert, Button, ErrorAlert, LinkButton, TextField, useAction, useLoad } from '../shared/ui.js';
import { AGAIN, Certificates, usable, usePreparation } from './signing.js';

/** What will be signed, once more before the card. */
const Summary = ({ ticks }) => html`
	<p data-testid="reply-summary">
		<strong>${t('reply.will_sign', { n: ticks.ticked.length })}</strong>${' '}
		${ticks.ticked.map((row) => documentName(row.document.name)).join(t('comma'))}
		${ticks.rows.length > ticks.ticked.length && html`
			<span class="quiet">${' '}${t('reply.not_ticked', { n: ticks.rows.length - ticks.ticked.length })}</span>
		`}
	</p>
`;

/**
 * ticks: what is ticked (ticks.js). text: what was typed, kept by the page while the panel is
 * closed and for the next part. onSigned(what the server answered).
 * @param {{ ticks: ReturnType<typeof import('./ticks.js').useTicks>, seal: boolean,
 *     text: string, onText: (text: string) => void,
 *     onSigned: (answer: any) => void, onClose: () => void }} props
 */
export function Reply({ ticks, seal, text, onText, onSigned, onClose }) {
	const tasks = ticks.ticked.map((row) => row.task.id);
	const certificates = useLoad((signal) => get('/certificates', { size: 50 }, signal), 'certificates');
	const mine = (certificates.data?.items ?? []).filter(usable);
	const [chosen, setChosen] = useState('');
	const [seal_, setSeal] = useState('');
	const [errors, setErrors] = useState({});
	const [stage, setStage] = useState(null);
	const [signatures, setSignatures] = useState(null); // signed, but the server did not answer yet
	const action = useAction();
	const preparation = usePreparation();
	const flight = usePreflight(!action.busy);
	const form = useRef(null);
	useEffect(() => form.current.querySelector('textarea').focus(), []);
	const certificate = chosen || (mine.length === 1 ? mine[0].id : '');

	async function run(body) {
		setStage('preparing');
		const signing = await preparation.make(tasks, certificate, seal_);
		let done = signatures?.signing === signing.id ? signatures : null;
		if (!done) {
			setStage('signing');
			done = {
				signing: signing.id,
				...(await callSigner('sign', {
					certificate: signing.certificate,
					documents: signing.documents,
				})),
			};
			setSignatures(done);
		}
		setStage('sending');
		const result = await post(`/signings/${signing.id}/complete`, {
			signatures: done.signatures,
			body,
		});
		preparation.done();
		return result;
	}
	function send(e) {
		e.preventDefault();
		const body = text.trim();
		const bad = {
			body: !body && t('error.field_required'),
			certificate: !certificate && t('sign.choose_certificate'),
			tasks: tasks.length === 0 && t('sign.nothing_chosen'),
		};
		setErrors(bad);
		if (bad.body || bad.certificate || bad.tasks) return;
		action.run(async () => {
			try {
				onSigned(await run(body));
			} catch (error) {
				if (!AGAIN.includes(error.code)) {
					setSignatures(null);
					await preparation.drop();
				}
				throw error;
			} finally {
				setStage(null);
			}
		});
	}
	const giveUp = async () => {
		await preparation.drop();
		onClose();
	};
	return html`
		<form ref=${form} class="card reply" onSubmit=${send} noValidate aria-labelledby="reply">
			<div class="card-head">
				<h2 id="reply">${t('reply')}</h2>
			</div>
			<div class="card-body">
				<p class="note">${t(seal ? 'reply.note_seal' : 'reply.note')}</p>
				<${Summary} ticks=${ticks} />
				<${TextField}
					label=${t('reply.body')}
					required
					rows="4"
					value=${text}
					onInput=${onText}
					error=${errors.body}
					maxLength="4000"
					placeholder="Enter ..."
					testid="reply-body"
				/>
				<${ErrorAlert} error=${certificates.error} retry=${certificates.reload} />
				${certificates.data && mine.length === 0 ? html`
					<${Alert}
						kind="warning"
						action=${html`
							<${LinkButton} to="/certificates/new" icon="plus-lg">
								${t('certificate.new')}
							<//>
						`}
					>
						${t('sign.no_certificate')}
					<//>
				` : html`
					<${Certificates}
						list=${mine}
						value=${certificate}
						onChange=${(id) => {
							setChosen(id);
							setSeal('');
						}}
						error=${errors.certificate}
					/>
					<${ChooseSeal} certificate=${certificate} value=${seal_} onChange=${setSeal} />
				`}
				<p class="strong">${t('sign.card_needed')}</p>
				<${Preflight} flight=${flight} />
				${errors.tasks && html`<${Alert} kind="error">${errors.tasks}<//>`}
				<${ErrorAlert} error=${action.error} />
				<p class="stage" role="status">
					${stage && t(`sign.${stage}`)}
				</p>
			</div>
			<div class="form-foot">
				<span class="spring"></span>
				<${Button} testid="sign-giveup" disabled=${action.busy} onClick=${giveUp}>
					${t('cancel')}
				<//>
				<${Button} kind="seal" type="submit" icon="pen" busy=${action.busy} testid="sign-send">
					${t('sign.send')}
				<//>
			</div>
		</form>
	`;
}
