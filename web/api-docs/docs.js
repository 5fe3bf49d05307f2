// 公開介面說明: what other systems can ask for, read from the document that the server hands out.
import { html, useEffect } from '../vendor/preact.js';
import { ApiError } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Badge, Card, DataTable, ErrorAlert, Icon, Loading, Page, useLoad } from '../shared/ui.js';
import { curlOf, operationsOf, resolve, rowsOf, said, typeOf } from './read.js';

const FILE = '/api/public/v1/openapi.json';
const KIND = { get: 'good', post: 'info', put: 'warn', delete: 'bad' };

async function fetchApi(signal) {
	const response = await fetch(FILE, { signal });
	if (!response.ok) throw new ApiError({ code: 'unavailable' }, response.status);
	return response.json();
}

/** **bold** and `code` in a paragraph; nothing else is a mark. */
const Marked = ({ text }) => html`
	${text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part) => {
		if (part.startsWith('**')) return html`<strong>${part.slice(2, -2)}</strong>`;
		return part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : part;
	})}
`;
const Paragraphs = ({ text }) => text.split('\n\n').map((part) => html`<p key=${part}><${Marked} text=${part} /></p>`);

const fields = () => [
	{
		text: t('docs.name'),
		cell: (r) => html`<code>${r.name}</code>${r.required && html`<div class="quiet">${t('docs.required')}</div>`}`,
	},
	{ text: t('docs.type'), cell: (r) => r.type },
	{ text: t('docs.meaning'), cell: (r) => (r.text ? html`<${Marked} text=${r.text} />` : '') },
];
const parameters = () => [
	...fields().slice(0, 1),
	{ text: t('docs.where'), cell: (r) => t(`docs.in.${r.in}`) },
	...fields().slice(1),
];

const Table = ({ caption, columns, rows, heading = true }) => rows.length > 0 && html`
	${heading && html`<h4>${caption}</h4>`}
	<${DataTable} caption=${caption} columns=${columns} rows=${rows} rowKey=${(r) => `${r.name}${r.in ?? ''}`} />
`;

function Parameters({ api, operation }) {
	const rows = (operation.parameters ?? []).map((p) => resolve(api, p)).map((p) =>
		({ name: p.name, in: p.in, type: typeOf(api, p.schema), text: said(p), required: p.required }));
	return html`<${Table} caption=${t('docs.parameters')} columns=${parameters()} rows=${rows} />`;
}

function Body({ api, operation }) {
	const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
	if (!type) return null;
	const rows = media.schema ? rowsOf(api, media.schema) : [];
	if (rows.length === 0) return html`<h4>${t('docs.body')}</h4><p><code>${type}</code></p>`;
	return html`<${Table} caption=${`${t('docs.body')} ${type}`} columns=${fields()} rows=${rows} />`;
}

function Answers({ api, operation }) {
	const rows = Object.entries(operation.responses).map(([status, response]) => {
		const whole = resolve(api, response);
		const [type, media] = Object.entries(whole.content ?? {})[0] ?? [];
		const shape = media?.schema ? typeOf(api, media.schema) : type;
		return { name: status, type: shape ?? '', text: said(whole), schema: media?.schema };
	});
	const good = rows.find((r) => r.name.startsWith('2') && r.schema);
	const inner = good ? rowsOf(api, good.schema) : [];
	const title = `${t('docs.answers')} ${good?.name ?? ''}`;
	return html`
		<${Table}
			caption=${t('docs.answers')}
			columns=${[{ ...fields()[0], text: t('docs.status') }, ...fields().slice(1)]}
			rows=${rows}
		/>
		<${Table} caption=${title} columns=${fields()} rows=${inner} />
	`;
}

function scopeOf(operation) {
	const scopes = operation.security?.find((s) => s.client)?.client;
	return !scopes ? t('docs.no_token') : scopes.length === 0 ? t('docs.any_scope') : scopes.join(' ');
}

const Operation = ({ api, operation }) => html`
	<section class="docs-operation" id=${operation.operationId} tabindex="-1" data-testid="docs-operation">
		<h3>
			<${Badge} kind=${KIND[operation.method]}>${operation.method.toUpperCase()}<//>
			${' '}<code>${operation.path}</code>
			<span class="docs-summary">${said(operation, 'summary')}</span>
		</h3>
		<p class="quiet">${t('docs.scope')} <code>${scopeOf(operation)}</code></p>
		<${Paragraphs} text=${said(operation)} />
		<${Parameters} api=${api} operation=${operation} />
		<${Body} api=${api} operation=${operation} />
		<${Answers} api=${api} operation=${operation} />
		<h4>${t('docs.example')}</h4>
		<pre class="import-example" tabindex="0">${curlOf(api, operation)}</pre>
	</section>
`;

