-- Templates (範本) in use: who keeps one, who signs, where seals will stand; a contract's last day that is
-- counted from its sending.

-- owner_id: the officer who made it keeps it; administrators of the agency keep all.
ALTER TABLE template
  ADD COLUMN owner_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ADD COLUMN changed_at DATETIME(3) NOT NULL,
  ADD KEY template_in_use (organization_id, kind, retired_at, name),
  DROP KEY template_list,
  ADD CONSTRAINT template_owner FOREIGN KEY (owner_id) REFERENCES member (id);

ALTER TABLE template_version
  DROP COLUMN vendors,
  DROP COLUMN sealers,
  ADD COLUMN note VARCHAR(200) NOT NULL DEFAULT '',       -- what was changed, for those who read the versions
  ADD CONSTRAINT template_version_seals CHECK (seal_needed > 0),
  ADD CONSTRAINT template_version_days CHECK (deadline_days IS NULL OR deadline_days > 0);

-- Who signs: vendors in their order, and sealers.
CREATE TABLE template_party (
  template_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version         INT NOT NULL,
  position        INT NOT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- a vendor
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- a sealer
  representative  BOOLEAN NOT NULL DEFAULT FALSE,         -- 代表廠商
  PRIMARY KEY (template_id, version, position),
  CONSTRAINT template_party_of FOREIGN KEY (template_id, version) REFERENCES template_version (template_id, version),
  CONSTRAINT template_party_vendor FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT template_party_sealer FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT template_party_one CHECK ((organization_id IS NULL) <> (member_id IS NULL))
);

-- Where seals will stand on whatever is uploaded: beside a text, or on a page counted from the front
-- (1 is the first) or from the back (-1 is the last).
CREATE TABLE template_place (
  template_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version     INT NOT NULL,
  position    INT NOT NULL,
  party       ENUM('platform','vendor','sealer') NOT NULL,
  vendor      INT NOT NULL DEFAULT 0,                     -- the n-th vendor of the contract
  seam        BOOLEAN NOT NULL DEFAULT FALSE,             -- a 騎縫章
  page        INT NOT NULL DEFAULT 0,
  x           INT NOT NULL DEFAULT 0,                     -- hundredths of a point, as seal_place has them
  y           INT NOT NULL DEFAULT 0,
  w           INT NOT NULL DEFAULT 0,
  h           INT NOT NULL DEFAULT 0,
  rise        INT NOT NULL DEFAULT 0,
  anchor      VARCHAR(100) NOT NULL DEFAULT '',
  PRIMARY KEY (template_id, version, position),
  UNIQUE KEY template_place_once (template_id, version, party, vendor, seam),
  CONSTRAINT template_place_of FOREIGN KEY (template_id, version) REFERENCES template_version (template_id, version),
  CONSTRAINT template_place_vendor CHECK ((party = 'vendor') = (vendor > 0))
);

ALTER TABLE contract
  ADD COLUMN deadline_days INT NULL,                      -- a draft's; sending makes it the deadline
  ADD CONSTRAINT contract_deadline_days CHECK (deadline_days IS NULL OR deadline_days > 0);

-- What a copy was made of, so that both know of each other; what is due, in the order of its days.
ALTER TABLE contract
  ADD COLUMN copied_from CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN due_on DATE AS (IF(state IN ('vendor_pending','agency_pending'), deadline, NULL)) PERSISTENT,
  ADD KEY contract_copies (copied_from),
  ADD KEY contract_due (handler_id, due_on),
  ADD CONSTRAINT contract_copied FOREIGN KEY (copied_from) REFERENCES contract (id) ON DELETE SET NULL;
-- The contract's due_on, beside its officers.
ALTER TABLE contract_officer
  ADD COLUMN due_on DATE NULL,
  ADD KEY officer_due (member_id, due_on);
-- The contract's deadline, beside those who have to sign; due_open only while they can.
ALTER TABLE sign_task
  ADD COLUMN due_on DATE NULL,
  ADD COLUMN due_open DATE AS (IF(state IN ('ready','read','prepared'), due_on, NULL)) PERSISTENT,
  ADD KEY task_due_member (member_id, due_open),
  ADD KEY task_due_vendor (organization_id, member_id, due_open);
UPDATE contract_officer o JOIN contract c ON c.id = o.contract_id SET o.due_on = c.due_on WHERE c.due_on IS NOT NULL;
UPDATE sign_task t JOIN document d ON d.id = t.document_id JOIN contract c ON c.id = d.contract_id
  SET t.due_on = c.deadline WHERE c.deadline IS NOT NULL;
