// What the user reads about an error: what happened and what to do next. The texts of the
// codes are one source with the server's and the extension's (texts/errors.*.json).
import * as codes from '../gen/errors.js';

export const zh = {
	'error.tries_left': '還可以再試 {n} 次。',
	...codes.zh,
};
export const en = {
	'error.tries_left': '{n} tries are left.',
	...codes.en,
};
