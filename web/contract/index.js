import { ContractBasics } from './contract-basics.js';
import { ContractFiles } from './contract-files.js';
import { ContractSigners } from './contract-signers.js';
import { Contract } from './contract.js';
import { Contracts } from './contracts.js';
import { ContractPlaces } from './place.js';
import * as texts from './texts.js';

const group = 'menu.contracts_group';
const role = 'officer';

export default {
	texts,
	routes: [
		{ path: '/contracts', page: Contracts, menu: 'contracts', role },
		{ path: '/contracts/new', page: ContractBasics, menu: 'contract-new', role },
		{ path: '/contracts/:id', page: Contract, menu: 'contracts', role },
		{ path: '/contracts/:id/basics', page: ContractBasics, menu: 'contract-new', role },
		{ path: '/contracts/:id/files', page: ContractFiles, menu: 'contract-new', role },
		{ path: '/contracts/:id/signers', page: ContractSigners, menu: 'contract-new', role },
		{ path: '/contracts/:id/places', page: ContractPlaces, menu: 'contract-new', role },
	],
	menu: [
		{
			group,
			id: 'contract-new',
			to: '/contracts/new',
			icon: 'file-earmark-plus',
			text: 'menu.contract_new',
			role,
		},
		{ group, id: 'contracts', to: '/contracts', icon: 'search', text: 'menu.contracts', role },
	],
};
