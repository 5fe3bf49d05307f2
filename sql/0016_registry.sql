-- The registry (總收發), signing rules of several vendors and sealers, templates, and what a
-- member keeps: drafts of forms and filters of lists.

-- 'delegated': another was assigned. for_id: whose deputy (代理人) member_id is.
ALTER TABLE sign_task
  MODIFY COLUMN state ENUM('waiting','ready','read','prepared','signed','rejected','cancelled',
                           'superseded','expired','delegated') NOT NULL DEFAULT 'waiting',
  ADD COLUMN for_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD KEY task_for (for_id, state),
  ADD CONSTRAINT task_for FOREIGN KEY (for_id) REFERENCES member (id);

-- 代表廠商
ALTER TABLE contract_vendor ADD COLUMN representative BOOLEAN NOT NULL DEFAULT FALSE;

-- Vendors sign all at once or one after the other; of the sealers any one, all, or so many.
ALTER TABLE contract
  ADD COLUMN vendors_in_order BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN seal_rule ENUM('any','all','some') NOT NULL DEFAULT 'any',
  ADD COLUMN seal_needed INT NOT NULL DEFAULT 1,  -- 'some': as chosen; fixed for all when it is sent
  ADD COLUMN template_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN template_version INT NULL,
  ADD CONSTRAINT contract_seal_needed CHECK (seal_needed > 0);

ALTER TABLE contract_event MODIFY COLUMN kind
  ENUM('returned','revised','void_asked','void_withdrawn','void','deadline','expired','resumed',
       'reminded','resent','copied','amended','assigned','deputy','turn') NOT NULL;

CREATE TABLE seal_deputy (                        -- 代理人
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- for whom
  deputy_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_day        DATE NOT NULL,                  -- in Taipei, both included
  to_day          DATE NOT NULL,
  unit_id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- cases of this unit only
  created_by      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  ended_at        DATETIME(3) NULL,               -- called off
  ended_by        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  KEY deputy_list (organization_id, to_day),
  KEY deputy_member (member_id, ended_at, to_day),
  CONSTRAINT deputy_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT deputy_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT deputy_deputy FOREIGN KEY (deputy_id) REFERENCES member (id),
  CONSTRAINT deputy_creator FOREIGN KEY (created_by) REFERENCES member (id),
  CONSTRAINT deputy_ender FOREIGN KEY (ended_by) REFERENCES member (id),
  CONSTRAINT deputy_unit FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id),
  CONSTRAINT deputy_other CHECK (member_id <> deputy_id),
  CONSTRAINT deputy_days CHECK (from_day <= to_day)
);

-- 用印登記簿: one line a seal, numbered without gaps by agency and year.
CREATE TABLE seal_register (
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  year            INT NOT NULL,                   -- in Taipei
  number          INT NOT NULL,
  document_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  revision        INT NOT NULL,
  sealed_at       DATETIME(3) NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- who sealed
  for_id          CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,     -- as whose deputy
  PRIMARY KEY (organization_id, year, number),
  UNIQUE KEY register_once (document_id, revision),
  KEY register_time (organization_id, sealed_at),
  CONSTRAINT register_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT register_history FOREIGN KEY (document_id, revision) REFERENCES sign_history (document_id, revision),
  CONSTRAINT register_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT register_for FOREIGN KEY (for_id) REFERENCES member (id)
);

CREATE TABLE seal_register_last (
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  year            INT NOT NULL,
  number          INT NOT NULL,
  PRIMARY KEY (organization_id, year),
  CONSTRAINT register_last_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
);

INSERT INTO seal_register (organization_id, year, number, document_id, revision, sealed_at, member_id)
  SELECT s.organization_id, s.year, ROW_NUMBER() OVER (PARTITION BY s.organization_id, s.year
      ORDER BY s.signed_at, s.document_id, s.revision), s.document_id, s.revision, s.signed_at, s.member_id
  FROM (SELECT c.organization_id, YEAR(h.signed_at + INTERVAL 8 HOUR) AS year, h.document_id, h.revision, h.signed_at,
      h.member_id FROM sign_history h JOIN document d ON d.id = h.document_id JOIN contract c ON c.id = d.contract_id
    JOIN member m ON m.id = h.member_id AND m.organization_id = c.organization_id) s;
INSERT INTO seal_register_last (organization_id, year, number)
  SELECT organization_id, year, MAX(number) FROM seal_register GROUP BY organization_id, year;

-- 範本. Every change is the next version; a contract keeps the one that it began with.
CREATE TABLE template (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind            ENUM('contract','message') NOT NULL,
  version         INT NOT NULL,                   -- the newest
  name            VARCHAR(100) NOT NULL,          -- of the newest
  retired_at      DATETIME(3) NULL,
  KEY template_list (organization_id, kind, name),
  CONSTRAINT template_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
);

CREATE TABLE template_version (
  template_id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version          INT NOT NULL,
  name             VARCHAR(100) NOT NULL,
  title            VARCHAR(100) NOT NULL DEFAULT '',  -- texts hold fields: {履約期限}
  subject          VARCHAR(300) NOT NULL DEFAULT '',
  body             VARCHAR(4000) NOT NULL DEFAULT '',
  deadline_days    INT NULL,                          -- after sending
  deadline_hard    BOOLEAN NOT NULL DEFAULT FALSE,
  vendors          VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- ids, blanks between
  sealers          VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  vendors_in_order BOOLEAN NOT NULL DEFAULT FALSE,
  seal_rule        ENUM('any','all','some') NOT NULL DEFAULT 'any',
  seal_needed      INT NOT NULL DEFAULT 1,
  by_id            CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at               DATETIME(3) NOT NULL,
  PRIMARY KEY (template_id, version),
  CONSTRAINT template_version_of FOREIGN KEY (template_id) REFERENCES template (id),
  CONSTRAINT template_version_by FOREIGN KEY (by_id) REFERENCES member (id)
);

ALTER TABLE contract ADD CONSTRAINT contract_template FOREIGN KEY (template_id, template_version)
  REFERENCES template_version (template_id, version);

-- What a member typed and has not finished, and filters under a name.
CREATE TABLE form_draft (
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  form      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content   MEDIUMTEXT NOT NULL,                  -- as the page gave it
  saved_at  DATETIME(3) NOT NULL,
  PRIMARY KEY (member_id, form),
  CONSTRAINT draft_member FOREIGN KEY (member_id) REFERENCES member (id)
);

CREATE TABLE saved_filter (
  member_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  list      VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name      VARCHAR(50) NOT NULL,
  query     VARCHAR(1000) NOT NULL,
  saved_at  DATETIME(3) NOT NULL,
  PRIMARY KEY (member_id, list, name),
  CONSTRAINT filter_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- A contract that not everybody has signed: its file is marked, or withheld from the vendor.
ALTER TABLE organization ADD COLUMN withhold_unfinished BOOLEAN NOT NULL DEFAULT FALSE;
