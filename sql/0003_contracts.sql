-- Contracts, their documents and signatures. A document's bytes are objects of the
-- store, named by SHA-256; a revision is one object and never changes.

CREATE TABLE object (
  sha256     BINARY(32) NOT NULL PRIMARY KEY,
  size       BIGINT NOT NULL,
  created_at DATETIME(3) NOT NULL,
  CONSTRAINT object_size CHECK (size > 0)
);

CREATE TABLE certificate (
  id            CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  member_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  purpose       VARCHAR(100) NOT NULL,            -- 憑證用途說明
  der           BLOB NOT NULL,
  sha256        BINARY(32) NOT NULL,
  subject       VARCHAR(1000) NOT NULL,           -- C=TW O=… in certificate order
  issuer        VARCHAR(1000) NOT NULL,
  serial        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  key_type      VARCHAR(16) CHARACTER SET ascii NOT NULL,
  not_before    DATETIME(3) NOT NULL,
  not_after     DATETIME(3) NOT NULL,
  registered_at DATETIME(3) NOT NULL,
  disabled_at   DATETIME(3) NULL,
  -- 1 while in use: the same certificate once a member at a time
  in_use        TINYINT AS (IF(disabled_at IS NULL, 1, NULL)) PERSISTENT,
  UNIQUE KEY certificate_once (member_id, sha256, in_use),
  UNIQUE KEY certificate_of_member (member_id, id),
  KEY certificate_list (member_id, registered_at),
  CONSTRAINT certificate_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT certificate_period CHECK (not_before < not_after)
);

CREATE TABLE certificate_challenge (
  id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  member_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  der        BLOB NOT NULL,
  nonce      BINARY(32) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  used_at    DATETIME(3) NULL,
  KEY challenge_age (expires_at),
  CONSTRAINT challenge_member FOREIGN KEY (member_id) REFERENCES member (id)
);

CREATE TABLE contract (
  id               CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the agency
  number           VARCHAR(50) COLLATE utf8mb4_bin NOT NULL,                -- 契約編號
  title            VARCHAR(100) NOT NULL,                                   -- 契約名稱
  case_number      VARCHAR(50) NOT NULL DEFAULT '',                         -- 採購案號
  unit_id          CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,     -- 承辦單位
  handling_unit_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,     -- 經辦單位
  handler_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- 經辦人
  state            ENUM('draft','sealing','seal_failed','vendor_pending','agency_pending',
                        'completed','returned','voided','expired') NOT NULL DEFAULT 'draft',
  subject          VARCHAR(300) NOT NULL DEFAULT '',
  body             VARCHAR(4000) NOT NULL DEFAULT '',
  version          INT NOT NULL DEFAULT 1,        -- raised by every event
  created_at       DATETIME(3) NOT NULL,
  sent_at          DATETIME(3) NULL,
  completed_at     DATETIME(3) NULL,
  UNIQUE KEY contract_number (organization_id, number),
  KEY contract_list (organization_id, created_at),
  KEY contract_handler (handler_id, created_at),
  CONSTRAINT contract_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT contract_unit FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id),
  CONSTRAINT contract_handling_unit FOREIGN KEY (organization_id, handling_unit_id)
    REFERENCES unit (organization_id, id),
  CONSTRAINT contract_handler FOREIGN KEY (handler_id) REFERENCES member (id),
  CONSTRAINT contract_sent CHECK (state IN ('draft','sealing','seal_failed') OR sent_at IS NOT NULL),
  CONSTRAINT contract_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL))
);

CREATE TABLE contract_officer (                   -- 承辦人
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (contract_id, member_id),
  KEY officer_contracts (member_id),
  CONSTRAINT officer_contract FOREIGN KEY (contract_id) REFERENCES contract (id) ON DELETE CASCADE,
  CONSTRAINT officer_member FOREIGN KEY (member_id) REFERENCES member (id)
);

CREATE TABLE contract_vendor (                    -- (step1) 簽署單位
  contract_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position        INT NOT NULL,
  PRIMARY KEY (contract_id, organization_id),
  UNIQUE KEY vendor_position (contract_id, position),
  KEY vendor_contracts (organization_id),
  CONSTRAINT vendor_contract FOREIGN KEY (contract_id) REFERENCES contract (id) ON DELETE CASCADE,
  CONSTRAINT vendor_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
);

CREATE TABLE contract_sealer (                    -- (step2) 機關用印人員
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (contract_id, member_id),
  KEY sealer_contracts (member_id),
  CONSTRAINT sealer_contract FOREIGN KEY (contract_id) REFERENCES contract (id) ON DELETE CASCADE,
  CONSTRAINT sealer_member FOREIGN KEY (member_id) REFERENCES member (id)
);

CREATE TABLE contract_email (                     -- 設定通知交付 Email
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position    INT NOT NULL,
  email       VARCHAR(254) NOT NULL,
  PRIMARY KEY (contract_id, position),
  CONSTRAINT email_contract FOREIGN KEY (contract_id) REFERENCES contract (id) ON DELETE CASCADE
);

CREATE TABLE document (
  id          CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number      CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,   -- D202109220013179, given when sent
  name        VARCHAR(200) NOT NULL,              -- file name without .pdf
  position    INT NOT NULL,
  pages       INT NOT NULL,
  revision    INT NOT NULL DEFAULT 0,             -- the newest; 0: as uploaded
  created_at  DATETIME(3) NOT NULL,
  UNIQUE KEY document_number (number),
  KEY document_contract (contract_id, position),
  CONSTRAINT document_contract FOREIGN KEY (contract_id) REFERENCES contract (id) ON DELETE CASCADE,
  CONSTRAINT document_number_form CHECK (number IS NULL OR number REGEXP '^D[0-9]{15}$'),
  CONSTRAINT document_pages CHECK (pages > 0)
);

CREATE TABLE document_revision (
  document_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  revision    INT NOT NULL,                       -- 0 uploaded, 1 sealed, then one a signature
  sha256      BINARY(32) NOT NULL,
  created_at  DATETIME(3) NOT NULL,
  PRIMARY KEY (document_id, revision),            -- one winner: two signatures on one base cannot both stand
  CONSTRAINT revision_document FOREIGN KEY (document_id) REFERENCES document (id) ON DELETE CASCADE,
  CONSTRAINT revision_object FOREIGN KEY (sha256) REFERENCES object (sha256)
);

CREATE TABLE sign_history (                       -- 簽章歷程
  document_id    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  revision       INT NOT NULL,                    -- 項次: 1 is the platform's seal
  signed_at      DATETIME(3) NOT NULL,
  signed_by      VARCHAR(200) NOT NULL,           -- 簽章單位 as shown
  certificate    VARCHAR(100) NOT NULL,           -- 使用憑證: the purpose note
  subject        VARCHAR(1000) NOT NULL,          -- SDN
  issuer         VARCHAR(1000) NOT NULL,          -- IDN
  serial         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- NULL: the platform
  certificate_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (document_id, revision),
  CONSTRAINT history_revision FOREIGN KEY (document_id, revision) REFERENCES document_revision (document_id, revision),
  CONSTRAINT history_certificate FOREIGN KEY (member_id, certificate_id) REFERENCES certificate (member_id, id)
);
