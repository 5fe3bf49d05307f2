// A flow as an inline SVG: one box a step from top to bottom, who does it on the left.
import { html } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { useId } from '../shared/ui.js';

const WIDTH = 360;
const LEFT = 92; // where the boxes begin
const BOX = WIDTH - LEFT - 4;
const LINE = 20;
const GAP = 26;

const lines = (step) => step.text.split('\n');
const height = (step) => lines(step).length * LINE + 22 + (step.choice ? 24 : 0);

/** Where each step's box begins, and the whole height. */
function layout(steps) {
	let y = 4;
	const tops = steps.map((step) => {
		const top = y;
		y += height(step) + GAP;
		return top;
	});
	return { tops, total: y - GAP + 4 };
}

const Arrow = ({ from, to }) => html`
	<path class="flow-arrow" d=${`M${LEFT + BOX / 2} ${from} V${to - 1} m-5 -6 l5 6 l5 -6`} />
`;

function Step({ step, top }) {
	const text = lines(step);
	const tall = text.length * LINE + 22;
	return html`
		<g class=${step.choice ? 'flow-choice' : ''}>
			<text class="flow-who" x="2" y=${top + tall / 2 + 5}>${step.who}</text>
			<rect x=${LEFT} y=${top} width=${BOX} height=${tall} rx=${step.choice ? tall / 2 : 8} />
			${text.map((line, i) => html`
				<text key=${i} x=${LEFT + BOX / 2} y=${top + 26 + i * LINE} text-anchor="middle">${line}</text>
			`)}
			${step.choice && html`
				<text class="flow-else" x=${LEFT + BOX / 2} y=${top + tall + 18} text-anchor="middle">
					↩ ${step.choice}
				</text>
			`}
		</g>
	`;
}

/** The same in words, for whoever does not see it. */
const inWords = (steps) => steps
	.map((s) => `${s.who}${t('colon')}${s.text.replace('\n', ' ')}${s.choice ? `（${s.choice}）` : ''}`)
	.join(' → ');

/** @param {{ flow: import('./zh.js').Flow }} props */
export function Flow({ flow }) {
	const id = useId('flow');
	const { tops, total } = layout(flow.steps);
	return html`
		<svg
			class="flow"
			viewBox=${`0 0 ${WIDTH} ${total}`}
			role="img"
			aria-labelledby=${`${id} ${id}-words`}
			data-testid="flow"
		>
			<title id=${id}>${t('help.flow', { title: flow.title })}</title>
			<desc id=${`${id}-words`}>${inWords(flow.steps)}</desc>
			${flow.steps.map((step, i) => html`
				${i > 0 && html`<${Arrow} from=${tops[i] - GAP} to=${tops[i]} />`}
				<${Step} key=${i} step=${step} top=${tops[i]} />
			`)}
		</svg>
	`;
}
