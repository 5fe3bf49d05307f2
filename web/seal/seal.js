// One seal picture: what is in force, what waits for a second person, its versions, its use.
import { html, useState } from '../vendor/preact.js';
import { get, post } from '../shared/api.js';
import { FormDialog } from '../shared/form-dialog.js';
import { dateTime, documentName } from '../shared/format.js';
import { t } from '../shared/i18n.js';
import {
	Alert, Button, Card, DataTable, EmptyState, ErrorAlert, LinkButton, Loading, Page, Pager, TextField, useAction,
	useLoad,
} from '../shared/ui.js';
import { Picture, SealState, periodText, pictureUrl, sealTrail, sizeText } from './parts.js';

/** Asks for a reason, then does it. */
function ReasonDialog({ title, text, ok, path, body = {}, onDone, onClose }) {
	const [reason, setReason] = useState('');
	return html`
		<${FormDialog}
			danger
			title=${title}
			text=${text}
			ok=${ok}
			submit=${async () => onDone(await post(path, { ...body, reason: reason.trim() }))}
			onClose=${onClose}
		>
			${(error) => html`
				<${TextField}
					label=${t('seal.reason')}
					required
					rows="3"
					maxLength="2000"
					value=${reason}
					onInput=${setReason}
					error=${error?.field === 'reason' && error.message}
					testid="seal-reason"
				/>
			`}
		<//>
	`;
}

/** What waits for consent: who proposed it can only wait. */
function Waiting({ seal, version, onDone }) {
	const [refusing, setRefusing] = useState(false);
	const action = useAction();
	const approve = () => action.run(async () => {
		await post(`/seals/${seal.id}/approve`, { version: version.version });
		onDone();
	});
	return html`
		<${Card} title=${t('seal.waits', { n: version.version })} headingId="seal-waits" testid="seal-waits">
			<div class="seal-facts">
				<${Picture}
					large
					src=${pictureUrl(seal.id, version.version)}
					name=${t('seal.picture_of', { name: seal.name })}
				/>
				<div>
					<p>${t('seal.proposed_by', { by: version.proposedBy, at: dateTime(version.proposedAt) })}</p>
					<p>${sizeText(version)}，${periodText(version.from, version.until)}</p>
					${version.certificate && html`
						<p class="quiet">${t('seal.bound', { name: version.certificate })}</p>
					`}
					<${ErrorAlert} error=${action.error} />
					${version.mine ? html`<p class="note" data-testid="seal-mine">${t('seal.mine')}</p>` : html`
						<div class="life-actions">
							<${Button} kind="primary" testid="seal-approve" busy=${action.busy} onClick=${approve}>
								${t('seal.approve')}
							<//>
							<${Button} kind="danger-quiet" testid="seal-refuse" onClick=${() => setRefusing(true)}>
								${t('seal.refuse')}
							<//>
						</div>
					`}
				</div>
			</div>
			${refusing && html`
				<${ReasonDialog}
					title=${t('seal.refuse')}
					text=${t('seal.refuse_text')}
					ok=${t('seal.refuse')}
					path=${`/seals/${seal.id}/refuse`}
					body=${{ version: version.version }}
					onClose=${() => setRefusing(false)}
					onDone=${() => {
						setRefusing(false);
						onDone();
					}}
				/>
			`}
		<//>
	`;
}

const Facts = ({ seal }) => html`
	<div class="seal-facts">
		<${Picture} large src=${pictureUrl(seal.id, seal.shown)} name=${t('seal.picture_of', { name: seal.name })} />
		<dl class="facts">
			<dt>${t('seal.state')}</dt>
			<dd><${SealState} state=${seal.state} /> ${seal.disabledReason}</dd>
			<dt>${t('seal.kind')}</dt>
			<dd>${t(`seal.kind.${seal.kind}`)}</dd>
			<dt>${t('seal.unit')}</dt>
			<dd>${seal.unit?.name ?? t('seal.everybody')}</dd>
			<dt>${t('seal.size')}</dt>
			<dd>${sizeText(seal)}</dd>
			<dt>${t('seal.valid')}</dt>
			<dd>${periodText(seal.from, seal.until)}</dd>
			<dt>${t('seal.certificate')}</dt>
			<dd>${seal.certificate || t('seal.any_certificate')}</dd>
		</dl>
	</div>
`;

