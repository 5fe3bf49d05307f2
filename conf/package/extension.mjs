#!/usr/bin/env node
// extension.mjs SITE KEY OUT [VERSION]: the extension as an agency hands it out, for the site SITE
// (https://host[:port]), signed with the RSA key in the PEM file KEY; made if it is not there.
// VERSION stands for the manifest's: an agency that changes only its sites still needs a new one.
//
//   OUT/downloads/  yinxin-signer.crx and .xpi, update.xml, firefox.json: what the server
//                   gives to browsers under /downloads/
//   OUT/policies/   what the administrator copies to machines
//   OUT/extension.id
//
// There is one source and one manifest; only what depends on the agency is put into it here:
// the key and so the id, where updates come from, and the sites that it may reach.
import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crx, idOf, manifestKey } from './crx.mjs';
import { policies } from './policies.mjs';
import { zip } from './zip.mjs';

const SOURCE = fileURLToPath(new URL('../../extension', import.meta.url));
const LEAVE_OUT = /^(ID\.txt|.*\.md|icons\/icon\.svg)$/; // for people who read the source
const SITE = /^(https:\/\/[a-z0-9.-]+|http:\/\/(127\.0\.0\.1|localhost))(:\d+)?$/;

function die(text) {
	console.error(text);
	process.exit(2);
}

function takeKey(file) {
	if (!existsSync(file)) {
		const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
		console.log(`made ${file}: keep it, updates must be signed with the same key`);
	}
	const key = createPrivateKey(readFileSync(file));
	if (key.asymmetricKeyType !== 'rsa') die(`${file} is no RSA key`);
	return key;
}

/** @returns {Map<string, Buffer>} the extension's files by name */
function sources() {
	const names = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(SOURCE.length + 1));
	return new Map(
		names.filter((name) => !LEAVE_OUT.test(name)).map((name) => [name, readFileSync(join(SOURCE, name))]),
	);
}

/** Match patterns know no port. */
const patternOf = (site) => `${site.replace(/:\d+$/, '')}/*`;

/** The manifest of this agency's extension. */
function manifestFor(site, key, version) {
	const manifest = JSON.parse(readFileSync(join(SOURCE, 'manifest.json'), 'utf8'));
	manifest.version = version ?? manifest.version;
	manifest.key = manifestKey(key);
	manifest.host_permissions = [patternOf(site)];
	manifest.update_url = `${site}/downloads/update.xml`;
	// Firefox takes no extension whose updates would come without TLS.
	if (site.startsWith('https:'))
		manifest.browser_specific_settings.gecko.update_url = `${site}/downloads/firefox.json`;
	return manifest;
}

const xmlFor = (id, version, url) => `<?xml version="1.0" encoding="UTF-8"?>
<gupdate xmlns="http://www.google.com/update2/response" protocol="2.0">
\t<app appid="${id}">
\t\t<updatecheck codebase="${url}" version="${version}"/>
\t</app>
</gupdate>
`;

function firefoxUpdates(gecko, version, url, xpi) {
	const hash = createHash('sha256').update(xpi).digest('hex');
	const update = {
		version,
		update_link: url,
		update_hash: `sha256:${hash}`,
		applications: { gecko: { strict_min_version: gecko.strict_min_version } },
	};
	return { addons: { [gecko.id]: { updates: [update] } } };
}

const json = (value) => `${JSON.stringify(value, null, '\t')}\n`;

function write(file, body) {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, body);
}

function main(site, keyFile, out, wanted) {
	if (!site || !keyFile || !out) die('usage: extension.mjs SITE KEY OUT [VERSION]');
	if (!SITE.test(site)) die(`${site} is no origin: https://host or https://host:port`);
	const key = takeKey(keyFile);
	const files = sources();
	const manifest = manifestFor(site, key, wanted);
	const { version, browser_specific_settings: { gecko } } = manifest;
	files.set('manifest.json', Buffer.from(json(manifest)));
	const archive = zip(files);
	const url = (suffix) => `${site}/downloads/yinxin-signer.${suffix}`;
	const id = idOf(key);
	write(join(out, 'downloads', 'yinxin-signer.crx'), crx(archive, key));
	write(join(out, 'downloads', 'yinxin-signer.xpi'), archive);
	write(join(out, 'downloads', 'update.xml'), xmlFor(id, version, url('crx')));
	write(join(out, 'downloads', 'firefox.json'), json(firefoxUpdates(gecko, version, url('xpi'), archive)));
	write(join(out, 'extension.id'), `${id}\n`);
	for (const [name, body] of policies({ site, id }))
		write(join(out, 'policies', name), body);
	console.log(`extension ${version} for ${site}: ${id}`);
}

main(...process.argv.slice(2));
