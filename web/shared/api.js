// The API: JSON, CSRF token, idempotency keys, errors as one class, uploads with progress.
import { languageTag } from './i18n.js';

const BASE = '/api/v1';
let csrf = '';
let onSessionEnd = () => {};
// Keys of write requests that got no answer: the same request sent again carries the
// same key, so that it happens once even if the first one did arrive.
const unanswered = new Map();
// What was read last, by address: the server says 304 when it is still so. In memory only.
const read = new Map();
const READ_MAX = 60;

export class ApiError extends Error {
	/** @type {string} */ code = 'internal';
	/** @type {string | undefined} */ field;
	status = 0;

	/** @param {{ code: string, message?: string, field?: string }} error as the API answers it */
	constructor({ code, message, field }, status) {
		super(message || code);
		Object.assign(this, { code, field, status });
	}
}

export const setCsrf = (token) => {
	csrf = token ?? '';
	read.clear();
};
export const whenSessionEnds = (fn) => {
	onSessionEnd = fn;
};

function url(path, query) {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query ?? {})) {
		if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
	}
	const text = search.toString();
	return BASE + path + (text ? `?${text}` : '');
}

function failure(status, text) {
	let body = null;
	try {
		body = JSON.parse(text);
	} catch {
		// a proxy's page
	}
	const error = new ApiError(
		body?.error ?? { code: status === 413 ? 'too_large' : status >= 502 ? 'unavailable' : 'internal' },
		status,
	);
	if (status === 401 && error.code === 'not_logged_in') onSessionEnd();
	return error;
}

function keyOf(identity) {
	if (!unanswered.has(identity)) unanswered.set(identity, crypto.randomUUID());
	return unanswered.get(identity);
}

function keep(address, response, answer, language) {
	const tag = response.headers.get('ETag');
	read.delete(address);
	if (!response.ok || !tag) return;
	read.set(address, { tag, answer, language });
	if (read.size > READ_MAX) read.delete(read.keys().next().value);
}

/** @param {{ query?: any, body?: any, signal?: AbortSignal }} [options] */
async function request(method, path, options = {}) {
	const { query, body, signal } = options;
	const headers = { Accept: 'application/json', 'Accept-Language': languageTag() };
	const text = body === undefined ? undefined : JSON.stringify(body);
	const identity = `${method} ${path} ${text ?? ''}`;
	if (method !== 'GET') {
		headers['X-CSRF-Token'] = csrf;
		headers['Idempotency-Key'] = keyOf(identity);
		if (text !== undefined) headers['Content-Type'] = 'application/json';
	}
	const address = url(path, query);
	const held = method === 'GET' ? read.get(address) : undefined;
	if (held && held.language === headers['Accept-Language']) headers['If-None-Match'] = held.tag;
	let response;
	let answer;
	try {
		response = await fetch(address, {
			method,
			headers,
			body: text,
			signal,
			credentials: 'same-origin',
			cache: 'no-store',
		});
		answer = await response.text();
	} catch (e) {
		throw e.name === 'AbortError' ? e : new ApiError({ code: 'network' }, 0);
	}
	if (response.status < 502) unanswered.delete(identity);
	if (response.status === 304 && held) return JSON.parse(held.answer);
	if (method === 'GET') keep(address, response, answer, headers['Accept-Language']);
	if (!response.ok) throw failure(response.status, answer);
	return answer ? JSON.parse(answer) : {};
}

export const get = (path, query, signal) => request('GET', path, { query, signal });
export const post = (path, body = {}) => request('POST', path, { body });
export const put = (path, body) => request('PUT', path, { body });
export const del = (path) => request('DELETE', path);

function formOf(parts) {
	const form = new FormData();
	for (const [name, value] of Object.entries(parts)) form.append(name, value);
	return form;
}

/** Uploads one file, or it with its detached signature; `progress(0…1)`. Answers {promise, cancel}. */
export function upload(path, file, progress, signature = null) {
	const xhr = new XMLHttpRequest();
	const identity = `UPLOAD ${path} ${file.name} ${file.size} ${file.lastModified}`;
	const promise = new Promise((resolve, reject) => {
		xhr.open('POST', url(path));
		xhr.setRequestHeader('X-CSRF-Token', csrf);
		xhr.setRequestHeader('Idempotency-Key', keyOf(identity));
		xhr.setRequestHeader('Accept-Language', languageTag());
		if (!signature) xhr.setRequestHeader('Content-Type', 'application/pdf');
		xhr.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
		xhr.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
		xhr.onerror = () => reject(new ApiError({ code: 'network' }, 0));
		xhr.onabort = () => reject(new ApiError({ code: 'cancelled' }, 0));
		xhr.onload = () => {
			if (xhr.status < 502) unanswered.delete(identity);
			if (xhr.status >= 200 && xhr.status < 300) resolve(JSON.parse(xhr.responseText));
			else reject(failure(xhr.status, xhr.responseText));
		};
		xhr.send(signature ? formOf({ signature, file }) : file);
	});
	return { promise, cancel: () => xhr.abort() };
}

/** What a file's header calls it (RFC 6266). */
const named = (header) => decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(header ?? '')?.[1] ?? 'document');

/** A file that the API sends: {blob, name}. @param {'GET' | 'POST'} method @param {any} [body] */
export async function saveFile(method, path, body = undefined) {
	const headers = { 'Accept-Language': languageTag() };
	if (method === 'POST') Object.assign(headers, { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' });
	let response;
	let blob;
	try {
		response = await fetch(url(path), {
			method,
			headers,
			body: body && JSON.stringify(body),
			credentials: 'same-origin',
			cache: 'no-store',
		});
		blob = await response.blob();
	} catch {
		throw new ApiError({ code: 'network' }, 0);
	}
	if (!response.ok) throw failure(response.status, await blob.text());
	return { blob, name: named(response.headers.get('Content-Disposition')) };
}

/** @param {'sheet' | 'package'} what */
export const evidenceUrl = (documentId, what) => url(`/documents/${documentId}/evidence/${what}`);

/** The signature apart from a file that is no PDF, or both as one. @param {'signature' | 'container'} what */
export const signatureUrl = (documentId, what) => url(`/documents/${documentId}/${what}`);

/** @param {{ revision?: number, download?: boolean }} [options] */
export const fileUrl = (documentId, options = {}) =>
	url(`/documents/${documentId}/file`, { revision: options.revision, download: options.download ? 1 : undefined });
