// The form that sets a parameter. Beside it stands what the change will do.
import { html, useEffect, useState } from '../vendor/preact.js';
import { FormDialog, wrong } from '../shared/form-dialog.js';
import { t } from '../shared/i18n.js';
import { Icon, TextField } from '../shared/ui.js';
import { Select } from './parts.js';
import { inWords } from './parameter-words.js';

const TYPING_MS = 250;

const rangeOf = (p) => (p.type === 'int' ? t('parameter.range', { min: p.min, max: p.max }) : '');

function Value({ p, title, value, onChange, error }) {
	const shared = { label: title, value, error: wrong(error, 'value'), testid: 'parameter-input' };
	if (p.type === 'bool' || p.type === 'word') {
		const words = p.type === 'bool' ? ['yes', 'no'] : p.words.split('|');
		return html`<${Select} ...${shared} onChange=${onChange} choices=${words.map((w) => [w, inWords(p, w)])} />`;
	}
	return html`
		<${TextField}
			...${shared}
			hint=${rangeOf(p)}
			rows=${p.type === 'text' ? '3' : undefined}
			maxLength=${p.type === 'text' ? p.max : undefined}
			inputMode=${p.type === 'int' ? 'numeric' : undefined}
			onInput=${onChange}
		/>
	`;
}

const Below = ({ p, effect }) => effect.belowAll > 0 && html`
	<div>
		<p>${t('parameter.below', { n: effect.belowAll })}</p>
		<ul class="parameter-below">
			${effect.below.map((b) => html`
				<li key=${b.name} data-testid="parameter-below">
					${b.name}：${inWords(p, b.value)}${' '}
					<span class="quiet">${t(b.ignored ? 'parameter.ignored' : 'parameter.stays')}</span>
				</li>
			`)}
		</ul>
	</div>
`;

/** What will be so, in sentences; nothing yet while it is asked for. */
function Effect({ p, effect, same }) {
	if (!effect) return null;
	const counts = [
		['agencies', effect.agencies],
		['units', effect.units],
		['contracts', effect.contracts],
		['sessions', effect.sessions],
	].filter(([, n]) => n > 0);
	return html`
		<div class="parameter-effect" data-testid="parameter-effect" role="status">
			<p>
				<${Icon} name="info-circle-fill" />${' '}
				${same
					? t('parameter.same', { value: inWords(p, effect.after) })
					: t('parameter.will', { before: inWords(p, effect.before), after: inWords(p, effect.after) })}
			</p>
			${!same && counts.map(([what, n]) => html`<p key=${what}>${t(`parameter.effect_${what}`, { n })}</p>`)}
			<${Below} p=${p} effect=${effect} />
		</div>
	`;
}

/** Asks for the effect a moment after the last change; null where the value does not fit. */
function useEffectOf(preview, body) {
	const [effect, setEffect] = useState(null);
	useEffect(() => {
		let gone = false;
		const timer = setTimeout(() => preview(body).then(
			(e) => !gone && setEffect(e),
			() => !gone && setEffect(null),
		), TYPING_MS);
		return () => {
			gone = true;
			clearTimeout(timer);
		};
	}, [JSON.stringify(body)]);
	return effect;
}

/** preview(body) and save(body): {name, value?, lock?}; without value nothing is set here any more. */
export function ParameterDialog({ parameter: p, title, hint, level, preview, save, onDone, onClose }) {
	const [own, setOwn] = useState(true);
	const [value, setValue] = useState(p.own ?? p.value);
	const [lock, setLock] = useState(p.ownLocked);
	const body = own ? { name: p.name, value: value.trim(), lock } : { name: p.name };
	const effect = useEffectOf(preview, body);
	const levels = ['platform', 'agency', 'unit', 'contract'];
	const hasBelow = p.levels.some((l) => levels.indexOf(l) > levels.indexOf(level));
	return html`
		<${FormDialog}
			title=${t('parameter.change_named', { name: title })}
			text=${hint}
			ok=${t('life.save')}
			submit=${async () => onDone(await save(body))}
			onClose=${onClose}
		>
			${(error) => html`
				<fieldset class="choices">
					<legend class="visually-hidden">${t('parameter.how')}</legend>
					<label class="choice">
						<input
							type="radio"
							name="own"
							checked=${own}
							data-testid="parameter-own"
							onChange=${() => setOwn(true)}
						/>
						${t('parameter.own')}
					</label>
					<label class="choice">
						<input
							type="radio"
							name="own"
							checked=${!own}
							data-testid="parameter-follow"
							onChange=${() => setOwn(false)}
						/>
						${t('parameter.follow', {
							from: t(`parameter.from_${p.aboveFrom}`),
							value: inWords(p, p.above),
						})}
					</label>
				</fieldset>
				${own && html`
					<${Value} p=${p} title=${title} value=${value} onChange=${setValue} error=${error} />
					${hasBelow && html`
						<label class="choice">
							<input
								type="checkbox"
								checked=${lock}
								data-testid="parameter-lock"
								onChange=${(e) => setLock(e.target.checked)}
							/>
							${t('parameter.lock')}
						</label>
					`}
				`}
				<${Effect} p=${p} effect=${effect} same=${effect?.before === effect?.after} />
			`}
		<//>
	`;
}
