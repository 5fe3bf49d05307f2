// Which chapter of the help speaks of a page.
const CHAPTERS = [
	['/certificates', 'certificates'],
	['/signer', 'certificates'],
	['/contracts/new', 'contract-new'],
	['/contracts', 'contracts'],
	['/voids', 'contracts'],
	['/templates', 'contracts'],
	['/received', 'received'],
	['/messages', 'received'],
	['/sent', 'sent'],
	['/letters', 'letters'],
	['/wallet', 'wallet'],
	['/sealing', 'sealing'],
	['/registry', 'sealing'],
	['/admin/destructions', 'retention'],
	['/admin/holds', 'retention'],
	['/verify', 'questions'],
	['/login', 'questions'],
];
const STEPS = /^\/contracts\/\w+\/(basics|files|signers)$/;

/** The chapter's id; of a page that none speaks of, the first. */
export function chapterOf(path) {
	if (STEPS.test(path)) return 'contract-new';
	return CHAPTERS.find(([begin]) => path === begin || path.startsWith(`${begin}/`))?.[1] ?? 'about';
}
