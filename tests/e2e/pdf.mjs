// Small PDFs for the tests of the viewer: pages of any size and rotation, each with its name
// and a black square at a known place, and files as large as one likes.
import { randomFillSync } from 'node:crypto';

const SQUARE = { x: 50, y: 60, side: 40 };
export { SQUARE };

/**
 * @param {{ width: number, height: number, rotate?: number, crop?: number[] }[]} sizes in points
 * @param {{ bytesPerPage?: number }} options noise of so many bytes drawn on each page
 */
export function makePdf(sizes, { bytesPerPage = 0 } = {}) {
	const parts = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
	const offsets = [];
	let length = parts[0].length;
	const add = (...chunks) => {
		for (const chunk of chunks) {
			const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk, 'latin1');
			parts.push(bytes);
			length += bytes.length;
		}
	};
	const object = (number, head, stream) => {
		offsets[number] = length;
		add(`${number} 0 obj\n${head}\n`);
		if (stream) add('stream\n', stream, '\nendstream\n');
		add('endobj\n');
	};
	const pageOf = (i) => 4 + i * 3;
	object(1, '<</Type/Catalog/Pages 2 0 R/Lang(en)>>');
	object(2, `<</Type/Pages/Count ${sizes.length}/Kids[${sizes.map((_, i) => `${pageOf(i)} 0 R`).join(' ')}]>>`);
	object(3, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>');
	const side = Math.ceil(Math.sqrt(bytesPerPage));
	sizes.forEach(({ width, height, rotate = 0, crop }, i) => {
		const { x, y } = SQUARE;
		const noise = side ? 'q 90 0 0 90 120 60 cm /I Do Q ' : '';
		const draw = Buffer.from(
			`${noise}0 g ${x} ${y} ${SQUARE.side} ${SQUARE.side} re f BT /F 18 Tf 50 120 Td (Sheet ${i + 1}) Tj ET`,
		);
		const resources = `<</Font<</F 3 0 R>>${side ? `/XObject<</I ${pageOf(i) + 2} 0 R>>` : ''}>>`;
		object(
			pageOf(i),
			`<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Rotate ${rotate}` +
				`${crop ? `/CropBox[${crop.join(' ')}]` : ''}/Resources${resources}/Contents ${pageOf(i) + 1} 0 R>>`,
		);
		object(pageOf(i) + 1, `<</Length ${draw.length}>>`, draw);
		const image = `/Type/XObject/Subtype/Image/Width ${side || 1}/Height ${side || 1}`;
		const pixels = randomFillSync(Buffer.alloc((side || 1) ** 2));
		object(
			pageOf(i) + 2,
			`<<${image}/ColorSpace/DeviceGray/BitsPerComponent 8/Length ${pixels.length}>>`,
			pixels,
		);
	});
	const xref = length;
	const count = offsets.length;
	const rows = offsets.slice(1).map((at) => `${String(at).padStart(10, '0')} 00000 n \n`);
	add(`xref\n0 ${count}\n0000000000 65535 f \n${rows.join('')}trailer\n<</Size ${count}/Root 1 0 R>>\n`);
	add(`startxref\n${xref}\n%%EOF\n`);
	return Buffer.concat(parts);
}
