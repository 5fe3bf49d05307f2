// A verification code (驗證碼) of an evidence sheet: the digest of the file that it speaks of.
import { html, useEffect, useState } from '../vendor/preact.js';
import { get } from '../shared/api.js';
import { dateTime, fileSize } from '../shared/format.js';
import { hasText, t } from '../shared/i18n.js';
import { Alert, Button, Card, ErrorAlert, TextField, useAction } from '../shared/ui.js';

const FORM = /^[0-9a-z]{16}$/i;
const bare = (code) => code.replace(/[\s-]/g, '');

const Told = ({ told }) => html`
	<div data-testid="code-told">
		<${Alert} kind="success" title=${t('code.known')}>${t('code.known_text')}<//>
		<dl class="verify-facts">
			<div class="fact">
				<dt>${t('verify.sha256')}</dt>
				<dd data-testid="code-sha256"><code>${told.sha256}</code></dd>
			</div>
			<div class="fact">
				<dt>${t('verify.size')}</dt>
				<dd>${fileSize(told.size)}</dd>
			</div>
			<div class="fact">
				<dt>${t('verify.signatures')}</dt>
				<dd>${t('code.signatures', { n: told.signatures })}</dd>
			</div>
			<div class="fact">
				<dt>${t('code.completed')}</dt>
				<dd>${dateTime(told.completedAt)}</dd>
			</div>
			${hasText(`state.${told.contractState}`) && html`
				<div class="fact">
					<dt>${t('code.state')}</dt>
					<dd>${t(`state.${told.contractState}`)}</dd>
				</div>
			`}
		</dl>
	</div>
`;

/** @param {{ given?: string, onTold: (told: any) => void }} props given: from the address, as a QR code has it */
export function Code({ given = '', onTold }) {
	const [code, setCode] = useState(given);
	const [told, setTold] = useState(null);
	const [wrong, setWrong] = useState('');
	const action = useAction();

	function ask(typed) {
		setTold(null);
		onTold(null);
		if (!FORM.test(bare(typed))) {
			setWrong(t('code.form'));
			return;
		}
		setWrong('');
		action.run(async () => {
			try {
				const answer = await get(`/verify/codes/${bare(typed)}`);
				setTold(answer);
				onTold(answer);
			} catch (error) {
				if (error.code !== 'not_found') throw error;
				setWrong(t('code.unknown'));
			}
		});
	}
	useEffect(() => {
		if (given) ask(given);
	}, []);
	return html`
		<${Card} title=${t('code.title')} headingId="verify-code">
			<form
				class="code-form"
				noValidate
				onSubmit=${(e) => {
					e.preventDefault();
					ask(code);
				}}
			>
				<${TextField}
					label=${t('code.label')}
					hint=${t('code.hint')}
					value=${code}
					onInput=${setCode}
					error=${wrong}
					testid="code-input"
					maxLength="40"
					autocomplete="off"
					autocapitalize="characters"
					spellcheck="false"
				/>
				<${Button} type="submit" icon="search" busy=${action.busy} testid="code-submit">
					${t('code.ask')}
				<//>
			</form>
			<${ErrorAlert} error=${action.error} />
			<div aria-live="polite">${told && html`<${Told} told=${told} />`}</div>
		<//>
	`;
}
