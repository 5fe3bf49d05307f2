-- The audit trail: each row holds the hash of the row before it, so nothing can be
-- changed, removed or put in between without breaking the chain. The head is the
-- lock: whoever appends raises its seq (on a Galera cluster a lock without a
-- change is none).

CREATE TABLE audit (
  seq         BIGINT NOT NULL PRIMARY KEY,
  at          DATETIME(3) NOT NULL,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- NULL: the platform itself
  ip          VARCHAR(45) CHARACTER SET ascii NOT NULL DEFAULT '',
  action      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- contract.send
  object_kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  object_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  detail      TEXT NOT NULL,                      -- JSON, no secrets
  previous    BINARY(32) NOT NULL,
  hash        BINARY(32) NOT NULL,
  KEY audit_object (object_kind, object_id),
  KEY audit_member (member_id, at),
  CONSTRAINT audit_detail CHECK (JSON_VALID(detail))
);

CREATE TABLE audit_head (
  one  TINYINT NOT NULL PRIMARY KEY,
  seq  BIGINT NOT NULL,
  hash BINARY(32) NOT NULL,
  CONSTRAINT audit_head_one CHECK (one = 1)
);
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, REPEAT(X'00', 32));

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit rows are never changed';
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit rows are never removed';

-- Outgoing mail: written in the transaction of the event, sent by the worker.
CREATE TABLE outbox (
  id           CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  message_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  recipient    VARCHAR(254) NOT NULL,
  subject      VARCHAR(300) NOT NULL,
  body         TEXT NOT NULL,
  state        ENUM('pending','sending','sent','failed') NOT NULL DEFAULT 'pending',
  attempts     INT NOT NULL DEFAULT 0,
  next_at      DATETIME(3) NOT NULL,
  lease_until  DATETIME(3) NULL,
  lease_owner  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  last_error   VARCHAR(300) NOT NULL DEFAULT '',
  created_at   DATETIME(3) NOT NULL,
  sent_at      DATETIME(3) NULL,
  KEY outbox_due (state, next_at),
  CONSTRAINT outbox_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
