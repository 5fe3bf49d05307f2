// The departments in the order of the menu. Each one is a folder: its pages, its routes
// and menu entries (index.js), its texts (texts.js) stand together.
import account from './account/index.js';
import admin from './admin/index.js';
import apiDocs from './api-docs/index.js';
import audit from './audit/index.js';
import certificate from './certificate/index.js';
import clients from './clients/index.js';
import company from './company/index.js';
import contract from './contract/index.js';
import document from './document/index.js';
import help from './help/index.js';
import home from './home/index.js';
import life from './life/index.js';
import message from './message/index.js';
import practice from './practice/index.js';
import sealing from './sealing/index.js';
import registry from './registry/index.js';
import retention from './retention/index.js';
import seal from './seal/index.js';
import * as errorTexts from './shared/error-texts.js';
import * as sharedTexts from './shared/texts.js';
import * as shellTexts from './shell/texts.js';
import signer from './signer/index.js';
import template from './template/index.js';
import verify from './verify/index.js';
import * as viewerTexts from './viewer/texts.js';
import wallet from './wallet/index.js';

/**
 * @typedef {{ path: string, page: any, menu: string, role?: string | string[], open?: boolean }} Route
 * `menu`: its entry; `open`: for who is not logged in too
 * @typedef {import('./shell/menu.js').MenuItem} MenuItem
 * @typedef {object} Department
 * @property {{ zh: any, en: any }} texts
 * @property {Route[]} routes
 * @property {MenuItem[]} menu
 * @property {MenuItem[]} [screens] pages without an entry that the command menu finds
 */

/** @type {Department[]} */
export const DEPARTMENTS = [
	home, wallet,
	sealing, registry, message, contract, life, template, certificate, seal, account, company, document, signer,
	verify,
	admin,
	clients,
	retention,
	audit,
	apiDocs,
	help,
	practice,
];

export const TEXTS = [
	...DEPARTMENTS.map((department) => department.texts),
	sharedTexts,
	errorTexts,
	shellTexts,
	viewerTexts,
];
