// The certificates of the inserted cards, one of which the user gives to the page.
import { connect, text, whatToDo } from './lib/view.js';

const $ = (id) => document.getElementById(id);

function row(certificate, index) {
  const li = document.createElement('li');
  const button = document.createElement('button');
  const subject = document.createElement('bdi');
  const issuer = document.createElement('span');
  button.type = 'button';
  button.className = 'choice';
  subject.textContent = certificate.subject ?? '?';
  issuer.className = 'small';
  issuer.textContent = `${certificate.issuer ?? '?'}　${text('validUntil')} ${certificate.notAfter ?? '?'}`;
  button.append(subject, issuer);
  button.addEventListener('click', () => port.postMessage({ picked: index }));
  li.append(button);
  return li;
}

function list({ certificates, error }) {
  $('busy').textContent = '';
  $('again').disabled = false;
  $('error').hidden = !error && certificates.length > 0;
  $('error').textContent = error ? whatToDo(error) : text('noCertificate');
  $('error').dataset.code = error?.code ?? '';
  $('list').replaceChildren(...(certificates ?? []).map(row));
  ($('list').querySelector('button') ?? $('again')).focus();
}

const port = connect((message) => {
  if (message.show) {
    document.title = text('titleChoose');
    $('origin').textContent = message.show.origin;
    $('busy').textContent = text('reading');
  } else {
    list(message);
  }
});

$('again').addEventListener('click', () => {
  $('busy').textContent = text('reading');
  $('again').disabled = true;
  port.postMessage({ again: true });
});
$('cancel').addEventListener('click', () => port.postMessage({ cancel: true }));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') port.postMessage({ cancel: true });
});
