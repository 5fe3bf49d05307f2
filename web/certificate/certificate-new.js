// 新增憑證: read the card, say what the certificate is for, prove that one holds it.
import { html, useContext, useState } from '../vendor/preact.js';
import { post } from '../shared/api.js';
import { date } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import { Preflight, callSigner, usePreflight } from '../signer/preflight.js';
import { go } from '../shared/router.js';
import { useLeaveGuard } from '../shared/leave.js';
import { Button, ErrorAlert, LinkButton, Page, Session, TextField, useAction } from '../shared/ui.js';
import { certificateTrail } from './certificates.js';

export function CertificateNew() {
	const { member } = useContext(Session);
	const [card, setCard] = useState(null); // {certificate (base64), challenge}
	const [purpose, setPurpose] = useState('');
	const [error, setError] = useState(null);
	const [stage, setStage] = useState(null);
	const reading = useAction();
	const registering = useAction();
	const flight = usePreflight(!reading.busy && !registering.busy);
	const guard = useLeaveGuard(Boolean(card) || purpose.trim() !== '');
	const about = card?.challenge.certificate;

	const read = () =>
		reading.run(async () => {
			registering.setError(null);
			const { certificate } = await callSigner('choose');
			setCard({ certificate, challenge: await post('/certificates/challenge', { certificate }) });
		});
	function register(e) {
		e.preventDefault();
		const text = purpose.trim();
		setError(text ? null : t('error.field_required'));
		if (!text || !card) return;
		registering.run(async () => {
			try {
				setStage('proving');
				const { signature } = await callSigner('prove', {
					certificate: card.certificate,
					nonce: card.challenge.nonce,
				});
				setStage('registering');
				await post('/certificates', {
					challengeId: card.challenge.challengeId,
					purpose: text,
					signature,
				});
				go('/certificates', { registered: text }, { force: true });
			} catch (failure) {
				if (failure.code === 'challenge_expired') setCard(null);
				throw failure;
			} finally {
				setStage(null);
			}
		});
	}
	const clear = () => {
		setCard(null);
		setPurpose('');
		setError(null);
		reading.setError(null);
		registering.setError(null);
	};
	const row = (label, value, testid) => html`
			<dt>${label}</dt>
			<dd data-testid=${testid}>${value || '—'}</dd>
		`;
	return html`
		<${Page}
			title=${t('certificate.new')}
			intro=${t('certificate.new_intro')}
			trail=${certificateTrail([
				{ text: t('menu.certificates'), to: '/certificates' },
				{ text: t('certificate.new'), now: true },
			])}
		>
			<form onSubmit=${register} noValidate>
				<section class="card" aria-labelledby="card">
					<div class="card-head">
						<h2 id="card">${t('certificate.read_title')}</h2>
					</div>
					<div class="card-body">
						${member.organization.kind === 'agency' && html`
							<p class="note note-warning card-note" data-testid="card-note">
								${t('sealing.card_note')}
							</p>
						`}
						<${Preflight} flight=${flight} />
						<p>
							<${Button}
								kind=${card ? 'plain' : 'primary'}
								icon="person-vcard"
								busy=${reading.busy}
								testid="read-card"
								onClick=${read}
							>
								${t(card ? 'certificate.read_again' : 'certificate.read')}
							<//>
						</p>
						<${ErrorAlert} error=${reading.error} />
						<dl class="facts facts-code">
							${row(t('certificate.serial'), about?.serial, 'certificate-serial')}
							${row(t('certificate.subject'), about?.subject, 'certificate-subject')}
							${row(t('certificate.issuer_short'), about?.issuer, 'certificate-issuer')}
							${row(
								t('certificate.valid'),
								about && date(about.notAfter),
								'certificate-not-after',
							)}
						</dl>
					</div>
				</section>
				<section class="card" aria-labelledby="purpose">
					<div class="card-head">
						<h2 id="purpose">${t('certificate.purpose_title')}</h2>
					</div>
					<div class="card-body">
						<ol class="how">
							<li>${t('certificate.how1')}</li>
							<li>${t('certificate.how2')}</li>
						</ol>
						<${TextField}
							label=${t('certificate.purpose')}
							required
							value=${purpose}
							onInput=${setPurpose}
							error=${error}
							hint=${t('certificate.purpose_hint')}
							maxLength="100"
							testid="certificate-purpose"
							autocomplete="off"
						/>
						<${ErrorAlert} error=${registering.error} />
						<p class="stage" role="status">
							${stage && t(`certificate.${stage}`)}
						</p>
					</div>
					<div class="form-foot">
						<${LinkButton} to="/certificates" testid="certificate-back">
							${t('back_query')}
						<//>
						<span class="spring"></span>
						<${Button} testid="certificate-clear" onClick=${clear}>
							${t('clear')}
						<//>
						<${Button}
							kind="primary"
							type="submit"
							disabled=${!card}
							busy=${registering.busy}
							testid="certificate-register"
						>
							${t('certificate.register')}
						<//>
					</div>
				</section>
			</form>
			${guard}
		<//>
	`;
}
