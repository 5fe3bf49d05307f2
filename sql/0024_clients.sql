-- Other systems come in: clients of the public API with their secrets and tokens, what
-- happened as they read it one after the other, and the addresses where they are told.

-- A client acts as a member that nobody can log in as, so history and audit trail name it.
ALTER TABLE member ADD COLUMN service BOOLEAN NOT NULL DEFAULT FALSE;

-- The body that a client's key came with: the same key with another body is a mistake.
ALTER TABLE idempotency
  ADD COLUMN body_sha256 BINARY(32) NULL,
  ADD COLUMN until DATETIME(3) NULL,             -- NULL: by its age
  ADD KEY idempotency_until (until);

CREATE TABLE client (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- client_id, and the member
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name            VARCHAR(40) NOT NULL,
  purpose         VARCHAR(500) NOT NULL,
  contact         VARCHAR(254) NOT NULL,          -- who is told when something goes wrong
  scopes          VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- in force; blanks between
  asked_scopes    VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- wait for a second person
  asked_by        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  asked_at        DATETIME(3) NULL,
  per_minute      INT NOT NULL DEFAULT 600,       -- requests
  created_by      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  disabled_at     DATETIME(3) NULL,
  disabled_by     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  seen_at         DATETIME(3) NULL,               -- its last token
  version         INT NOT NULL DEFAULT 1,
  KEY client_list (organization_id, created_at),
  KEY client_age (created_at),
  CONSTRAINT client_member FOREIGN KEY (id) REFERENCES member (id),
  CONSTRAINT client_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT client_asker FOREIGN KEY (asked_by) REFERENCES member (id),
  CONSTRAINT client_creator FOREIGN KEY (created_by) REFERENCES member (id),
  CONSTRAINT client_asked CHECK ((asked_scopes IS NULL) = (asked_by IS NULL)
    AND (asked_by IS NULL) = (asked_at IS NULL)),
  CONSTRAINT client_rate_range CHECK (per_minute BETWEEN 1 AND 100000)
);

-- At most two are good at a time, so that one can be replaced without a pause.
CREATE TABLE client_secret (
  id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  client_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sha256     BINARY(32) NOT NULL,                 -- 256 random bits: a fast hash is enough
  tail       CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- tells one from the other
  created_by CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(3) NOT NULL,
  used_at    DATETIME(3) NULL,
  revoked_at DATETIME(3) NULL,
  KEY secret_client (client_id, created_at),
  CONSTRAINT secret_client FOREIGN KEY (client_id) REFERENCES client (id),
  CONSTRAINT secret_creator FOREIGN KEY (created_by) REFERENCES member (id)
);

CREATE TABLE client_token (
  sha256     BINARY(32) NOT NULL PRIMARY KEY,
  client_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  secret_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scopes     VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  KEY token_client (client_id),
  KEY token_secret (secret_id),
  KEY token_age (expires_at),
  CONSTRAINT token_client FOREIGN KEY (client_id) REFERENCES client (id),
  CONSTRAINT token_secret FOREIGN KEY (secret_id) REFERENCES client_secret (id)
);

-- How many requests of a minute are used.
CREATE TABLE client_rate (
  client_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  minute    BIGINT NOT NULL,                      -- since 1970
  used      INT NOT NULL,
  CONSTRAINT rate_client FOREIGN KEY (client_id) REFERENCES client (id)
);

-- What happened, for the clients of one organization; written with the event itself. The
-- worker gives places when the rows are committed, so who reads on from a place misses none.
CREATE TABLE client_event (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  place           BIGINT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind            VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contract_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  document_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  message_id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  state           VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- the contract's, by then
  at              DATETIME(3) NOT NULL,
  UNIQUE KEY client_event_place (place),
  KEY client_event_list (organization_id, place),
  KEY client_event_age (at),
  CONSTRAINT client_event_of FOREIGN KEY (organization_id) REFERENCES organization (id)
);
CREATE TABLE client_event_last (
  one   TINYINT NOT NULL PRIMARY KEY,
  place BIGINT NOT NULL,
  CONSTRAINT client_event_one CHECK (one = 1)
);
INSERT INTO client_event_last (one, place) VALUES (1, 0);

-- Where a client is told. Secrets are kept encrypted: they sign what goes out.
CREATE TABLE hook (
  id            CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  client_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  url           VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kinds         VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- blanks between; '*': all
  secret        VARBINARY(120) NOT NULL,
  secret_before VARBINARY(120) NULL,              -- signs as well until then
  before_until  DATETIME(3) NULL,
  state         ENUM('active','paused','disabled') NOT NULL DEFAULT 'active',
  failing_since DATETIME(3) NULL,                 -- nothing has arrived since then
  told_at       DATETIME(3) NULL,                 -- the last time that something arrived
  rest_until    DATETIME(3) NULL,                 -- it has just failed: not before then
  busy_until    DATETIME(3) NULL,                 -- one delivery at a time: somebody is at it until then
  busy_by       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_by    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at    DATETIME(3) NOT NULL,
  removed_at    DATETIME(3) NULL,
  version       INT NOT NULL DEFAULT 1,
  KEY hook_client (client_id, created_at),
  CONSTRAINT hook_of FOREIGN KEY (client_id) REFERENCES client (id),
  CONSTRAINT hook_creator FOREIGN KEY (created_by) REFERENCES member (id),
  CONSTRAINT hook_before CHECK ((secret_before IS NULL) = (before_until IS NULL))
);

CREATE TABLE hook_delivery (
  id          CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  hook_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_id    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,        -- NULL: a test
  place       BIGINT NOT NULL DEFAULT 0,
  kind        VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state       ENUM('pending','delivered','failed') NOT NULL DEFAULT 'pending',
  attempts    INT NOT NULL DEFAULT 0,
  next_at     DATETIME(3) NOT NULL,
  status      SMALLINT NULL,                      -- HTTP's, of the last try
  error       VARCHAR(200) NOT NULL DEFAULT '',
  created_at  DATETIME(3) NOT NULL,
  done_at     DATETIME(3) NULL,
  KEY delivery_due (hook_id, state, next_at),
  KEY delivery_list (hook_id, created_at, id),
  KEY delivery_age (created_at),
  UNIQUE KEY delivery_once (hook_id, event_id),
  CONSTRAINT delivery_hook FOREIGN KEY (hook_id) REFERENCES hook (id),
  CONSTRAINT delivery_event FOREIGN KEY (event_id) REFERENCES client_event (id) ON DELETE CASCADE
);

CREATE TABLE hook_attempt (
  delivery_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position    INT NOT NULL,
  at          DATETIME(3) NOT NULL,
  millis      INT NOT NULL,
  status      SMALLINT NULL,
  error       VARCHAR(200) NOT NULL DEFAULT '',
  PRIMARY KEY (delivery_id, position),
  CONSTRAINT attempt_delivery FOREIGN KEY (delivery_id) REFERENCES hook_delivery (id) ON DELETE CASCADE
);
