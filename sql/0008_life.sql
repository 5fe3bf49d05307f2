-- The other ways that a contract can go: returned and revised, voided, out of time.

-- round counts the sendings: a revision after a return starts the next. A voided draft
-- (one that was sent in an earlier round) has no sent_at.
ALTER TABLE contract
  ADD COLUMN round INT NOT NULL DEFAULT 1,
  ADD COLUMN deadline DATE NULL,                    -- the last day, in Taipei
  ADD COLUMN deadline_hard BOOLEAN NOT NULL DEFAULT FALSE, -- over it is expired; else only marked
  ADD COLUMN reminded_on DATE NULL,                 -- the last automatic reminder
  ADD COLUMN amends_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- 契約變更 of this one,
  ADD COLUMN amendment INT NULL,                    -- the n-th
  ADD KEY contract_deadline (deadline, state),
  ADD UNIQUE KEY contract_amendment (amends_id, amendment),
  ADD CONSTRAINT contract_amends FOREIGN KEY (amends_id) REFERENCES contract (id),
  ADD CONSTRAINT contract_amends_whole CHECK ((amends_id IS NULL) = (amendment IS NULL)),
  DROP CONSTRAINT contract_sent,
  ADD CONSTRAINT contract_sent CHECK (state IN ('draft','sealing','seal_failed','voided') OR sent_at IS NOT NULL);

-- A document of an earlier round stays readable; the contract goes on with its successor.
ALTER TABLE document ADD COLUMN retired_at DATETIME(3) NULL;

ALTER TABLE message MODIFY COLUMN kind
  ENUM('notice','reply','sealing','completed','returned','void_asked','void','expired') NOT NULL;

-- What happened to a contract besides signatures and changes: both sides see it.
CREATE TABLE contract_event (
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position    INT NOT NULL,
  at          DATETIME(3) NOT NULL,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,   -- NULL: the platform
  kind        ENUM('returned','revised','void_asked','void_withdrawn','void','deadline','expired','resumed',
                   'reminded','resent','copied','amended') NOT NULL,
  reason      ENUM('content','amount','party','attachment','authority','other') NULL,
  text        VARCHAR(2000) NOT NULL DEFAULT '',
  PRIMARY KEY (contract_id, position),
  CONSTRAINT event_contract FOREIGN KEY (contract_id) REFERENCES contract (id) ON DELETE CASCADE,
  CONSTRAINT event_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- Where somebody has signed, a second person of the agency has to agree to a void.
CREATE TABLE contract_void (
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason      VARCHAR(2000) NOT NULL,
  asked_at    DATETIME(3) NOT NULL,
  CONSTRAINT void_contract FOREIGN KEY (contract_id) REFERENCES contract (id),
  CONSTRAINT void_member FOREIGN KEY (member_id) REFERENCES member (id)
);
