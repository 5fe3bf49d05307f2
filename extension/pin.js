// The PIN window: shows who asks, what is signed and with which certificate; hands the PIN
// to the background and forgets it.
import { readDocument } from './lib/documents.js';
import { connect, text, whatToDo } from './lib/view.js';

const $ = (id) => document.getElementById(id);
// A PIN that the card refused is asked anew; one that never reached it may be kept
// (記憶密碼), in this window only, until it closes.
const ASK_ANEW = new Set(['pin_wrong', 'pin_format', 'pin_blocked']);
let busy = false;
let kept = '';

function size(bytes) {
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(2)}KB` : `${(bytes / 1048576).toFixed(2)}MB`;
}

// Read again and checked again: what opens here has the digest that is signed.
async function view(origin, item, button) {
  button.disabled = true;
  try {
    const bytes = await readDocument(origin, item);
    window.open(URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' })), '_blank', 'noopener');
  } catch (error) {
    fail({ code: error.code ?? 'document_unreadable' });
  } finally {
    button.disabled = false;
  }
}

function row(origin, item) {
  const li = document.createElement('li');
  const name = document.createElement('bdi');
  name.textContent = item.name;
  const facts = document.createElement('span');
  facts.className = 'small';
  facts.textContent = `${item.number}　${size(item.size)}`;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text('view');
  button.setAttribute('aria-label', `${text('view')} ${item.name}`);
  button.addEventListener('click', () => view(origin, item, button));
  li.append(name, facts, button);
  return li;
}

function show({ kind, origin, certificate, documents }) {
  $('title').textContent = text(kind === 'sign' ? 'titleSign' : 'titleProve');
  document.title = $('title').textContent;
  $('origin').textContent = origin;
  $('documents').hidden = documents.length === 0;
  $('list').replaceChildren(...documents.map((item) => row(origin, item)));
  $('subject').textContent = certificate?.subject ?? '?';
  $('issuer').textContent = certificate?.issuer ?? '?';
  $('until').textContent = certificate?.notAfter ?? '?';
  $('note').textContent = documents.length > 1 ? text('noteMany', String(documents.length)) : text('noteOne');
  $('pin').focus();
}

function setBusy(on) {
  busy = on;
  $('ok').disabled = $('pin').disabled = on;
  $('busy').textContent = on ? text('working') : '';
}

function fail(error, final) {
  setBusy(false);
  $('error').hidden = false;
  $('error').dataset.code = error.code;
  $('error').textContent = whatToDo(error);
  if (final) {
    $('ok').hidden = true;
    $('pin').disabled = true;
    $('cancel').textContent = text('close');
    $('cancel').focus();
    kept = '';
  } else {
    $('pin').value = ASK_ANEW.has(error.code) ? '' : kept;
    $('pin').focus();
  }
}

const port = connect((message) => {
  if (message.show) show(message.show);
  if (message.error) fail(message.error, message.final);
});

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (busy || $('pin').value === '') return;
  const pin = $('pin').value;
  kept = $('remember').checked ? pin : '';
  $('pin').value = '';
  $('error').hidden = true;
  setBusy(true);
  port.postMessage({ pin });
});
$('cancel').addEventListener('click', () => port.postMessage({ cancel: true }));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') port.postMessage({ cancel: true });
});
