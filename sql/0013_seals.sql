-- 電子圖章: seal pictures with versions and a second person's consent, where they were used,
-- and the places that a draft keeps for them on its pages.

CREATE TABLE seal_picture (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  unit_id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,      -- only this unit uses it
  name            VARCHAR(100) NOT NULL,
  kind            ENUM('official','title','company') NOT NULL,              -- 印信、職銜簽字章、公司大小章
  version         INT NOT NULL DEFAULT 0,         -- the one in force, 0: none yet
  newest          INT NOT NULL DEFAULT 0,         -- proposed last
  created_at      DATETIME(3) NOT NULL,
  disabled_at     DATETIME(3) NULL,
  disabled_by     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  disabled_reason VARCHAR(2000) NOT NULL DEFAULT '',
  KEY seal_list (organization_id, created_at),
  CONSTRAINT seal_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT seal_unit FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id),
  CONSTRAINT seal_disabled FOREIGN KEY (disabled_by) REFERENCES member (id),
  CONSTRAINT seal_in_force CHECK (version <= newest)
);

CREATE TABLE seal_version (
  seal_id            CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version            INT NOT NULL,
  sha256             BINARY(32) NOT NULL,         -- the PNG in the store
  width              INT NOT NULL,                -- tenths of a millimetre, as it is printed
  height             INT NOT NULL,
  valid_from         DATE NOT NULL,               -- days in Taipei
  valid_until        DATE NULL,
  certificate_sha256 BINARY(32) NULL,             -- only with this certificate
  certificate_name   VARCHAR(1000) NOT NULL DEFAULT '',
  state              ENUM('proposed','approved','refused') NOT NULL DEFAULT 'proposed',
  proposed_by        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  proposed_at        DATETIME(3) NOT NULL,
  decided_by         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at         DATETIME(3) NULL,
  reason             VARCHAR(2000) NOT NULL DEFAULT '',
  PRIMARY KEY (seal_id, version),
  CONSTRAINT version_seal FOREIGN KEY (seal_id) REFERENCES seal_picture (id),
  CONSTRAINT version_object FOREIGN KEY (sha256) REFERENCES object (sha256),
  CONSTRAINT version_proposer FOREIGN KEY (proposed_by) REFERENCES member (id),
  CONSTRAINT version_decider FOREIGN KEY (decided_by) REFERENCES member (id),
  CONSTRAINT version_second CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT version_decided CHECK ((state = 'proposed') = (decided_at IS NULL)),
  CONSTRAINT version_period CHECK (valid_until IS NULL OR valid_from <= valid_until)
);

-- Which revision shows which picture.
CREATE TABLE seal_use (
  document_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  revision    INT NOT NULL,
  seal_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version     INT NOT NULL,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  used_at     DATETIME(3) NOT NULL,
  PRIMARY KEY (document_id, revision),
  KEY use_of_seal (seal_id, used_at),
  CONSTRAINT use_seal FOREIGN KEY (seal_id, version) REFERENCES seal_version (seal_id, version),
  CONSTRAINT use_document FOREIGN KEY (document_id) REFERENCES document (id),
  CONSTRAINT use_member FOREIGN KEY (member_id) REFERENCES member (id)
);

ALTER TABLE signing
  ADD COLUMN seal_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN seal_version INT NULL,
  ADD CONSTRAINT signing_seal FOREIGN KEY (seal_id, seal_version) REFERENCES seal_version (seal_id, version);

-- Where a party's seal will stand: hundredths of a point from the lower left corner of the
-- page as it is seen; one place a party and document, and one 騎縫章.
CREATE TABLE seal_place (
  document_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  party           ENUM('platform','vendor','sealer') NOT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- the vendor; else ''
  seam            BOOLEAN NOT NULL,
  page            INT NOT NULL,                   -- 1 is the first; 0 of a 騎縫章: every page
  x INT NOT NULL, y INT NOT NULL, w INT NOT NULL, h INT NOT NULL,
  rise            INT NOT NULL DEFAULT 0,         -- of a 騎縫章: 0 the foot of the page to 100 its head
  anchor          VARCHAR(100) NOT NULL DEFAULT '', -- the text that it was put beside
  PRIMARY KEY (document_id, party, organization_id, seam),
  CONSTRAINT place_document FOREIGN KEY (document_id) REFERENCES document (id) ON DELETE CASCADE,
  CONSTRAINT place_vendor CHECK ((party = 'vendor') = (organization_id <> '')),
  CONSTRAINT place_page CHECK ((page = 0) = seam)
);
