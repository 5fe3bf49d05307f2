-- Accounts: what members set themselves, how they come in, who a company lets sign for it.

-- A session that began before rights_at is over: roles, unit or password changed since.
ALTER TABLE member
  DROP CONSTRAINT member_failed,
  DROP COLUMN failed_logins,
  DROP COLUMN locked_until,
  MODIFY COLUMN password_hash VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL, -- NULL: invited, none yet
  ADD COLUMN phone VARCHAR(30) NOT NULL DEFAULT '',
  ADD COLUMN language ENUM('zh','en') NOT NULL DEFAULT 'zh',
  ADD COLUMN years ENUM('common','minguo') NOT NULL DEFAULT 'common',
  ADD COLUMN quiet_from TINYINT NULL,              -- hours of the day in Taipei without mail; NULL: none
  ADD COLUMN quiet_to TINYINT NULL,
  ADD COLUMN password_at DATETIME(3) NULL,         -- the last change
  ADD COLUMN rights_at DATETIME(3) NOT NULL DEFAULT '2000-01-01 00:00:00',
  ADD COLUMN left_at DATETIME(3) NULL,
  ADD KEY member_email (email),
  ADD CONSTRAINT member_quiet CHECK ((quiet_from IS NULL) = (quiet_to IS NULL)
    AND COALESCE(quiet_from, 0) BETWEEN 0 AND 23 AND COALESCE(quiet_to, 0) BETWEEN 0 AND 23);

ALTER TABLE member_role MODIFY COLUMN
  role ENUM('officer','sealer','vendor_signer','agency_admin','platform_admin','vendor_admin') NOT NULL;

-- Everybody logs in once more.
DELETE FROM session;
ALTER TABLE session
  ADD COLUMN id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,   -- what its member calls it by
  ADD COLUMN agent VARCHAR(300) NOT NULL,                                  -- the browser, as it calls itself
  ADD COLUMN method ENUM('password','totp','recovery','card','link') NOT NULL,
  ADD COLUMN proved_at DATETIME(3) NOT NULL,       -- the last time that somebody proved to be the member
  ADD UNIQUE KEY session_id (id);

-- Who came in, or tried to. `place` is the address, of IPv6 its /64.
CREATE TABLE sign_in (
  id        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at        DATETIME(3) NOT NULL,
  ip        VARCHAR(45) CHARACTER SET ascii NOT NULL,
  place     VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  agent     VARCHAR(300) NOT NULL,
  method    ENUM('password','totp','recovery','card','link') NOT NULL,
  fits      BOOLEAN NOT NULL,
  KEY sign_in_member (member_id, at, id),
  KEY sign_in_place (member_id, place, fits, at),
  KEY sign_in_age (at),
  CONSTRAINT sign_in_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- Failures in a row, of an account's name (whether it exists or not) from a place.
CREATE TABLE login_failure (
  account_sha256 BINARY(32) NOT NULL,
  place          VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  failures       INT NOT NULL,
  last_at        DATETIME(3) NOT NULL,
  PRIMARY KEY (account_sha256, place),
  KEY failure_place (place, last_at),
  KEY failure_age (last_at)
);

-- The password was right; the code of the second factor is awaited.
CREATE TABLE login_ticket (
  token_sha256 BINARY(32) NOT NULL PRIMARY KEY,
  member_id    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expires_at   DATETIME(3) NOT NULL,
  used_at      DATETIME(3) NULL,
  KEY ticket_age (expires_at),
  CONSTRAINT ticket_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- TOTP (RFC 6238). The secret is encrypted with a key outside the database; a step that
-- was used, and those before it, are used up.
CREATE TABLE second_factor (
  member_id    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  secret       VARBINARY(80) NOT NULL,
  confirmed_at DATETIME(3) NULL,                   -- NULL: shown, not yet proved
  last_step    BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT factor_member FOREIGN KEY (member_id) REFERENCES member (id)
);
CREATE TABLE recovery_code (
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sha256    BINARY(32) NOT NULL,
  used_at   DATETIME(3) NULL,
  PRIMARY KEY (member_id, sha256),
  CONSTRAINT recovery_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- The passwords before the present one: none of the last three comes again.
CREATE TABLE password_before (
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at        DATETIME(3) NOT NULL,                  -- until when it was good
  hash      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (member_id, at),
  CONSTRAINT before_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- Somebody has forgotten a password: written for every name alike, worked on by the worker.
CREATE TABLE password_request (
  id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account VARCHAR(254) NOT NULL,                   -- as it was typed: account or e-mail
  ip      VARCHAR(45) CHARACTER SET ascii NOT NULL,
  at      DATETIME(3) NOT NULL,
  KEY request_age (at)
);

-- What a link in a mail does, once and in time; the token itself is only in the mail.
CREATE TABLE account_link (
  token_sha256 BINARY(32) NOT NULL PRIMARY KEY,
  member_id    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind         ENUM('email','password','invitation') NOT NULL,
  email        VARCHAR(254) NOT NULL,              -- where it was sent; of 'email' the one to confirm
  created_at   DATETIME(3) NOT NULL,
  expires_at   DATETIME(3) NOT NULL,
  used_at      DATETIME(3) NULL,
  KEY link_member (member_id, kind, created_at),
  KEY link_age (expires_at),
  CONSTRAINT link_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- How a member wants to hear of a kind of event; no row: by mail at once.
CREATE TABLE notice_choice (
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event     ENUM('task','returned','completed','reply','reminder','security') NOT NULL,
  channel   ENUM('mail','digest','portal') NOT NULL,
  PRIMARY KEY (member_id, event),
  CONSTRAINT choice_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT choice_security CHECK (event <> 'security' OR channel = 'mail')
);
-- What the next daily summary tells.
CREATE TABLE notice_digest (
  id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  member_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at         DATETIME(3) NOT NULL,
  subject    VARCHAR(300) NOT NULL,
  message_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  KEY digest_member (member_id, at),
  CONSTRAINT digest_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- Who may sign for a company with a card of one's own: the letter of authority says so.
-- The holder of the company's card needs none.
CREATE TABLE signing_authority (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  letter_sha256   BINARY(32) NOT NULL,
  letter_name     VARCHAR(200) NOT NULL,
  letter_bytes    BIGINT NOT NULL,
  first_day       DATE NOT NULL,                   -- in Taipei
  last_day        DATE NOT NULL,
  granted_by      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  granted_at      DATETIME(3) NOT NULL,
  revoked_by      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  revoked_at      DATETIME(3) NULL,
  KEY authority_organization (organization_id, granted_at),
  KEY authority_member (member_id, last_day),
  CONSTRAINT authority_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT authority_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT authority_granter FOREIGN KEY (granted_by) REFERENCES member (id),
  CONSTRAINT authority_days CHECK (first_day <= last_day),
  CONSTRAINT authority_revoked CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
);
