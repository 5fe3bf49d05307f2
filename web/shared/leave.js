// Input that is not stored is not lost by a click on the menu.
import { html, useState } from '../vendor/preact.js';
import { t } from './i18n.js';
import { useGuard } from './router.js';
import { Confirm } from './ui.js';

/** Asks before unsaved input is left: {dialog}. */
export function useLeaveGuard(dirty) {
	const [answer, setAnswer] = useState(null);
	useGuard(dirty, () => new Promise((resolve) => setAnswer(() => resolve)));
	const close = (leave) => {
		answer(leave);
		setAnswer(null);
	};
	return (
		answer && html`
			<${Confirm}
				title=${t('leave.title')}
				text=${t('leave.text')}
				ok=${t('leave.ok')}
				danger
				onOk=${() => close(true)}
				onCancel=${() => close(false)}
			/>
		`
	);
}
