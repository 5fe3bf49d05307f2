// What the tests that pull the plug share: killing a daemon, bringing the instance back, and
// what may never be seen in the database, whatever was killed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { auditVerify, DIR, ROOT, sql } from '../api/client.mjs';

const PORT = readFileSync(join(DIR, 'conf/port'), 'utf8').trim();
const NAMED = join(DIR, 'run/crash-at');

export const bringBack = () => promisify(execFile)(join(ROOT, 'conf/dev/up.sh'), [DIR, PORT, '--san']);

// yinxind dies when it comes to that point next.
export const arm = (point) => writeFileSync(NAMED, point);
export const armed = () => existsSync(NAMED);
export const disarm = () => rmSync(NAMED, { force: true });

// The worker likewise.
export const WORKER_POINTS = ['mail.claimed', 'mail.given', 'mail.noted'];

export function kill(name) {
  const pid = Number(readFileSync(join(DIR, `run/${name}.pid`), 'utf8'));
  assert.ok(pid > 1, name);
  process.kill(pid, 'SIGKILL');
}

export const one = (text) => Number(sql(text));

const WRONG = {
  'a contract between two states': "SELECT COUNT(*) FROM contract WHERE state = 'sealing'",
  'a history row without its revision': `SELECT COUNT(*) FROM sign_history h
    LEFT JOIN document_revision r USING (document_id, revision) WHERE r.revision IS NULL`,
  'a document behind or ahead of its revisions': `SELECT COUNT(*) FROM document d WHERE d.revision <>
    (SELECT MAX(r.revision) FROM document_revision r WHERE r.document_id = d.id)`,
  'a sealed document without history': `SELECT COUNT(*) FROM document d WHERE d.revision > 0 AND d.revision <>
    (SELECT COUNT(*) FROM sign_history h WHERE h.document_id = d.id)`,
  'a sent contract without notice': `SELECT COUNT(*) FROM contract c WHERE c.sent_at IS NOT NULL AND
    (SELECT COUNT(*) FROM message m WHERE m.contract_id = c.id AND m.kind = 'notice') NOT BETWEEN c.round AND
    IF(c.vendors_in_order, c.round * (SELECT COUNT(*) FROM contract_vendor v WHERE v.contract_id = c.id), c.round)`,
  'a draft with a number': `SELECT COUNT(*) FROM document d JOIN contract c ON c.id = d.contract_id
    WHERE c.state IN ('draft', 'seal_failed') AND d.number IS NOT NULL AND d.retired_at IS NULL`,
  'agency_pending without one sealing message': `SELECT COUNT(*) FROM contract c
    WHERE c.state IN ('agency_pending', 'completed') AND
    (SELECT COUNT(*) FROM message m WHERE m.contract_id = c.id AND m.kind = 'sealing' AND m.number >
    (SELECT MAX(n.number) FROM message n WHERE n.contract_id = c.id AND n.kind = 'notice')) NOT BETWEEN 1 AND
    1 + (SELECT COUNT(*) FROM contract_event e WHERE e.contract_id = c.id AND e.kind IN ('assigned', 'deputy'))`,
  'completed without one completion message': `SELECT COUNT(*) FROM contract c WHERE c.state = 'completed' AND
    (SELECT COUNT(*) FROM message m WHERE m.contract_id = c.id AND m.kind = 'completed') <> 1`,
  'a document whose timestamps are not its newest file': `SELECT COUNT(*) FROM proof_file f JOIN document_revision r
    USING (document_id, revision) WHERE f.position = (SELECT MAX(g.position) FROM proof_file g
    WHERE g.document_id = f.document_id AND g.revision = f.revision) AND NOT f.sha256 <=> r.kept`,
  'a file with timestamps that nobody noted': `SELECT COUNT(*) FROM document_revision r WHERE r.kept IS NOT NULL AND
    NOT EXISTS (SELECT 1 FROM proof_file f WHERE f.document_id = r.document_id AND f.sha256 = r.kept)`,
  'a completed contract without its proof, done or owed': `SELECT COUNT(*) FROM contract c JOIN document d
    ON d.contract_id = c.id LEFT JOIN proof p ON p.document_id = d.id WHERE c.state = 'completed' AND
    d.retired_at IS NULL AND COALESCE(p.wanted, '') <> 'archive'`,
  'a message without its mail': `SELECT COUNT(*) FROM message m WHERE m.sent_at > NOW() - INTERVAL 1 DAY AND
    m.kind IN ('notice', 'sealing') AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id)`,
};

// Nothing in the database may contradict itself, and every object that a row names is there, whole.
export function consistent() {
  assert.match(auditVerify(), /intact/);
  for (const [what, query] of Object.entries(WRONG)) assert.equal(one(query), 0, what);
  const objects = 'SELECT LOWER(HEX(sha256)), size FROM object WHERE gone_at IS NULL';
  for (const line of sql(objects).split('\n').filter(Boolean)) {
    const [hash, size] = line.split('\t');
    assert.equal(readFileSync(join(DIR, 'store/objects', hash.slice(0, 2), hash)).length, Number(size), hash);
  }
}
