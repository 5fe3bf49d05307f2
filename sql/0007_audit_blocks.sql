-- The audit trail in blocks (docs/decisions/audit-chain.md): an event's transaction only
-- writes its row; one appender in the worker puts what was committed into blocks, each
-- with the root of a Merkle tree over its rows, chained to the block before and signed
-- with the platform's key. Rows that are older than this go into the first blocks.

DROP TRIGGER audit_no_update;

DROP TRIGGER audit_no_delete;

-- stream and turn: each connection of a server numbers its rows 1, 2, 3 … without a gap.
-- mac: HMAC-SHA256 of the row under a key outside the database; NULL: older than this.
ALTER TABLE audit MODIFY seq BIGINT NOT NULL AUTO_INCREMENT,
  ADD COLUMN stream CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN turn BIGINT NULL,
  ADD COLUMN mac BINARY(32) NULL,
  ADD UNIQUE KEY audit_stream (stream, turn),
  DROP COLUMN previous,
  DROP COLUMN hash;

DROP TABLE audit_head;

-- Rows that are in no block yet.
CREATE TABLE audit_pending (
  seq BIGINT NOT NULL PRIMARY KEY
);

INSERT IGNORE INTO audit_pending (seq) SELECT seq FROM audit;

CREATE TABLE audit_block (
  number    BIGINT NOT NULL PRIMARY KEY,          -- 1, 2, 3 …
  at        DATETIME(3) NOT NULL,
  members   MEDIUMBLOB NOT NULL,                  -- seq of each row in order, 8 bytes each, big-endian
  root      BINARY(32) NOT NULL,
  previous  BINARY(32) NOT NULL,                  -- hash of the block before; zeros for the first
  hash      BINARY(32) NOT NULL,
  signer    BINARY(32) NOT NULL,                  -- SHA-256 of the signer's certificate
  signature VARBINARY(1024) NOT NULL
);

-- Where the next block goes; its version is the lock between appenders.
CREATE TABLE audit_tip (
  one     TINYINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL DEFAULT 0,
  number  BIGINT NOT NULL DEFAULT 0,
  hash    BINARY(32) NOT NULL,
  CONSTRAINT audit_tip_one CHECK (one = 1)
);

INSERT IGNORE INTO audit_tip (one, hash) VALUES (1, REPEAT(X'00', 32));

CREATE TRIGGER audit_added AFTER INSERT ON audit FOR EACH ROW
  INSERT INTO audit_pending (seq) VALUES (NEW.seq);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit rows are never changed';

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit rows are never removed';

CREATE TRIGGER audit_block_no_update BEFORE UPDATE ON audit_block FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit blocks are never changed';

CREATE TRIGGER audit_block_no_delete BEFORE DELETE ON audit_block FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit blocks are never removed';
