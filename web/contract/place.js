// 印章位置: where each party's seal will stand on the pages of a draft. A place shows its seal
// once that party has signed; it is made before the platform seals the file.
import { html, useContext, useEffect, useRef, useState } from '../vendor/preact.js';
import { get, post, put as putJson } from '../shared/api.js';
import { documentName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Button, ErrorAlert, Field, Icon, LinkButton, Loading, Page, Session, TextField, useAction, useLoad,
} from '../shared/ui.js';
import { PlacePage } from './place-page.js';
import { SIZE, bodyOf, find, fresh, freshSeam, isOf, partiesOf, put, remove, sealsOf } from './place-state.js';
import { trail, useDraftOnly } from './steps.js';

const PAUSE_MS = 1000;

/** The places with what is stored of them: they save themselves. */
function usePlaces(id, stored) {
	const [places, setPlaces] = useState(stored);
	const [state, setState] = useState(/** @type {{ saving: boolean, saved: boolean, error: any }} */ ({
		saving: false,
		saved: false,
		error: null,
	}));
	const now = useRef(places);
	const kept = useRef(JSON.stringify(stored));
	const queue = useRef(Promise.resolve());
	async function saveNow() {
		const sent = now.current;
		if (JSON.stringify(sent) === kept.current) return;
		setState({ saving: true, saved: false, error: null });
		try {
			await putJson(`/contracts/${id}/places`, { places: bodyOf(sent) });
			kept.current = JSON.stringify(sent);
			setState({ saving: false, saved: true, error: null });
		} catch (error) {
			setState({ saving: false, saved: false, error });
		}
	}
	const save = () => (queue.current = queue.current.then(saveNow));
	useEffect(() => {
		const timer = setTimeout(save, PAUSE_MS);
		return () => clearTimeout(timer);
	}, [places]);
	useEffect(() => () => {
		save();
	}, []);
	const set = (change) => {
		now.current = change(now.current);
		setPlaces(now.current);
	};
	return { ...state, places, dirty: JSON.stringify(places) !== kept.current, set, save };
}

/** Beside a text of the document. */
function Anchor({ id, document: document_, party, onFound }) {
	const [text, setText] = useState('');
	const action = useAction();
	const look = (e) => {
		e.preventDefault();
		const anchor = text.trim();
		if (!anchor) return;
		action.run(async () => {
			const body = { documentId: document_.id, anchor, ...SIZE };
			onFound({ ...(await post(`/contracts/${id}/places/find`, body)), anchor });
		});
	};
	return html`
		<form class="place-anchor" onSubmit=${look} noValidate>
			<${TextField}
				label=${t('place.anchor')}
				value=${text}
				onInput=${setText}
				maxLength="100"
				placeholder="甲方"
				autocomplete="off"
				testid=${`place-anchor-${party.mark}`}
			/>
			<${Button} type="submit" icon="search" busy=${action.busy} testid=${`place-find-${party.mark}`}>
				${t('place.find')}
			<//>
			<${ErrorAlert} error=${action.error} />
		</form>
	`;
}

const Rise = ({ place, mark, name, onChange }) => html`
	<${Field} label=${t('place.rise', { name })}>
		${(a) => html`
			<input
				...${a}
				type="range"
				min="0"
				max="100"
				step="5"
				value=${place.rise}
				data-testid=${`place-rise-${mark}`}
				onInput=${(e) => onChange({ ...place, rise: Number(e.target.value) })}
			/>
		`}
	<//>
`;

/** One party: its seal on this page, beside a text, and as a 騎縫章. */
function Party({ id, document: document_, page, party, n, places, set, onPage }) {
	const place = find(places, document_.id, party, false);
	const seam = find(places, document_.id, party, true);
	const here = () => set((all) => put(all, { ...(place ?? fresh(document_.id, party, page, n)), page, anchor: '' }));
	const beside = (found) => {
		set((all) => put(all, { ...fresh(document_.id, party, found.page, n), ...found }));
		onPage(found.page);
	};
	const where = place && (place.anchor
		? t('place.at_text', { page: place.page, text: place.anchor })
		: t('place.at', { page: place.page }));
	return html`
		<li class="place-party" data-testid=${`place-party-${party.mark}`}>
			<h2><span class=${`place-swatch place-${party.party}`} aria-hidden="true"></span>${party.name}</h2>
			<p class="quiet" data-testid=${`place-where-${party.mark}`}>
				${where || t('place.none')}
				${place && place.page !== page && html`
					${' '}<button type="button" class="link" onClick=${() => onPage(place.page)}>
						${t('place.go')}
					</button>
				`}
			</p>
			<div class="place-actions">
				<${Button}
					icon="pencil-square"
					testid=${`place-here-${party.mark}`}
					aria-label=${`${t('place.here', { page })}${t('colon')}${party.name}`}
					onClick=${here}
				>
					${t('place.here', { page })}
				<//>
				${place && html`
					<${Button}
						kind="danger-quiet"
						testid=${`place-remove-${party.mark}`}
						aria-label=${t('remove_named', { name: party.name })}
						onClick=${() => set((all) => remove(all, place))}
					>
						${t('place.remove')}
					<//>
				`}
			</div>
			<details>
				<summary>${t('place.more')}</summary>
				<${Anchor} id=${id} document=${document_} party=${party} onFound=${beside} />
				${document_.pages > 1 && html`
					<label class="choice">
						<input
							type="checkbox"
							checked=${Boolean(seam)}
							data-testid=${`place-seam-${party.mark}`}
							onChange=${(e) => set((all) => (e.target.checked
								? put(all, freshSeam(document_.id, party))
								: remove(all, freshSeam(document_.id, party))))}
						/>
						${t('place.seam')}
					</label>
					${seam && html`
						<${Rise}
							place=${seam}
							mark=${party.mark}
							name=${party.name}
							onChange=${(p) => set((all) => put(all, p))}
						/>
					`}
				`}
			</details>
		</li>
	`;
}

