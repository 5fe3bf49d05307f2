import js from '@eslint/js';
import globals from 'globals';

const rules = {
	...js.configs.recommended.rules,
	'array-callback-return': 'error',
	eqeqeq: 'error',
	'no-alert': 'error',
	'no-constructor-return': 'error',
	'no-else-return': 'error',
	'no-irregular-whitespace': ['error', { skipStrings: true, skipTemplates: true }],
	'no-eval': 'error',
	'no-implied-eval': 'error',
	'no-new-func': 'error',
	'no-script-url': 'error',
	'no-self-compare': 'error',
	'no-shadow': ['error', { builtinGlobals: false }],
	'no-template-curly-in-string': 'error',
	'no-unused-vars': ['error', { caughtErrors: 'all', ignoreRestSiblings: true }],
	'no-use-before-define': ['error', { functions: false, variables: false }],
	'no-var': 'error',
	'object-shorthand': 'error',
	'prefer-const': 'error',
};

export default [
	{ ignores: ['web/vendor/**', 'build/**', 'var/**', 'tests/out/**'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{ files: ['web/**/*.js'], languageOptions: { globals: globals.browser }, rules },
	{
		files: ['extension/**/*.js'],
		languageOptions: { globals: { ...globals.browser, ...globals.webextensions } },
		rules,
	},
	{
		files: ['tests/e2e/**/*.mjs', 'tests/api/web*.mjs'],
		languageOptions: { globals: { ...globals.node, ...globals.browser } },
		rules: { ...rules, 'no-use-before-define': 'off' },
	},
];
