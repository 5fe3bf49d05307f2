-- The administrators' console: roles, agencies and units with their history, what waits
-- for a second person, what the platform can be set to.

ALTER TABLE member_role MODIFY COLUMN role
  ENUM('officer','sealer','vendor_signer','agency_admin','platform_admin','auditor','registry',
    'vendor_admin') NOT NULL;

-- Agencies stand below one another: 市政府, 局, 處. What is closed is chosen no more and stays
-- where it was used.
ALTER TABLE organization
  ADD COLUMN parent_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN closed_at DATETIME(3) NULL,
  ADD COLUMN version INT NOT NULL DEFAULT 1,
  ADD KEY organization_below (parent_id, code),
  ADD CONSTRAINT organization_parent FOREIGN KEY (parent_id) REFERENCES organization (id);

ALTER TABLE unit
  ADD COLUMN closed_at DATETIME(3) NULL,
  ADD COLUMN merged_into CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN version INT NOT NULL DEFAULT 1,
  ADD CONSTRAINT unit_merged FOREIGN KEY (organization_id, merged_into) REFERENCES unit (organization_id, id);

-- What became of agencies and units.
CREATE TABLE organization_event (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  unit_id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- NULL: the agency itself
  at              DATETIME(3) NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  kind            ENUM('created','renamed','moved','merged','closed','opened') NOT NULL,
  before_text     VARCHAR(200) NOT NULL DEFAULT '',
  after_text      VARCHAR(200) NOT NULL DEFAULT '',
  KEY organization_event_list (organization_id, at, id),
  CONSTRAINT organization_event_of FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT organization_event_by FOREIGN KEY (member_id) REFERENCES member (id)
);

-- A role that a second person has to agree to. One open request a member and role.
CREATE TABLE role_request (
  id          CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role        VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason      VARCHAR(500) NOT NULL,
  asked_by    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_at    DATETIME(3) NOT NULL,
  state       ENUM('open','approved','refused','withdrawn') NOT NULL DEFAULT 'open',
  decided_by  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at  DATETIME(3) NULL,
  is_open     TINYINT AS (IF(state = 'open', 1, NULL)) PERSISTENT,
  UNIQUE KEY role_request_once (member_id, role, is_open),
  KEY role_request_list (state, asked_at),
  CONSTRAINT role_request_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT role_request_asker FOREIGN KEY (asked_by) REFERENCES member (id),
  CONSTRAINT role_request_decider FOREIGN KEY (decided_by) REFERENCES member (id),
  CONSTRAINT role_request_decided CHECK ((state = 'open') = (decided_at IS NULL)),
  -- nobody agrees to what they asked for, or for themselves
  CONSTRAINT role_request_second CHECK (state <> 'approved' OR (decided_by <> asked_by AND decided_by <> member_id))
);

-- What the last looks at the audit trail found.
CREATE TABLE audit_check (
  id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at        DATETIME(3) NOT NULL,
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,      -- NULL: the worker
  n         BIGINT NOT NULL,                                          -- rows looked at
  blocks    BIGINT NOT NULL,
  pending   BIGINT NOT NULL,
  finding   VARCHAR(300) NOT NULL DEFAULT '',                         -- '': intact
  KEY audit_check_at (at)
);

-- Heads of the trail that went out of the database, to files and by mail.
CREATE TABLE audit_published (
  number    BIGINT NOT NULL PRIMARY KEY,            -- of the block
  at        DATETIME(3) NOT NULL,
  hash      BINARY(32) NOT NULL,
  file      VARCHAR(200) NOT NULL DEFAULT '',
  mailed_to VARCHAR(1000) NOT NULL DEFAULT ''
);

-- The trail is searched by what was done, and by time.
ALTER TABLE audit ADD KEY audit_action (action, seq), ADD KEY audit_at (at);

-- What the worker does, when it last did it, and how that went.
CREATE TABLE job_run (
  name       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  at         DATETIME(3) NOT NULL,                 -- the last time
  ok_at      DATETIME(3) NULL,                     -- the last time that it went well
  last_error VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' -- word of common/error.h
);

-- 公告: shown on the home page from one day to another.
CREATE TABLE bulletin (
  id        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  title     VARCHAR(100) NOT NULL,
  body      VARCHAR(2000) NOT NULL,
  urgent    BOOLEAN NOT NULL DEFAULT FALSE,
  first_day DATE NOT NULL,                         -- in Taipei
  last_day  DATE NOT NULL,
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME(3) NOT NULL,
  KEY bulletin_days (last_day, first_day),
  CONSTRAINT bulletin_by FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT bulletin_order CHECK (first_day <= last_day)
);

-- 緊急調閱: an administrator reads a contract: with a reason, a second person's agreement, for an
-- hour, told to its parties.
CREATE TABLE glass (
  id          CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason      VARCHAR(500) NOT NULL,
  asked_by    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_at    DATETIME(3) NOT NULL,
  state       ENUM('open','approved','refused') NOT NULL DEFAULT 'open',
  decided_by  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at  DATETIME(3) NULL,
  until       DATETIME(3) NULL,
  KEY glass_list (state, asked_at),
  KEY glass_asker (asked_by, state),
  CONSTRAINT glass_contract FOREIGN KEY (contract_id) REFERENCES contract (id),
  CONSTRAINT glass_asker FOREIGN KEY (asked_by) REFERENCES member (id),
  CONSTRAINT glass_decider FOREIGN KEY (decided_by) REFERENCES member (id),
  CONSTRAINT glass_decided CHECK ((state = 'open') = (decided_at IS NULL)),
  CONSTRAINT glass_until CHECK ((state = 'approved') = (until IS NOT NULL)),
  CONSTRAINT glass_second CHECK (state <> 'approved' OR decided_by <> asked_by)
);

-- How many sendings are stuck; the mails of lately.
ALTER TABLE contract ADD KEY contract_state (state);
ALTER TABLE outbox ADD KEY outbox_age (created_at), ADD KEY outbox_state_age (state, created_at);
