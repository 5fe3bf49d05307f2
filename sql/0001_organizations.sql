-- Who there is: organizations, units, members, roles, sessions; and what the
-- whole system counts. Ids are 128 random bits in hex; nothing has a meaning in
-- AUTO_INCREMENT. Times are UTC.

CREATE TABLE organization (
  id            CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  kind          ENUM('agency','vendor','platform') NOT NULL,
  code          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- 379730000A; 97162640
  name          VARCHAR(100) NOT NULL,
  short_name    VARCHAR(20) NOT NULL,            -- how it calls itself: 本局
  -- what the subject of its card certificates must say: serialNumber of a vendor, O of an agency
  card_identity VARCHAR(100) NOT NULL,
  created_at    DATETIME(3) NOT NULL,
  UNIQUE KEY organization_code (kind, code),
  CONSTRAINT organization_code_form CHECK (
    (kind = 'vendor' AND code REGEXP '^[0-9]{8}$') OR
    (kind = 'agency' AND code REGEXP '^[0-9A-Z]{10}$') OR kind = 'platform')
);

CREATE TABLE unit (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code            CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,   -- 6300
  name            VARCHAR(100) NOT NULL,         -- with the agency's name in front
  UNIQUE KEY unit_code (organization_id, code),
  UNIQUE KEY unit_in_organization (organization_id, id),
  CONSTRAINT unit_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
);

CREATE TABLE member (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  unit_id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  account         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  name            VARCHAR(50) NOT NULL,
  email           VARCHAR(254) NOT NULL,
  password_hash   VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- argon2id, PHC form
  failed_logins   INT NOT NULL DEFAULT 0,
  locked_until    DATETIME(3) NULL,
  disabled        BOOLEAN NOT NULL DEFAULT FALSE,
  version         INT NOT NULL DEFAULT 1,
  created_at      DATETIME(3) NOT NULL,
  UNIQUE KEY member_account (account),
  KEY member_list (organization_id, name),
  CONSTRAINT member_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  -- a member's unit belongs to the member's own organization
  CONSTRAINT member_unit FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id),
  CONSTRAINT member_failed CHECK (failed_logins >= 0)
);

CREATE TABLE member_role (
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role      ENUM('officer','sealer','vendor_signer','agency_admin','platform_admin') NOT NULL,
  PRIMARY KEY (member_id, role),
  CONSTRAINT role_member FOREIGN KEY (member_id) REFERENCES member (id)
);

CREATE TABLE session (
  token_sha256 BINARY(32) NOT NULL PRIMARY KEY,   -- the token itself is only in the cookie
  member_id    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  csrf         CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ip           VARCHAR(45) CHARACTER SET ascii NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  seen_at      DATETIME(3) NOT NULL,
  expires_at   DATETIME(3) NOT NULL,
  KEY session_member (member_id),
  KEY session_expiry (expires_at),
  CONSTRAINT session_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- Running numbers of documents (D) and messages (M): they never start again.
CREATE TABLE counter (
  name  CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL,                          -- the last one given out
  CONSTRAINT counter_range CHECK (value BETWEEN 0 AND 9999999)
);
INSERT INTO counter (name, value) VALUES ('D', 0), ('M', 0);

-- Answers of write requests, so that repeating one runs nothing twice.
CREATE TABLE idempotency (
  member_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request    CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the client's key
  route      VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- method and path
  status     SMALLINT NOT NULL,
  answer     MEDIUMTEXT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (member_id, request),
  KEY idempotency_age (created_at),
  CONSTRAINT idempotency_member FOREIGN KEY (member_id) REFERENCES member (id)
);
