-- A document's version is its lock: on a Galera cluster only a change conflicts.
ALTER TABLE document ADD COLUMN version INT NOT NULL DEFAULT 1;

-- What lists show as a certificate's names, as the certificate itself says them.
ALTER TABLE certificate ADD COLUMN subject_name VARCHAR(200) NOT NULL DEFAULT '' AFTER issuer,
  ADD COLUMN issuer_name VARCHAR(200) NOT NULL DEFAULT '' AFTER subject_name;

-- What was changed about a contract after it was sent: both sides see it.
CREATE TABLE contract_change (
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position    INT NOT NULL,
  at          DATETIME(3) NOT NULL,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  field       ENUM('case_number','unit','handler','officers','emails') NOT NULL,
  before_text VARCHAR(2000) NOT NULL,
  after_text  VARCHAR(2000) NOT NULL,
  PRIMARY KEY (contract_id, position),
  CONSTRAINT change_contract FOREIGN KEY (contract_id) REFERENCES contract (id),
  CONSTRAINT change_member FOREIGN KEY (member_id) REFERENCES member (id)
);