const Pages = ({ page, pages, onPage }) => {
	const step = (to, icon, text, testid, off) => html`
		<button
			type="button"
			class="icon-button"
			aria-label=${text}
			aria-disabled=${off ? 'true' : undefined}
			data-testid=${testid}
			onClick=${() => !off && onPage(to)}
		>
			<${Icon} name=${icon} />
		</button>
	`;
	return html`
		<nav class="place-pages" aria-label=${t('place.pages')}>
			${step(page - 1, 'chevron-left', t('place.previous'), 'place-previous', page <= 1)}
			<span aria-live="polite" data-testid="place-page">${t('place.page', { page, pages })}</span>
			${step(page + 1, 'chevron-right', t('place.next'), 'place-next', page >= pages)}
			${step(pages, 'chevron-bar-right', t('place.last'), 'place-last', page >= pages)}
		</nav>
	`;
};

const Choose = ({ documents, current, onChoose }) => documents.length > 1 && html`
	<${Field} label=${t('place.document')}>
		${(a) => html`
			<select ...${a} data-testid="place-document" onChange=${(e) => onChoose(Number(e.target.value))}>
				${documents.map((d, i) => html`
					<option key=${d.id} value=${i} selected=${i === current}>${documentName(d.name)}</option>
				`)}
			</select>
		`}
	<//>
`;

function Places({ contract, stored }) {
	const { platformName } = useContext(Session);
	const { id, documents } = contract;
	const store = usePlaces(id, stored);
	const [current, setCurrent] = useState(0);
	const [page, setPage] = useState(1);
	const document_ = documents[current];
	const parties = partiesOf(contract, platformName, (nth, of) =>
		(of > 1 ? t('place.sealer_nth', { n: nth }) : t('place.sealer')));
	const partyOf = (place) => parties.find((p) => isOf(place, place.documentId, p));
	const nameOf = (place) => partyOf(place)?.name ?? '';
	const mine = store.places.filter((p) => p.documentId === document_.id && partyOf(p));
	const withName = (list) => list.map((place) => ({ place, name: nameOf(place) }));
	const change = (place) => store.set((all) => put(all, place));
	return html`
		<${ErrorAlert} error=${store.error} retry=${store.save} />
		<div class="place">
			<div class="place-side">
				<${Choose}
					documents=${documents}
					current=${current}
					onChoose=${(i) => {
						setCurrent(i);
						setPage(1);
					}}
				/>
				<ul class="place-parties" aria-label=${t('place.parties')}>
					${parties.map((party, n) => html`
						<${Party}
							key=${party.key + document_.id}
							id=${id}
							document=${document_}
							page=${page}
							party=${party}
							n=${n}
							places=${store.places}
							set=${store.set}
							onPage=${setPage}
						/>
					`)}
				</ul>
				${sealsOf(contract) > 1 && html`<p class="hint" data-testid="place-order">${t('place.order')}</p>`}
				<p
					class="autosave"
					role="status"
					data-testid="place-saved"
					data-dirty=${store.dirty ? 'true' : 'false'}
				>
					${store.saving ? t('autosave.saving') : store.saved && !store.dirty && t('place.saved')}
				</p>
			</div>
			<div class="place-view">
				<${Pages} page=${page} pages=${document_.pages} onPage=${setPage} />
				<${PlacePage}
					document=${document_}
					page=${page}
					seals=${withName(mine.filter((p) => !p.seam && p.page === page))}
					edges=${withName(mine.filter((p) => p.seam))}
					onChange=${change}
					onRemove=${(place) => store.set((all) => remove(all, place))}
				/>
				<p class="hint" id="place-keys">${t('place.keys')}</p>
			</div>
		</div>
	`;
}

export function ContractPlaces({ id }) {
	const contract = useLoad((signal) => get(`/contracts/${id}`, {}, signal), id);
	const stored = useLoad((signal) => get(`/contracts/${id}/places`, {}, signal), id);
	useDraftOnly(contract.data);
	const ready = contract.data && stored.data;
	const back = html`
		<${LinkButton} to=${`/contracts/${id}/signers`} icon="chevron-left" testid="place-back">
			${t('place.back')}
		<//>
	`;
	return html`
		<${Page} title=${t('place.title')} trail=${trail()} intro=${t('place.intro')} actions=${back}>
			<${ErrorAlert} error=${contract.error ?? stored.error} retry=${contract.reload} />
			${!ready ? !contract.error && !stored.error && html`<${Loading} />`
				: contract.data.documents.length === 0
					? html`<${Alert} kind="warning">${t('place.no_document')}<//>`
					: html`<${Places} contract=${contract.data} stored=${stored.data.places} />`}
		<//>
	`;
}
