// What is missing on this computer, and how it gets there: by browser and system, and what an
// administrator deploys. The page looks by itself, so that it says so when all is there.
import { html, useEffect, useState } from '../vendor/preact.js';
import { t } from '../shared/i18n.js';
import { Alert, Button, Card, Field, Icon, LinkButton, Page } from '../shared/ui.js';
import {
	BROWSERS, FIREFOX_ID, SYSTEMS, downloads, policyFile, signerConf, thisBrowser, thisSystem,
} from './deploy.js';
import { Preflight, usePreflight } from './preflight.js';

function Copy({ text }) {
	const [done, setDone] = useState(false);
	const copy = () =>
		navigator.clipboard.writeText(text).then(
			() => setDone(true),
			() => {}, // refused: the text is there to be marked
		);
	useEffect(() => setDone(false), [text]);
	return html`
		<${Button} icon=${done ? 'check-circle-fill' : 'file-earmark-text'} testid="copy" onClick=${copy}>
			${t(done ? 'install.copied' : 'install.copy')}
		<//>
	`;
}

const File = ({ file, testid }) => html`
	<figure class="deploy" data-testid=${testid}>
		<figcaption>
			<code>${file.path}</code>
			<${Copy} text=${file.text} />
		</figcaption>
		<pre tabindex="0" aria-label=${file.path}><code>${file.text}</code></pre>
	</figure>
`;

const Select = ({ label, value, onChange, values, word, testid }) => html`
	<${Field} label=${label}>
		${(a) => html`
			<select ...${a} data-testid=${testid} onChange=${(e) => onChange(e.target.value)}>
				${values.map((v) => html`
					<option value=${v} selected=${v === value}>${t(`${word}.${v}`)}</option>
				`)}
			</select>
		`}
	<//>
`;

const Download = ({ found }) => html`
	<p>
		<a
			class="button button-primary"
			href=${`/downloads/${found.file}`}
			download=${found.file}
			data-testid="install-download"
		>
			<${Icon} name="download" />
			<span>${t('install.download', { file: found.file })}</span>
		</a>
	</p>
	<p class="quiet deploy-sum">${t('install.version', { version: found.version })} SHA-256 ${found.sha256}</p>
	<pre tabindex="0" aria-label=${t('install.command')}><code>sudo apt install ./${found.file}</code></pre>
`;

/** Step 2: the program that talks to the card. */
function Host({ system, offer }) {
	const found = offer.packages.find((p) => p.system === system);
	return html`
		<li data-testid="install-host">
			<h3>${t('install.host')}</h3>
			<p>${t(`install.host_${system}`)}</p>
			${found ? html`<${Download} found=${found} />` : html`
				<${Alert} kind="warning">
					${t(system === 'debian' ? 'install.no_package' : 'install.no_package_system')}
				<//>
			`}
		</li>
	`;
}

const Steps = ({ browser, system, offer }) => html`
	<ol class="how install-steps">
		<li data-testid="install-extension">
			<h3>${t('install.extension')}</h3>
			<p>${t(`install.extension_${browser}`)}</p>
			<p class="quiet">
				${t('install.id')}${t('colon')}<code>${browser === 'firefox' ? FIREFOX_ID : offer.id}</code>
			</p>
		</li>
		<${Host} system=${system} offer=${offer} />
		<li>
			<h3>${t('install.reader')}</h3>
			<p>${t('install.reader_text')}</p>
		</li>
	</ol>
`;

const PolicyNotes = ({ browser, offer }) => html`
	${!offer.offered && html`
		<${Alert} kind="warning">${t('install.no_extension')}<//>
	`}
	<p class="note">${t(browser === 'firefox' ? 'install.policy_firefox' : 'install.policy_chromium')}</p>
`;

const Administrator = ({ browser, system, offer }) => html`
	<${Card} title=${t('install.admin')} headingId="admin">
		<p>${t('install.admin_text')}</p>
		${system === 'debian' || system === 'other' ? html`
			<${File} file=${policyFile(browser, location.origin, offer.id)} testid="deploy-policy" />
			<${PolicyNotes} browser=${browser} offer=${offer} />
			<${File} file=${signerConf(location.origin)} testid="deploy-conf" />
			<p class="note">${t('install.doctor')}</p>
		` : html`
			<p class="note" data-testid="deploy-later">${t(`install.admin_${system}`)}</p>
		`}
	<//>
`;

const Ready = () => html`
	<div data-testid="install-ready">
		<${Alert}
			kind="success"
			title=${t('install.ready')}
			action=${html`
				<${Button} kind="primary" testid="install-back" onClick=${() => history.back()}>
					${t('install.back')}
				<//>
			`}
		>
			${t('install.ready_text')}
		<//>
	</div>
`;

export function Install() {
	const flight = usePreflight(true);
	const [browser, setBrowser] = useState(thisBrowser);
	const [system, setSystem] = useState(thisSystem);
	const [offer, setOffer] = useState(null);
	useEffect(() => {
		downloads().then(setOffer);
	}, []);
	const there = flight.state?.extension === 'ok' && flight.state.host === 'ok';
	return html`
		<${Page}
			title=${t('install.title')}
			intro=${t('install.intro')}
			trail=${[{ text: t('install.title'), now: true }]}
			actions=${html`<${LinkButton} to="/">${t('back_home')}<//>`}
		>
			${there && html`<${Ready} />`}
			<${Preflight} flight=${flight} link=${false} />
			<p class="note install-looking">${t('install.looking')}</p>
			<${Card} title=${t('install.how')} headingId="how">
				<div class="form-grid">
					<${Select}
						label=${t('install.browser')}
						value=${browser}
						onChange=${setBrowser}
						values=${BROWSERS}
						word="browser"
						testid="install-browser"
					/>
					<${Select}
						label=${t('install.system')}
						value=${system}
						onChange=${setSystem}
						values=${SYSTEMS}
						word="system"
						testid="install-system"
					/>
				</div>
				${offer && html`<${Steps} browser=${browser} system=${system} offer=${offer} />`}
			<//>
			${offer && html`<${Administrator} browser=${browser} system=${system} offer=${offer} />`}
		<//>
	`;
}
