-- Signatures that outlast their certificates: timestamps, validation data, renewal.

-- The revision's file with the newest timestamps behind it (docs/decisions/timestamps.md).
ALTER TABLE document_revision ADD COLUMN kept BINARY(32) NULL,
  ADD CONSTRAINT revision_kept FOREIGN KEY (kept) REFERENCES object (sha256);

-- When a timestamp authority said that the signature was there; NULL: none answered then.
ALTER TABLE sign_history ADD COLUMN stamped_at DATETIME(3) NULL;

-- What the worker owes a document, one row each: brought by the signature's own transaction.
CREATE TABLE proof (
  document_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  state       ENUM('owed','kept') NOT NULL DEFAULT 'owed',
  wanted      ENUM('time','archive') NOT NULL,   -- a time for its signatures; all that a reader in thirty years needs
  level       ENUM('B-B','B-T','B-LT','B-LTA') NULL, -- PAdES, as the worker last saw it
  stamped_at  DATETIME(3) NULL,                  -- of the newest document timestamp
  good_until  DATETIME(3) NULL,                  -- its certificates or algorithms end; NULL: no end known
  why         VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- of the last try, if it failed
  tries       INT NOT NULL DEFAULT 0,
  next_at     DATETIME(3) NULL,                  -- to be looked at then; NULL: nothing to do
  lease_owner CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  lease_until DATETIME(3) NULL,
  KEY proof_due (next_at),
  CONSTRAINT proof_document FOREIGN KEY (document_id) REFERENCES document (id) ON DELETE CASCADE
);

-- Every file that it made, the oldest first.
CREATE TABLE proof_file (
  document_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position    INT NOT NULL,
  revision    INT NOT NULL,
  sha256      BINARY(32) NOT NULL,
  level       ENUM('B-B','B-T','B-LT','B-LTA') NOT NULL,
  stamped_at  DATETIME(3) NOT NULL,
  made_at     DATETIME(3) NOT NULL,
  PRIMARY KEY (document_id, position),
  CONSTRAINT proof_file_revision FOREIGN KEY (document_id, revision)
    REFERENCES document_revision (document_id, revision) ON DELETE CASCADE,
  CONSTRAINT proof_file_object FOREIGN KEY (sha256) REFERENCES object (sha256)
);

-- What was completed before.
INSERT INTO proof (document_id, wanted, next_at)
  SELECT d.id, 'archive', c.completed_at FROM document d JOIN contract c ON c.id = d.contract_id
  WHERE c.state = 'completed' AND d.retired_at IS NULL AND c.completed_at IS NOT NULL;

-- Every RSA modulus that the platform has seen, and the products of so many of them at a time: a
-- new key is compared with all of them at the price of a few divisions.
CREATE TABLE key_seen (
  sha256  BINARY(32) NOT NULL PRIMARY KEY,       -- of the modulus
  modulus VARBINARY(2048) NOT NULL,
  block   INT NOT NULL,
  shared  BOOLEAN NOT NULL DEFAULT FALSE,        -- it has a prime in common with another one
  seen_at DATETIME(3) NOT NULL,
  KEY key_seen_block (block)
);
CREATE TABLE key_block (
  block   INT NOT NULL PRIMARY KEY,
  n       INT NOT NULL,
  product MEDIUMBLOB NOT NULL
);

-- What the daily look at a registered certificate found; '' : nothing against it.
ALTER TABLE certificate
  ADD COLUMN judged_at DATETIME(3) NULL,
  ADD COLUMN verdict VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  ADD KEY certificate_judged (disabled_at, judged_at);
