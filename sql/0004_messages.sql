-- Messages, sign tasks, and signatures on their way.

CREATE TABLE message (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number          CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind            ENUM('notice','reply','sealing','completed') NOT NULL,
  contract_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  sender_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,   -- person, NULL: platform
  sender_organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject         VARCHAR(300) NOT NULL,
  body            VARCHAR(4000) NOT NULL,
  original_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,   -- what it answers or hands over
  sent_at         DATETIME(3) NOT NULL,
  UNIQUE KEY message_number (number),
  KEY message_sent (sender_organization_id, sent_at),
  KEY message_contract (contract_id),
  CONSTRAINT message_number_form CHECK (number REGEXP '^M[0-9]{15}$'),
  CONSTRAINT message_contract FOREIGN KEY (contract_id) REFERENCES contract (id),
  CONSTRAINT message_sender FOREIGN KEY (sender_id) REFERENCES member (id),
  CONSTRAINT message_sender_organization FOREIGN KEY (sender_organization_id) REFERENCES organization (id),
  CONSTRAINT message_original FOREIGN KEY (original_id) REFERENCES message (id)
);

-- One row a recipient: a person, or (member_id NULL) a whole organization, in
-- which every member who may sign for it sees the message.
CREATE TABLE message_recipient (
  message_id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position        INT NOT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  read_at         DATETIME(3) NULL,
  read_by         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  replied_at      DATETIME(3) NULL,
  PRIMARY KEY (message_id, position),
  KEY inbox_member (member_id, message_id),
  KEY inbox_organization (organization_id, member_id, message_id),
  CONSTRAINT recipient_message FOREIGN KEY (message_id) REFERENCES message (id),
  CONSTRAINT recipient_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT recipient_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT recipient_read CHECK ((read_at IS NULL) = (read_by IS NULL))
);

CREATE TABLE message_document (                   -- 附件 as it was then
  message_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  document_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  revision    INT NOT NULL,
  PRIMARY KEY (message_id, document_id),
  CONSTRAINT attachment_message FOREIGN KEY (message_id) REFERENCES message (id),
  CONSTRAINT attachment_revision FOREIGN KEY (document_id, revision)
    REFERENCES document_revision (document_id, revision)
);

-- One row a signature somebody is asked for. Several sealers share one field: the
-- first who signs turns the others' tasks to superseded.
CREATE TABLE sign_task (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  document_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind            ENUM('vendor','sealer') NOT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- NULL: any signer of the vendor
  field           VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- in the PDF
  message_id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- the message that asked for it
  state           ENUM('waiting','ready','read','prepared','signed','rejected','cancelled',
                       'superseded','expired') NOT NULL DEFAULT 'waiting',
  signed_by       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  signed_at       DATETIME(3) NULL,
  version         INT NOT NULL DEFAULT 1,
  KEY task_document (document_id),
  KEY task_member (member_id, state),
  KEY task_organization (organization_id, kind, state),
  KEY task_message (message_id),
  CONSTRAINT task_document FOREIGN KEY (document_id) REFERENCES document (id),
  CONSTRAINT task_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT task_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT task_message FOREIGN KEY (message_id) REFERENCES message (id),
  CONSTRAINT task_signed CHECK ((state = 'signed') = (signed_at IS NOT NULL AND signed_by IS NOT NULL)),
  CONSTRAINT task_sealer CHECK (kind = 'vendor' OR member_id IS NOT NULL)
);

-- A preparation: what a member is about to sign, pinned to its base, for ten minutes.
CREATE TABLE signing (
  id             CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  member_id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  certificate_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          ENUM('prepared','done','cancelled') NOT NULL DEFAULT 'prepared',
  created_at     DATETIME(3) NOT NULL,
  expires_at     DATETIME(3) NOT NULL,
  KEY signing_age (state, expires_at),
  CONSTRAINT signing_certificate FOREIGN KEY (member_id, certificate_id) REFERENCES certificate (member_id, id)
);

CREATE TABLE signing_item (
  signing_id        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position          INT NOT NULL,
  task_id           CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  document_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  base_revision     INT NOT NULL,
  base_sha256       BINARY(32) NOT NULL,
  prepared_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- file in the store
  read_token_sha256 BINARY(32) NOT NULL,          -- capability to read the prepared bytes
  hole_start        BIGINT NOT NULL,
  hole_end          BIGINT NOT NULL,
  total             BIGINT NOT NULL,
  md                VARCHAR(8) CHARACTER SET ascii NOT NULL,
  digest            VARBINARY(64) NOT NULL,
  signed_attributes BLOB NOT NULL,
  partial_cms       BLOB NOT NULL,
  PRIMARY KEY (signing_id, position),
  UNIQUE KEY item_token (read_token_sha256),
  KEY item_task (task_id),
  CONSTRAINT item_signing FOREIGN KEY (signing_id) REFERENCES signing (id) ON DELETE CASCADE,
  CONSTRAINT item_task FOREIGN KEY (task_id) REFERENCES sign_task (id),
  CONSTRAINT item_hole CHECK (0 < hole_start AND hole_start < hole_end AND hole_end < total)
);
