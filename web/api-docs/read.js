// Reads an OpenAPI 3.1 description for a page: references, types in words, texts in the reader's language.
import { getLanguage, t } from '../shared/i18n.js';

export const METHODS = ['get', 'post', 'put', 'delete'];

/** What a "$ref" inside the document stands for; other things as they are. */
export function resolve(api, thing) {
	if (!thing?.$ref) return thing;
	return thing.$ref.replace('#/', '').split('/').reduce((at, key) => at[key], api);
}

/** The description or summary in the reader's language. */
export const said = (thing, key = 'description') => {
	if (!thing) return '';
	const own = key === 'description' && thing.summary === undefined ? thing['x-zh'] : undefined;
	const zh = thing[`x-zh-${key}`] ?? own ?? (key === 'summary' ? thing['x-zh'] : undefined);
	return (getLanguage() === 'en' ? thing[key] : zh ?? thing[key]) ?? '';
};

const nameOf = (thing) => thing?.$ref?.split('/').pop();
const isNull = (schema) => schema.type === 'null';

function wordOf(api, schema) {
	if (schema.const !== undefined) return JSON.stringify(schema.const);
	if (schema.enum) return t('docs.one_of', { words: schema.enum.join(' ') });
	if (schema.type === 'array') return t('docs.array', { type: typeOf(api, schema.items) });
	const type = [schema.type].flat().filter((word) => word && word !== 'null').join(' ') || 'object';
	return schema.format ? `${type} (${schema.format})` : type;
}

/** "string", "array of Contract", "one of …": what a value looks like. */
export function typeOf(api, schema) {
	if (!schema) return '';
	if (nameOf(schema)) return nameOf(schema);
	if (isNull(schema)) return 'null';
	const nullable = Array.isArray(schema.type) && schema.type.includes('null');
	return wordOf(api, schema) + (nullable ? ` ${t('docs.or_null')}` : '');
}

/** Rows of an object's properties, those of inner objects below them, as a path. */
export function rowsOf(api, schema, prefix = '', depth = 0) {
	const whole = resolve(api, schema);
	if (!whole || depth > 4) return [];
	if (whole.allOf) return whole.allOf.flatMap((part) => rowsOf(api, part, prefix, depth));
	if (whole.type === 'array') return rowsOf(api, whole.items, `${prefix}[]`, depth);
	return Object.entries(whole.properties ?? {}).flatMap(([name, property]) => {
		const path = prefix ? `${prefix}.${name}` : name;
		const inner = nameOf(property) ? null : property.type === 'array' ? property.items : property;
		return [
			{ name: path, type: typeOf(api, property), text: said(property), required: whole.required?.includes(name) },
			...inner && !nameOf(inner) ? rowsOf(api, inner, inner === property ? path : `${path}[]`, depth + 1) : [],
		];
	});
}

/** Operations in the order of the document: {method, path, …}. */
export const operationsOf = (api) =>
	Object.entries(api.paths).flatMap(([path, methods]) =>
		METHODS.filter((method) => methods[method]).map((method) => ({ method, path, ...methods[method] })));

const sample = (api, schema) => {
	const whole = resolve(api, schema);
	if (whole.const !== undefined) return whole.const;
	if (whole.enum) return whole.enum[0];
	if (whole.type === 'array') return [sample(api, whole.items)];
	if (whole.properties) {
		return Object.fromEntries((whole.required ?? []).map((name) => [name, sample(api, whole.properties[name])]));
	}
	if (whole.type === 'integer') return 1;
	if (whole.type === 'boolean') return true;
	return whole.pattern?.includes('{8}') ? '97162640' : '…';
};

function bodyLines(api, operation) {
	const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
	if (!type) return [];
	if (type === 'application/json') {
		return [`-H 'Content-Type: ${type}'`, `-d '${JSON.stringify(sample(api, media.schema))}'`];
	}
	if (type === 'application/pdf') return [`-H 'Content-Type: ${type}'`, '--data-binary @contract.pdf'];
	return Object.entries(sample(api, media.schema)).map(([name, value]) => `-d ${name}=${value}`);
}

/** The call as a line for a shell. */
export function curlOf(api, operation) {
	const open = !operation.security?.some((s) => s.client);
	const parameters = (operation.parameters ?? []).map((p) => resolve(api, p));
	const file = Object.keys(operation.responses).length > 0 &&
		Object.keys(resolve(api, operation.responses['200'])?.content ?? {}).some((type) => !type.endsWith('json'));
	return [
		`curl -fsS${operation.method === 'get' ? '' : ` -X ${operation.method.toUpperCase()}`}`,
		open ? '-u "$CLIENT_ID:$CLIENT_SECRET"' : '-H "Authorization: Bearer $TOKEN"',
		...parameters.some((p) => p.name === 'Idempotency-Key') ? ['-H "Idempotency-Key: $(uuidgen)"'] : [],
		...parameters.filter((p) => p.in === 'header' && p.required).map((p) => `-H '${p.name}: contract.pdf'`),
		...bodyLines(api, operation),
		...file ? ['-OJ'] : [],
		`${location.origin}${api.servers[0].url}${operation.path}`,
	].join(' \\\n  ');
}
