// What the three steps of a new contract share.
import { html, useState } from '../vendor/preact.js';
import { del } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import { Confirm, Page, Stepper, useAction } from '../shared/ui.js';

export const trail = () => [{ text: t('menu.contracts_group') }, { text: t('wizard.title'), now: true }];

const STEPS = () => [
	{ text: t('wizard.step1'), icon: 'pencil-square' },
	{ text: t('wizard.step2'), icon: 'file-earmark-pdf' },
	{ text: t('wizard.step3'), icon: 'pen' },
];

export const StepPage = ({ step, intro, children }) => html`
	<${Page} title=${t('wizard.step_title', { n: step + 1 })} trail=${trail()} intro=${intro}>
		<${Stepper} steps=${STEPS()} current=${step} />
		${children}
	<//>
`;

/** 捨棄: throws the draft away after asking. */
export function useDiscard(id) {
	const [asking, setAsking] = useState(false);
	const action = useAction();
	const discard = () =>
		action.run(async () => {
			if (id) await del(`/contracts/${id}`);
			go('/contracts', { discarded: 1 }, { force: true });
		});
	return {
		ask: () => setAsking(true),
		dialog: asking && html`
			<${Confirm}
				title=${t('discard.title')}
				text=${t(id ? 'discard.text' : 'discard.text_new')}
				ok=${t('discard')}
				danger
				busy=${action.busy}
				error=${action.error}
				onOk=${discard}
				onCancel=${() => setAsking(false)}
			/>
		`,
	};
}