const versionColumns = (id, name) => [
	{ text: t('seal.version'), class: 'figure', cell: (v) => v.version },
	{
		text: t('seal.picture'),
		class: 'narrow',
		cell: (v) => html`
			<${Picture}
				src=${pictureUrl(id, v.version)}
				name=${t('seal.picture_version', { name, n: v.version })}
			/>
		`,
	},
	{ text: t('seal.state'), cell: (v) => html`<${SealState} state=${v.state} />` },
	{ text: t('seal.proposer'), cell: (v) => html`${v.proposedBy}<br />${dateTime(v.proposedAt)}` },
	{
		text: t('seal.decider'),
		cell: (v) => v.decidedAt ? html`${v.decidedBy}<br />${dateTime(v.decidedAt)}` : '—',
	},
	{ text: t('seal.reason'), cell: (v) => v.reason || '—' },
];

const useColumns = () => [
	{ text: t('seal.used_at'), class: 'figure', cell: (u) => dateTime(u.at) },
	{ text: t('seal.used_by'), cell: (u) => u.by },
	{ text: t('contract.number'), cell: (u) => u.contractNumber },
	{ text: t('contract.title'), cell: (u) => u.contractTitle },
	{ text: t('seal.document'), cell: (u) => `${documentName(u.documentName)} (${u.documentNumber})` },
	{ text: t('seal.version'), class: 'figure', cell: (u) => u.version },
];

/** Register of use. */
function Uses({ id }) {
	const [page, setPage] = useState(1);
	const list = useLoad((signal) => get(`/seals/${id}/uses`, { page, size: 10 }, signal), `${id} ${page}`);
	return html`
		<${Card} title=${t('seal.uses')} headingId="seal-uses">
			<${ErrorAlert} error=${list.error} retry=${list.reload} />
			${!list.data
				? list.loading && html`<${Loading} />`
				: list.data.total === 0 ? html`
					<${EmptyState} icon="clock-history" title=${t('seal.no_uses')} />
				` : html`
					<${DataTable}
						caption=${t('seal.uses')}
						columns=${useColumns()}
						rows=${list.data.items}
						rowKey=${(u) => u.documentNumber + u.revision}
						testid="seal-use"
					/>
					<${Pager} ...${list.data} onPage=${setPage} />
				`}
		<//>
	`;
}

function Whole({ seal, reload }) {
	const [stopping, setStopping] = useState(false);
	const waiting = seal.versions.find((v) => v.version === seal.proposed);
	return html`
		${waiting && seal.state !== 'disabled' && html`<${Waiting} seal=${seal} version=${waiting} onDone=${reload} />`}
		<${Card} title=${t('seal.in_force')} headingId="seal-facts">
			<${Facts} seal=${seal} />
			${seal.state !== 'disabled' && html`
				<div class="life-actions">
					${!waiting && html`
						<${LinkButton} to=${`/seals/${seal.id}/version`} icon="upload" testid="seal-version">
							${t('seal.new_version')}
						<//>
					`}
					<${Button} kind="danger-quiet" testid="seal-disable" onClick=${() => setStopping(true)}>
						${t('seal.disable')}
					<//>
				</div>
			`}
		<//>
		<${Card} title=${t('seal.versions')} headingId="seal-versions">
			<${DataTable}
				caption=${t('seal.versions')}
				columns=${versionColumns(seal.id, seal.name)}
				rows=${seal.versions}
				rowKey=${(v) => v.version}
				testid="seal-version-row"
			/>
		<//>
		<${Uses} id=${seal.id} />
		${stopping && html`
			<${ReasonDialog}
				title=${t('seal.disable')}
				text=${t('seal.disable_text')}
				ok=${t('seal.disable')}
				path=${`/seals/${seal.id}/disable`}
				onClose=${() => setStopping(false)}
				onDone=${() => {
					setStopping(false);
					reload();
				}}
			/>
		`}
	`;
}

export function Seal({ id, query }) {
	const seal = useLoad((signal) => get(`/seals/${id}`, {}, signal), id);
	const title = seal.data?.name ?? t('menu.seals');
	return html`
		<${Page} title=${title} trail=${sealTrail({ text: title, now: true })}>
			${query?.opaque && html`<${Alert} kind="warning">${t('seal.opaque')}<//>`}
			${query?.coarse && html`<${Alert} kind="warning">${t('seal.coarse', { n: query.coarse })}<//>`}
			<${ErrorAlert} error=${seal.error} retry=${seal.reload} />
			${seal.data
				? html`<${Whole} seal=${seal.data} reload=${seal.reload} />`
				: !seal.error && html`<${Loading} />`}
		<//>
	`;
}
