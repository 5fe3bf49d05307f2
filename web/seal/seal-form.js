// 新增圖章, and a new version of one: the picture, its size on paper, from when to when, for whom.
import { html, useContext, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { fileSize } from '../shared/format.js';
import { errorText, t } from '../shared/i18n.js';
import { go } from '../shared/router.js';
import {
	Button, ErrorAlert, Field, LinkButton, Page, Session, TextField, focusWrong, useAction, useLoad,
} from '../shared/ui.js';
import { Picture, sealTrail } from './parts.js';

const MOST = 180 * 1024;
const DOTS = 300; // an inch: less looks coarse on paper
const KINDS = ['official', 'title', 'company'];

/** The bytes of the file in base64, and how many pixels it has. */
async function readPicture(file) {
	const url = await new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(String(reader.result));
		reader.onerror = () => reject(reader.error);
		reader.readAsDataURL(file);
	});
	const image = new Image();
	image.src = url;
	await image.decode();
	return { url, base64: url.slice(url.indexOf(',') + 1), width: image.naturalWidth, height: image.naturalHeight };
}

function PictureField({ picture, onChange, error }) {
	const [wrong, setWrong] = useState('');
	async function choose(file) {
		setWrong('');
		if (!file) return;
		if (file.size > MOST) {
			setWrong(t('seal.too_large', { limit: fileSize(MOST), size: fileSize(file.size) }));
			return;
		}
		try {
			onChange(await readPicture(file));
		} catch {
			setWrong(t('seal.no_png'));
		}
	}
	return html`
		<${Field} label=${t('seal.file')} required hint=${t('seal.file_hint')} error=${wrong || error}>
			${(a) => html`
				<input
					...${a}
					type="file"
					accept="image/png"
					data-testid="seal-file"
					onChange=${(e) => choose(e.target.files[0])}
				/>
			`}
		<//>
		${picture && html`
			<div class="seal-facts">
				<${Picture} large src=${picture.url} name=${t('seal.preview')} />
				<p class="quiet">${t('seal.pixels', { w: picture.width, h: picture.height })}</p>
			</div>
		`}
	`;
}

const DateField = ({ label, hint, value, onInput, error, testid }) => html`
	<${Field} label=${label} hint=${hint} error=${error}>
		${(a) => html`
			<input ...${a} type="date" value=${value} data-testid=${testid} onInput=${(e) => onInput(e.target.value)} />
		`}
	<//>
`;

const SelectField = ({ label, hint, value, options, onChange, error, testid }) => html`
	<${Field} label=${label} hint=${hint} error=${error}>
		${(a) => html`
			<select ...${a} data-testid=${testid} onChange=${(e) => onChange(e.target.value)}>
				${options.map((o) => html`
					<option key=${o.id} value=${o.id} selected=${o.id === value}>${o.text}</option>
				`)}
			</select>
		`}
	<//>
`;

/** The height that keeps the picture's shape, in tenths of a millimetre. */
const heightOf = (picture, width) => Math.round((width * picture.height) / picture.width);

function problems(form, first) {
	const bad = {};
	const width = Math.round(Number(form.mm) * 10);
	if (first && !form.name.trim()) bad.name = t('error.field_required');
	if (!form.picture) bad.picture = t('error.field_required');
	if (!(width >= 50 && width <= 400)) bad.width = t('seal.mm_range');
	else if (form.picture && heightOf(form.picture, width) > 400) bad.width = t('seal.mm_range');
	return bad;
}

function bodyOf(form, first) {
	const width = Math.round(Number(form.mm) * 10);
	const some = Object.fromEntries(['from', 'until', 'certificateId', ...(first ? ['unitId'] : [])]
		.filter((name) => form[name]).map((name) => [name, form[name]]));
	return {
		...(first ? { name: form.name.trim(), kind: form.kind } : {}),
		picture: form.picture.base64,
		width,
		height: heightOf(form.picture, width),
		...some,
	};
}

/** What a whole new picture asks for besides. */
function FirstFields({ form, set, errors }) {
	const { member } = useContext(Session);
	const officer = member.roles.includes('officer');
	const units = useLoad((signal) => (officer ? get('/units', {}, signal) : Promise.resolve({ items: [] })), 'units');
	const all = units.data?.items ?? (member.unit ? [member.unit] : []);
	const choices = [{ id: '', text: t('seal.everybody') }, ...all.map((u) => ({ id: u.id, text: u.name }))];
	return html`
		<${TextField}
			label=${t('seal.name')}
			required
			value=${form.name}
			onInput=${set('name')}
			error=${errors.name}
			maxLength="100"
			autocomplete="off"
			testid="seal-name"
		/>
		<${SelectField}
			label=${t('seal.kind')}
			value=${form.kind}
			options=${KINDS.map((id) => ({ id, text: t(`seal.kind.${id}`) }))}
			onChange=${set('kind')}
			testid="seal-kind"
		/>
		${all.length > 0 && html`
			<${SelectField}
				label=${t('seal.unit')}
				value=${form.unitId}
				options=${choices}
				onChange=${set('unitId')}
				error=${errors.unitId}
				testid="seal-unit"
			/>
		`}
	`;
}

