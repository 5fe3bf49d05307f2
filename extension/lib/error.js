// An error that a page may see: a stable word, and the tries that are left.

export class SignerError extends Error {
	/**
	 * @param {string} code
	 * @param {{triesLeft?: number}} [more]
	 */
	constructor(code, more = {}) {
		super(code);
		this.code = code;
		this.more = more;
	}
}

/**
 * What a page is told of an error.
 * @param {unknown} error
 * @returns {{code: string, triesLeft?: number}}
 */
export function codeOf(error) {
	return error instanceof SignerError ? { code: error.code, ...error.more } : { code: 'internal' };
}
