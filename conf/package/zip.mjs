// A ZIP archive of files in memory (APPNOTE 6.3, deflate). The same files give the same bytes,
// wherever and whenever: names in order, one fixed time.
import { deflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8 = 0x800;
const DEFLATE = 8;
const DATE = 0x21; // 1 January 1980, the first day that ZIP knows

const u16 = (n) => [n & 0xff, n >> 8];
const u32 = (n) => [...u16(n & 0xffff), ...u16(n >>> 16)];

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
	for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n;
});

/** ISO 3309, as ZIP has it. */
function crc32(bytes) {
	let sum = 0xffffffff;
	for (const byte of bytes) sum = CRC[(sum ^ byte) & 0xff] ^ (sum >>> 8);
	return ~sum >>> 0;
}

/** What local and central header have in common. */
function common({ name, packed, body, sum }) {
	return [
		...[VERSION, UTF8, DEFLATE, 0, DATE].flatMap(u16),
		...[sum, packed.length, body.length].flatMap(u32),
		...[name.length, 0].flatMap(u16),
	];
}

/** @param {Map<string, Buffer>} files bytes by name @returns {Buffer} */
export function zip(files) {
	const locals = [];
	const centrals = [];
	let at = 0;
	for (const [path, body] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
		const name = Buffer.from(path);
		const entry = { name, body, packed: deflateRawSync(body, { level: 9 }), sum: crc32(body) };
		const local = Buffer.concat([Buffer.from([...u32(LOCAL), ...common(entry)]), name, entry.packed]);
		const rest = [...[0, 0, 0].flatMap(u16), ...[0, at].flatMap(u32)];
		centrals.push(Buffer.from([...u32(CENTRAL), ...u16(VERSION), ...common(entry), ...rest]), name);
		locals.push(local);
		at += local.length;
	}
	const central = Buffer.concat(centrals);
	const n = files.size;
	const end = [...u32(END), ...[0, 0, n, n].flatMap(u16), ...u32(central.length), ...u32(at), ...u16(0)];
	return Buffer.concat([...locals, central, Buffer.from(end)]);
}