function VersionFields({ form, set, errors }) {
	const mine = useLoad((signal) => get('/certificates', { size: 50 }, signal), 'certificates');
	const choices = [
		{ id: '', text: t('seal.any_certificate') },
		...(mine.data?.items ?? []).map((c) => ({ id: c.id, text: c.purpose })),
	];
	const dots = form.picture && Math.floor((form.picture.width * 25.4) / Number(form.mm));
	return html`
		<${PictureField} picture=${form.picture} onChange=${set('picture')} error=${errors.picture} />
		<${TextField}
			label=${t('seal.width')}
			required
			type="number"
			min="5"
			max="40"
			step="0.1"
			value=${form.mm}
			onInput=${set('mm')}
			hint=${dots && dots < DOTS ? t('seal.coarse', { n: dots }) : t('seal.width_hint')}
			error=${errors.width || errors.height}
			testid="seal-width"
		/>
		<${DateField}
			label=${t('seal.from')}
			hint=${t('seal.from_hint')}
			value=${form.from}
			onInput=${set('from')}
			error=${errors.from}
			testid="seal-from"
		/>
		<${DateField}
			label=${t('seal.until')}
			hint=${t('seal.until_hint')}
			value=${form.until}
			onInput=${set('until')}
			error=${errors.until}
			testid="seal-until"
		/>
		<${SelectField}
			label=${t('seal.certificate')}
			hint=${t('seal.certificate_hint')}
			value=${form.certificateId}
			options=${choices}
			onChange=${set('certificateId')}
			testid="seal-certificate"
		/>
	`;
}

const EMPTY = {
	name: '',
	kind: 'official',
	unitId: '',
	picture: null,
	mm: '30',
	from: '',
	until: '',
	certificateId: '',
};

/** id: of the picture whose next version this is; none: a new picture. */
function SealForm({ id = null }) {
	const [form, setForm] = useState(/** @type {any} */ (EMPTY));
	const [errors, setErrors] = useState(/** @type {any} */ ({}));
	const action = useAction();
	const set = (name) => (value) => {
		setErrors({});
		setForm((f) => ({ ...f, [name]: value }));
	};
	function send(e) {
		e.preventDefault();
		const bad = problems(form, !id);
		setErrors(bad);
		if (Object.keys(bad).length > 0) {
			focusWrong();
			return;
		}
		action.run(async () => {
			try {
				const made = await post(id ? `/seals/${id}/versions` : '/seals', bodyOf(form, !id));
				const told = { opaque: made.opaque ? 1 : undefined, coarse: made.dots < DOTS ? made.dots : undefined };
				go(`/seals/${made.id}`, told, { force: true });
			} catch (error) {
				if (error.field) {
					setErrors({ [error.field]: error.field === 'picture' ? t('seal.no_png') : errorText(error) });
				}
				throw error;
			}
		});
	}
	return html`
		<form class="card" onSubmit=${send} noValidate>
			<div class="card-body form-grid">
				${!id && html`<${FirstFields} form=${form} set=${set} errors=${errors} />`}
				<${VersionFields} form=${form} set=${set} errors=${errors} />
			</div>
			<div class="card-body">
				<p class="note">${t('seal.four_eyes')}</p>
				<${ErrorAlert} error=${!action.error?.field && action.error} />
			</div>
			<div class="form-foot">
				<${LinkButton} to=${id ? `/seals/${id}` : '/seals'} testid="seal-cancel">${t('cancel')}<//>
				<span class="spring"></span>
				<${Button} kind="primary" type="submit" busy=${action.busy} testid="seal-propose">
					${t('seal.propose')}
				<//>
			</div>
		</form>
	`;
}

export const SealNew = () => html`
	<${Page} title=${t('seal.new')} intro=${t('seal.new_intro')} trail=${sealTrail({ text: t('seal.new'), now: true })}>
		<${SealForm} />
	<//>
`;

export const SealVersion = ({ id }) => html`
	<${Page}
		title=${t('seal.new_version')}
		intro=${t('seal.version_intro')}
		trail=${sealTrail({ text: t('seal.new_version'), now: true })}
	>
		<${SealForm} id=${id} />
	<//>
`;
