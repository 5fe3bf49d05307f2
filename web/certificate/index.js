import { CertificateNew } from './certificate-new.js';
import { Certificates } from './certificates.js';
import * as texts from './texts.js';

export default {
	texts,
	routes: [
		{ path: '/certificates', page: Certificates, menu: 'certificates' },
		{ path: '/certificates/new', page: CertificateNew, menu: 'certificates' },
	],
	menu: [
		{
			group: 'menu.settings',
			id: 'certificates',
			to: '/certificates',
			icon: 'person-vcard',
			text: 'menu.certificates',
		},
	],
};