// The address behind # is the page's own: what is jumped to is told the element, not the browser.
function jump(e, id) {
	e.preventDefault();
	const target = document.getElementById(id);
	target?.scrollIntoView();
	target?.focus({ preventScroll: true });
}
const Jump = ({ id, children }) => html`
	<li><a href=${`#/api-docs?at=${id}`} onClick=${(e) => jump(e, id)}>${children}</a></li>
`;

const Contents = ({ api, operations }) => html`
	<nav class="docs-contents" aria-label=${t('docs.contents')}>
		<ul>
			<${Jump} id="docs-overview">${t('docs.overview')}<//>
			<${Jump} id="docs-scopes">${t('docs.scopes')}<//>
			${api.tags.map((tag) => html`
				<li key=${tag.name}>
					<strong>${said(tag)}</strong>
					<ul>
						${operations.filter((o) => o.tags.includes(tag.name)).map((o) => html`
							<${Jump} key=${o.operationId} id=${o.operationId}>${said(o, 'summary')}<//>
						`)}
					</ul>
				</li>
			`)}
			${api.webhooks && html`<${Jump} id="docs-webhooks">${t('docs.webhooks')}<//>`}
			<${Jump} id="docs-schemas">${t('docs.schemas')}<//>
		</ul>
	</nav>
`;

const named = (rows) => rows.map(([name, text]) => ({ name, type: '', text }));
const short = () => [fields()[0], fields()[2]];

function Scopes({ api }) {
	const flow = api.components.securitySchemes.client.flows.clientCredentials;
	const zh = Object.fromEntries(Object.entries(flow['x-zh-scopes']));
	const rows = named(Object.entries(flow.scopes).map(([word, text]) =>
		[word, said({ description: text, 'x-zh': zh[word] })]));
	return html`<${Table} heading=${false} caption=${t('docs.scopes')} columns=${short()} rows=${rows} />`;
}

const Whole = ({ api, operations }) => html`
	<div class="docs">
		<${Contents} api=${api} operations=${operations} />
		<div class="docs-text">
			<div id="docs-overview" tabindex="-1">
				<${Card} title=${t('docs.overview')} headingId="docs-h-overview">
					<${Paragraphs} text=${said(api.info)} />
				<//>
			</div>
			<div id="docs-scopes" tabindex="-1">
				<${Card} title=${t('docs.scopes')} headingId="docs-h-scopes"><${Scopes} api=${api} /><//>
			</div>
			${api.tags.map((tag) => html`
				<${Card} key=${tag.name} title=${said(tag)} headingId=${`docs-h-${tag.name}`}>
					${operations.filter((o) => o.tags.includes(tag.name)).map((o) => html`
						<${Operation} key=${o.operationId} api=${api} operation=${o} />
					`)}
				<//>
			`)}
			${api.webhooks && html`
				<div id="docs-webhooks" tabindex="-1">
					<${Card} title=${t('docs.webhooks')} headingId="docs-h-webhooks">
						<${Table}
							heading=${false}
							caption=${t('docs.event')}
							columns=${short()}
							rows=${named(Object.entries(api.webhooks).map(([k, w]) => [k, said(w.post, 'summary')]))}
						/>
					<//>
				</div>
			`}
			<div id="docs-schemas" tabindex="-1">
				<${Card} title=${t('docs.schemas')} headingId="docs-h-schemas">
					${Object.entries(api.components.schemas).map(([name, schema]) => html`
						<section key=${name}>
							<h3><code>${name}</code></h3>
							<${Table}
								heading=${false}
								caption=${name}
								columns=${fields()}
								rows=${rowsOf(api, schema)}
							/>
						</section>
					`)}
				<//>
			</div>
		</div>
	</div>
`;

export function Docs({ query }) {
	const load = useLoad(fetchApi, FILE);
	const api = load.data;
	useEffect(() => {
		if (api && query?.at) document.getElementById(query.at)?.scrollIntoView();
	}, [api, query?.at]);
	return html`
		<${Page}
			title=${t('docs.title')}
			intro=${t('docs.intro')}
			trail=${[{ text: t('docs.title'), now: true }]}
			actions=${html`
				<a class="button button-plain" href=${FILE} download="openapi.json">
					<${Icon} name="download" /><span>${t('docs.file')}</span>
				</a>
			`}
		>
			<${ErrorAlert} error=${load.error} retry=${load.reload} />
			${!api ? load.loading && html`<${Loading} />` : html`
				<${Whole} api=${api} operations=${operationsOf(api)} />
			`}
		<//>
	`;
}
