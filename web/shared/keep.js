// What was typed and is not stored yet outlives a reload: kept in this tab, a name for each form.
const PREFIX = 'yinxin-kept:';

export function keep(name, value) {
	try {
		sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
	} catch {
		// storage may be full or switched off
	}
}

/** What keep() was given last, or null. */
export function kept(name) {
	try {
		return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? 'null');
	} catch {
		return null;
	}
}

export function forget(name) {
	try {
		sessionStorage.removeItem(PREFIX + name);
	} catch {
		// nothing was kept
	}
}

/** Nothing that one member typed is left for the next one. */
export function forgetAll() {
	try {
		Object.keys(sessionStorage)
			.filter((name) => name.startsWith(PREFIX))
			.forEach((name) => sessionStorage.removeItem(name));
	} catch {
		// nothing was kept
	}
}
