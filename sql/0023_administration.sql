-- Parameters: what is set for the platform, an agency, a unit or one contract. Names, types and
-- ranges stand in backend/domain/base/parameter.c.

-- scope: the id of agency, unit or contract that it is set for, '' for the platform. locked: what is
-- set below does not count.
CREATE TABLE parameter_value (
  name            VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scope           CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  level           TINYINT NOT NULL,               -- 0 platform, 1 agency, 2 unit, 3 contract
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  unit_id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  contract_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  value           VARCHAR(1000) NOT NULL,
  locked          BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (name, scope),
  KEY parameter_scope (scope),
  CONSTRAINT parameter_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT parameter_unit FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id),
  CONSTRAINT parameter_contract FOREIGN KEY (contract_id) REFERENCES contract (id) ON DELETE CASCADE,
  CONSTRAINT parameter_of CHECK (scope = COALESCE(contract_id, unit_id, organization_id, '')),
  CONSTRAINT parameter_level CHECK (
    (level = 0 AND organization_id IS NULL) OR
    (level = 1 AND organization_id IS NOT NULL AND unit_id IS NULL AND contract_id IS NULL) OR
    (level = 2 AND organization_id IS NOT NULL AND unit_id IS NOT NULL AND contract_id IS NULL) OR
    (level = 3 AND organization_id IS NOT NULL AND contract_id IS NOT NULL AND unit_id IS NULL))
);

-- What was changed, by whom; before and after NULL: nothing was set there.
CREATE TABLE parameter_change (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name            VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scope           CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  at              DATETIME(3) NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  before_value    VARCHAR(1000) NULL,
  before_locked   BOOLEAN NOT NULL DEFAULT FALSE,
  after_value     VARCHAR(1000) NULL,
  after_locked    BOOLEAN NOT NULL DEFAULT FALSE,
  undoes_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  KEY parameter_change_list (scope, at, id),
  UNIQUE KEY parameter_undone (undoes_id),
  CONSTRAINT parameter_change_by FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT parameter_change_undoes FOREIGN KEY (undoes_id) REFERENCES parameter_change (id)
);

-- Nothing ever read it.
ALTER TABLE organization DROP COLUMN IF EXISTS withhold_unfinished;

-- What others have to answer for signatures to be trusted, as the worker last found it.
CREATE TABLE trust_service (
  kind        ENUM('crl','ocsp','tsa') NOT NULL,
  url         VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position    INT NOT NULL,                        -- of a TSA: the n-th that is asked
  authority   VARCHAR(300) NOT NULL,               -- for whose certificates; who stamps
  checked_at  DATETIME(3) NOT NULL,
  due_at      DATETIME(3) NOT NULL,                -- is looked at again
  ok_at       DATETIME(3) NULL,                    -- the last time that the answer held
  millis      INT NOT NULL,                        -- how long the last answer took
  this_update DATETIME(3) NULL,                    -- what the last good answer says of itself
  next_update DATETIME(3) NULL,
  entries     INT NULL,                            -- of a CRL
  last_error  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- word of common/error.h
  PRIMARY KEY (kind, url),
  KEY service_due (due_at)
);

-- A published head's timestamp (RFC 3161); NULL: none yet.
ALTER TABLE audit_published ADD COLUMN stamped_at DATETIME(3) NULL;

-- 緊急調閱 is told to the parties as a message as well.
ALTER TABLE message MODIFY COLUMN kind
  ENUM('notice','reply','sealing','completed','returned','void_asked','void','expired','letter','glass') NOT NULL;

-- What mails and messages say where somebody worded them anew; backend/domain/base/wording.c has the
-- defaults. scope: id of the agency, '' for the platform.
CREATE TABLE mail_wording (
  name            VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scope           CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  zh_subject      VARCHAR(200) NOT NULL,
  en_subject      VARCHAR(200) NOT NULL,
  zh_body         VARCHAR(3000) NOT NULL,
  en_body         VARCHAR(3000) NOT NULL,
  changed_at      DATETIME(3) NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (name, scope),
  CONSTRAINT wording_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT wording_by FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT wording_of CHECK (scope = COALESCE(organization_id, ''))
);
