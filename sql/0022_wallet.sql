-- 個人證件包: what a member keeps of his own, encrypted with keys that only he can open
-- (docs/decisions/wallet.md). No row here, and no file of the store, tells a content.

-- The key pair of a member. Files are sealed to the public key; the secret one is kept twice,
-- wrapped with the passphrase and with the recovery code, and never in the clear.
CREATE TABLE wallet (
  member_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  public_key    BINARY(32) NOT NULL,               -- X25519
  salt          BINARY(16) NOT NULL,               -- of the passphrase's argon2id
  by_passphrase VARBINARY(80) NOT NULL,            -- the secret key, wrapped
  by_recovery   VARBINARY(80) NOT NULL,
  used_bytes    BIGINT NOT NULL DEFAULT 0,         -- of all items that still have a file
  items         INT NOT NULL DEFAULT 0,            -- the same, counted
  next_position BIGINT NOT NULL DEFAULT 1,
  remind_days   INT NOT NULL DEFAULT 30,           -- before an expiry date; 0: no reminders
  failures      INT NOT NULL DEFAULT 0,            -- wrong passphrases or codes in a row
  locked_until  DATETIME(3) NULL,
  created_at    DATETIME(3) NOT NULL,
  passphrase_at DATETIME(3) NOT NULL,
  CONSTRAINT wallet_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT wallet_counts CHECK (used_bytes >= 0 AND items >= 0)
);

-- Unlocked in a session: the secret key, wrapped with a key that only the browser's cookie has.
CREATE TABLE wallet_unlock (
  session_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  member_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  wrapped    VARBINARY(80) NOT NULL,
  until      DATETIME(3) NOT NULL,
  KEY unlock_member (member_id),
  KEY unlock_age (until),
  CONSTRAINT wallet_unlock_session FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE,
  CONSTRAINT wallet_unlock_wallet FOREIGN KEY (member_id) REFERENCES wallet (member_id) ON DELETE CASCADE
);

-- A document. 'storing': its file is being written; 'kept'; 'deleted': can come back for some
-- days; 'gone': file and row go with the worker's next round.
CREATE TABLE wallet_item (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- its file is called so too
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position        BIGINT NOT NULL,                 -- in the member's list; given once, never changed
  state           ENUM('storing','kept','deleted','gone') NOT NULL DEFAULT 'storing',
  kind            ENUM('contract','licence','registration','tax','insurance','identity','certificate','other')
                  NOT NULL DEFAULT 'other',
  name            VARCHAR(200) NOT NULL DEFAULT '',
  issuer          VARCHAR(200) NOT NULL DEFAULT '',
  note            VARCHAR(500) NOT NULL DEFAULT '',
  issued_on       DATE NULL,
  expires_on      DATE NULL,                       -- the last day, in Taipei
  remind_on       DATE NULL,                       -- the next day on which to remind
  format          ENUM('pdf','png','jpeg','other') NOT NULL DEFAULT 'other',
  verdict         ENUM('valid','unsure','invalid','unsigned','unreadable','not_pdf') NOT NULL DEFAULT 'not_pdf',
  signatures      INT NOT NULL DEFAULT 0,
  size            BIGINT NOT NULL,                 -- of the content, in bytes
  sealed_key      VARBINARY(128) NULL,             -- the file's key, for the wallet's secret key
  sealed_facts    MEDIUMBLOB NULL,                 -- file's name, digest, report: under the file's key
  document_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- stored from the platform
  revision        INT NULL,
  version         INT NOT NULL DEFAULT 1,
  created_at      DATETIME(3) NOT NULL,
  deleted_at      DATETIME(3) NULL,
  KEY item_list (member_id, state, position),
  KEY item_kind (member_id, state, kind, position),
  KEY item_expiry (member_id, state, expires_on, position),
  KEY item_remind (remind_on),
  KEY item_state (state, created_at),
  UNIQUE KEY item_source (member_id, document_id, revision),
  CONSTRAINT wallet_item_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT wallet_item_document FOREIGN KEY (document_id) REFERENCES document (id),
  CONSTRAINT wallet_item_sealed CHECK (state IN ('storing','gone')
    OR (sealed_key IS NOT NULL AND sealed_facts IS NOT NULL)),
  CONSTRAINT wallet_item_deleted CHECK (state IN ('storing','gone') OR (state = 'deleted') = (deleted_at IS NOT NULL))
);

-- What a search finds it by: each character and each pair of neighbours of its labels.
CREATE TABLE wallet_word (
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  word      VARCHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  position  BIGINT NOT NULL,
  item_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (member_id, word, position),
  KEY word_item (item_id),
  CONSTRAINT wallet_word_item FOREIGN KEY (item_id) REFERENCES wallet_item (id) ON DELETE CASCADE
);

-- 授權: one document, one purpose, until a day; for a member with a wallet or by a link. The
-- key is wiped when it is revoked or over: then nobody can open anything with it.
CREATE TABLE wallet_grant (
  id           CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  item_id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,   -- NULL: it is gone
  owner_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  recipient_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,   -- NULL: whoever has the link
  to_name      VARCHAR(200) NOT NULL,
  purpose      VARCHAR(200) NOT NULL,
  item_name    VARCHAR(200) NOT NULL,
  original     BOOLEAN NOT NULL,                   -- the file itself too, without a mark
  sealed_key   VARBINARY(128) NULL,
  created_at   DATETIME(3) NOT NULL,
  until        DATETIME(3) NOT NULL,
  revoked_at   DATETIME(3) NULL,
  uses         INT NOT NULL DEFAULT 0,
  used_at      DATETIME(3) NULL,
  KEY grant_owner (owner_id, created_at, id),
  KEY grant_recipient (recipient_id, created_at, id),
  KEY grant_item (item_id),
  KEY grant_over (until),
  CONSTRAINT wallet_grant_item FOREIGN KEY (item_id) REFERENCES wallet_item (id) ON DELETE SET NULL,
  CONSTRAINT wallet_grant_owner FOREIGN KEY (owner_id) REFERENCES member (id),
  CONSTRAINT wallet_grant_recipient FOREIGN KEY (recipient_id) REFERENCES member (id),
  CONSTRAINT wallet_grant_revoked CHECK (revoked_at IS NULL OR sealed_key IS NULL)
);

-- The receipt of each use.
CREATE TABLE wallet_use (
  id        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  grant_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at        DATETIME(3) NOT NULL,
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  what      ENUM('marked','original') NOT NULL,
  ip        VARCHAR(45) CHARACTER SET ascii NOT NULL,
  agent     VARCHAR(300) NOT NULL,
  KEY use_grant (grant_id, at, id),
  CONSTRAINT wallet_use_grant FOREIGN KEY (grant_id) REFERENCES wallet_grant (id),
  CONSTRAINT wallet_use_member FOREIGN KEY (member_id) REFERENCES member (id)
);
