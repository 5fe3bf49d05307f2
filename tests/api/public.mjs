// A client of the public API for tests: made by the administrators, with a token of its own.
import { randomUUID } from 'node:crypto';
import { as, URL_BASE } from './client.mjs';

export const PUBLIC = '/api/public/v1';
export const SCOPES = ['contracts:read', 'contracts:write', 'documents:read', 'messages:read', 'certificates:read',
  'events:read'];

const need = (answer, status) => {
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

// A client with a secret, its scopes agreed to if they need it. by: who makes it.
export async function makeClient({ by = 'agencyadmin', scopes = SCOPES, second = 'admin', name = '測試介接' } = {}) {
  const maker = await as(by);
  const { id } = need(await maker.post('/clients', { name: `${name}${randomUUID().slice(0, 4)}`, purpose: '自動測試',
    contact: 'it@example.tw', scopes }), 201);
  const facts = (await maker.get(`/clients/${id}`)).body;
  if (facts.askedScopes && second) need(await (await as(second)).post(`/clients/${id}/agree`, {}), 200);
  const { secret } = need(await maker.post(`/clients/${id}/secrets`, {}), 201);
  return { id, secret, maker };
}

export async function form(path, fields, headers = {}) {
  const response = await fetch(`${URL_BASE}${PUBLIC}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Connection: 'close', ...headers },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export const basic = (id, secret) => ({ Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });

export async function tokenOf({ id, secret }, scope) {
  const answer = await form('/oauth/token', { grant_type: 'client_credentials', ...(scope && { scope }) },
    basic(id, secret));
  return need(answer, 200).access_token;
}

export class Service {
  constructor(token) {
    this.token = token;
  }

  async call(method, path, { json, body, key, headers = {} } = {}) {
    const response = await fetch(`${URL_BASE}${PUBLIC}${path}`, {
      method,
      headers: {
        Connection: 'close',
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
        ...(key && { 'Idempotency-Key': key }),
        ...headers,
      },
      body: json !== undefined ? JSON.stringify(json) : body,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(bytes) : bytes };
  }

  get(path) {
    return this.call('GET', path);
  }
  post(path, json = {}, options = {}) {
    return this.call('POST', path, { json, ...options });
  }
  delete(path, options) {
    return this.call('DELETE', path, options);
  }
  upload(id, bytes, options = {}) {
    return this.call('POST', `/contracts/${id}/documents`, { body: bytes, ...options,
      headers: { 'Content-Type': 'application/pdf', 'X-File-Name': encodeURIComponent('電子契約.pdf') } });
  }
}

export const service = async (client, scope) => new Service(await tokenOf(client, scope));
export const newDraft = (number, more = {}) => ({ number, title: `介接${number}`, unit: '6300', officers: ['chen'],
  vendors: ['97162640'], ...more });
