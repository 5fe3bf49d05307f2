// One name for both browsers' API.
export const api = globalThis.browser ?? globalThis.chrome;
