// The texts of the pages, in the language that the user chose (remembered in this browser).
/** @type {{ zh: Record<string, string>, en: Record<string, string> }} */
const TEXTS = { zh: {}, en: {} };
const STORE = 'yinxin-language';

function remembered() {
	try {
		return localStorage.getItem(STORE) === 'en' ? 'en' : 'zh';
	} catch {
		return 'zh'; // storage may be switched off
	}
}

/** Adds a department's texts; a key is one department's only. */
export function addTexts({ zh, en }) {
	Object.assign(TEXTS.zh, zh);
	Object.assign(TEXTS.en, en);
}

let language = typeof localStorage === 'undefined' ? 'zh' : remembered();

export const getLanguage = () => language;
export const languageTag = () => (language === 'en' ? 'en' : 'zh-Hant-TW');

export function setLanguage(next) {
	language = next === 'en' ? 'en' : 'zh';
	try {
		localStorage.setItem(STORE, language);
	} catch {
		// remembered for this page only
	}
}

/** The language of somebody's account, unless one was chosen in this browser. */
export function suggestLanguage(wanted) {
	try {
		if (localStorage.getItem(STORE) === null) language = wanted === 'en' ? 'en' : 'zh';
	} catch {
		// then as it is
	}
}

/** The text of a key; {name} in it is replaced from `values`. An unknown key shows itself. */
export function t(key, values = {}) {
	const text = TEXTS[language][key] ?? TEXTS.zh[key] ?? key;
	return text.replace(/\{(\w+)\}/g, (all, name) =>
		Object.hasOwn(values, name) ? String(values[name]) : all,
	);
}

/** The text of a key in each language: who searches may think of either. */
export const inBothLanguages = (key) => [TEXTS.zh[key] ?? key, TEXTS.en[key] ?? key];

export const hasText = (key) => Object.hasOwn(TEXTS.zh, key);

/** What the user reads about an error: what happened and what to do next. */
export function errorText(error) {
	const code = error?.code ?? 'internal';
	const key = `error.${code}`;
	const text = hasText(key) ? t(key) : error?.message || t('error.internal');
	return Number.isInteger(error?.triesLeft)
		? `${text} ${t('error.tries_left', { n: error.triesLeft })}`
		: text;
}
