// An error that a page may see: a stable word, and the tries that are left.
export class SignerError extends Error {
  constructor(code, more = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

export const codeOf = (error) => (error instanceof SignerError ? { code: error.code, ...error.more } : { code: 'internal' });
