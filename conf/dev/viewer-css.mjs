// viewer-css.mjs IN OUT: of the style sheet of pdf.js's viewer the rules that a page shown to
// a reader needs. The whole has rules for ".dialog" and such that would catch our own elements.
import { readFileSync, writeFileSync } from 'node:fs';

const WANTED = new RegExp(
	[
		'\\.(pdfViewer|page|spread|dummyPage|canvasWrapper|textLayer|annotationLayer)\\b',
		'\\.hiddenCanvasElement',
		'\\[data-main-rotation',
	].join('|'),
);
const EDITOR = /editor|xfa|comment|\.draw\b|popup/i;

/** The blocks "head{body}" of one level. */
function* blocks(css) {
	let start = 0;
	let open = 0;
	let depth = 0;
	for (let i = 0; i < css.length; i++) {
		if (css[i] === '{' && depth++ === 0) open = i;
		if (css[i] === '}' && --depth === 0) {
			yield { head: css.slice(start, open).trim(), body: css.slice(open + 1, i) };
			start = i + 1;
		}
	}
}

function kept(css) {
	let out = '';
	for (const { head, body } of blocks(css)) {
		const inner = head.startsWith('@media') || head.startsWith('@supports') ? kept(body) : null;
		if (inner) out += `${head}{\n${inner}}\n`;
		else if (inner === null && WANTED.test(head) && !EDITOR.test(head)) out += `${head}{${body}}\n`;
	}
	return out;
}

const [from, to] = process.argv.slice(2);
const css = kept(readFileSync(from, 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''));
if (!css.includes('.pdfViewer .page{') || !css.includes('.textLayer{')) throw new Error(`${from}: not as expected`);
writeFileSync(to, css);
