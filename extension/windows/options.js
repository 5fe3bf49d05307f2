// Which sites may use the signer: what the administrator set, and what the user may add.
import { api } from '../lib/api.js';
import { isOrigin, policy, usersOrigins } from '../lib/policy.js';
import { patternOf } from '../lib/sites.js';
import { $, element, speak, text } from '../lib/view.js';

/** @param {string} site @param {boolean} removable */
async function row(site, removable) {
	const granted = await api.permissions.contains({ origins: [patternOf(site)] });
	const item = element('li', { class: 'site' }, element('bdi', { text: site }));
	if (!granted) {
		const grant = element('button', { type: 'button', text: text('grant') });
		grant.addEventListener('click', () => api.permissions.request({ origins: [patternOf(site)] }).then(show));
		item.append(element('span', { class: 'small', text: text('notGranted') }), grant);
	}
	if (removable) {
		const remove = element('button', {
			type: 'button',
			text: text('remove'),
			ariaLabel: `${text('remove')} ${site}`,
		});
		remove.addEventListener('click', () => change((sites) => sites.filter((one) => one !== site)));
		item.append(remove);
	}
	return item;
}

async function show() {
	const { origins, userOrigins, managed } = await policy();
	const own = new Set(userOrigins ? await usersOrigins() : []);
	$('list').replaceChildren(
		...(await Promise.all([...new Set(origins)].map((site) => row(site, own.has(site))))),
	);
	$('none').hidden = origins.length > 0;
	$('form').hidden = !userOrigins;
	$('managed').hidden = !managed;
}

async function change(/** @type {(sites: string[]) => string[]} */ how) {
	await api.storage.local.set({ origins: [...new Set(how(await usersOrigins()))] });
	await show();
}

function refuse(/** @type {string} */ key) {
	$('error').hidden = false;
	$('error').textContent = text(key);
}

$('form').addEventListener('submit', async (/** @type {Event} */ event) => {
	event.preventDefault();
	$('error').hidden = true;
	const { origin } = new URL($('site').value);
	if (!isOrigin(origin)) return refuse('siteRefused');
	// The browser asks the user; it must be called in the click itself.
	if (!(await api.permissions.request({ origins: [patternOf(origin)] }))) return refuse('siteNotGranted');
	$('site').value = '';
	await change((sites) => [...sites, origin]);
});

await speak('');
document.title = text('titleOptions');
$('site').value = location.hash.slice(1);
await show();
