-- 保存年限, 銷毀 and 保全: how long a contract that is over is kept, the lists on which two people agree
-- that its files go, and holds that stop it all.

-- ended_at: completed, voided or expired; its time runs from then on. keep_open is the due day of what
-- is on no list yet and that nothing stops.
ALTER TABLE contract
  ADD COLUMN ended_at DATETIME(3) NULL,
  ADD COLUMN keep_until DATE NULL,                 -- the last day, in Taipei; NULL: for ever, or not computed yet
  ADD COLUMN keep_longer DATE NULL,                -- who looked at a list kept it at least so long
  ADD COLUMN keep_stale TINYINT NULL,              -- 1: keep_until has to be computed (by the worker)
  ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN listed BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN destroyed_at DATETIME(3) NULL,
  ADD COLUMN touched_at DATETIME(3) NULL,          -- the last change
  ADD COLUMN keep_open DATE AS (IF(held OR listed OR destroyed_at IS NOT NULL, NULL, keep_until)) PERSISTENT,
  ADD KEY contract_stale (keep_stale, id),
  ADD KEY contract_over (keep_open),
  ADD KEY contract_of (organization_id, id),
  ADD KEY contract_untouched (state, touched_at);

UPDATE contract c SET c.touched_at = UTC_TIMESTAMP(3), c.ended_at = IF(c.completed_at IS NOT NULL, c.completed_at,
    IF(c.state IN ('voided', 'expired'), COALESCE((SELECT MAX(e.at) FROM contract_event e
      WHERE e.contract_id = c.id AND e.kind IN ('void', 'expired')), c.created_at), NULL)),
  c.keep_stale = IF(c.ended_at IS NULL, NULL, 1);

ALTER TABLE contract_event MODIFY COLUMN kind
  ENUM('returned','revised','void_asked','void_withdrawn','void','deadline','expired','resumed',
       'reminded','resent','copied','amended','assigned','deputy','destroyed') NOT NULL;

-- A document whose files are gone keeps its row, and so do its revisions: with their digests.
ALTER TABLE document ADD COLUMN destroyed_at DATETIME(3) NULL;
-- gone_at: the store has it no more.
ALTER TABLE object ADD COLUMN gone_at DATETIME(3) NULL;

-- 保全: nothing of the contract goes as long as one of these is not lifted. It counts from the moment that
-- somebody asks for it; a second person of the agency confirms it, and agrees to lifting it.
CREATE TABLE legal_hold (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  contract_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,     -- NULL: a draft that was discarded later
  number          VARCHAR(50) NOT NULL,            -- of the contract, as it was then
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the contract's agency
  case_number     VARCHAR(100) NOT NULL,           -- of the court, the auditors, the office
  reason          VARCHAR(500) NOT NULL,
  state           ENUM('asked','held','refused','lift_asked','lifted') NOT NULL DEFAULT 'asked',
  asked_by        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_at        DATETIME(3) NOT NULL,
  decided_by      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,     -- confirmed or refused
  decided_at      DATETIME(3) NULL,
  lift_reason     VARCHAR(500) NOT NULL DEFAULT '',
  lift_asked_by   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  lift_asked_at   DATETIME(3) NULL,
  lifted_by       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  lifted_at       DATETIME(3) NULL,
  KEY hold_contract (contract_id, state),
  KEY hold_list (organization_id, asked_at, id),
  KEY hold_all (asked_at, id),
  CONSTRAINT hold_of FOREIGN KEY (contract_id) REFERENCES contract (id) ON DELETE SET NULL,
  CONSTRAINT hold_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT hold_asker FOREIGN KEY (asked_by) REFERENCES member (id),
  CONSTRAINT hold_decider FOREIGN KEY (decided_by) REFERENCES member (id),
  CONSTRAINT hold_lift_asker FOREIGN KEY (lift_asked_by) REFERENCES member (id),
  CONSTRAINT hold_lifter FOREIGN KEY (lifted_by) REFERENCES member (id),
  CONSTRAINT hold_decided CHECK ((state = 'asked') = (decided_at IS NULL)),
  CONSTRAINT hold_second CHECK (state = 'refused' OR decided_by IS NULL OR decided_by <> asked_by),
  CONSTRAINT hold_lift CHECK (state NOT IN ('lift_asked','lifted') OR lift_asked_at IS NOT NULL),
  CONSTRAINT hold_lifted CHECK ((state = 'lifted') = (lifted_at IS NOT NULL)),
  CONSTRAINT hold_lift_second CHECK (lifted_by IS NULL OR lifted_by <> lift_asked_by)
);

-- 銷毀清冊: the worker collects what is due on an open one; who looked at it proposes it, a second person
-- approves it, and only then the worker destroys.
CREATE TABLE destruction_list (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state           ENUM('open','proposed','approved','done') NOT NULL DEFAULT 'open',
  items           INT NOT NULL DEFAULT 0,          -- positions given out
  made_at         DATETIME(3) NOT NULL,
  reason          VARCHAR(500) NOT NULL DEFAULT '', -- and the number of the approval (核准文號)
  proposed_by     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  proposed_at     DATETIME(3) NULL,
  approved_by     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  approved_at     DATETIME(3) NULL,
  refused_by      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- the last time
  refusal         VARCHAR(500) NOT NULL DEFAULT '',
  done_at         DATETIME(3) NULL,
  KEY destruction_of (organization_id, state, made_at),
  KEY destruction_one (organization_id, made_at, id),
  KEY destruction_all (made_at, id),
  KEY destruction_due (state, approved_at),
  CONSTRAINT destruction_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT destruction_proposer FOREIGN KEY (proposed_by) REFERENCES member (id),
  CONSTRAINT destruction_approver FOREIGN KEY (approved_by) REFERENCES member (id),
  CONSTRAINT destruction_refuser FOREIGN KEY (refused_by) REFERENCES member (id),
  CONSTRAINT destruction_proposed CHECK (state = 'open' OR (proposed_by IS NOT NULL AND proposed_at IS NOT NULL)),
  CONSTRAINT destruction_approved CHECK ((state IN ('approved','done')) = (approved_at IS NOT NULL)),
  CONSTRAINT destruction_done CHECK ((state = 'done') = (done_at IS NOT NULL)),
  CONSTRAINT destruction_second CHECK (approved_by IS NULL OR approved_by <> proposed_by)
);

-- A line of it. What was destroyed leaves this for ever: number, name, parties, digests, when.
CREATE TABLE destruction_item (
  list_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position    INT NOT NULL,
  contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number      VARCHAR(50) NOT NULL,                -- as it was then, like all that follows
  title       VARCHAR(100) NOT NULL,
  parties     VARCHAR(2000) NOT NULL,
  kind        ENUM('completed','ended') NOT NULL,
  ended_on    DATE NOT NULL,
  period      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- years
  keep_until  DATE NOT NULL,
  state       ENUM('listed','kept','held','destroyed') NOT NULL DEFAULT 'listed',
  note        VARCHAR(500) NOT NULL DEFAULT '',    -- why it was kept
  decided_by  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- who took it off
  files       INT NULL,                            -- that it had
  bytes       BIGINT NULL,
  digest      BINARY(32) NULL,                     -- SHA-256 of this and of the files' digests; in the audit too
  destroyed_at DATETIME(3) NULL,
  PRIMARY KEY (list_id, position),
  KEY destruction_item_state (list_id, state, position),
  KEY destruction_item_of (contract_id),
  CONSTRAINT destruction_item_list FOREIGN KEY (list_id) REFERENCES destruction_list (id),
  CONSTRAINT destruction_item_contract FOREIGN KEY (contract_id) REFERENCES contract (id),
  CONSTRAINT destruction_item_decider FOREIGN KEY (decided_by) REFERENCES member (id),
  CONSTRAINT destruction_item_destroyed CHECK (
    (state = 'destroyed') = (destroyed_at IS NOT NULL AND digest IS NOT NULL))
);

-- The files that a line had.
CREATE TABLE destroyed_file (
  list_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position INT NOT NULL,
  file     INT NOT NULL,
  number   CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,   -- of the document
  name     VARCHAR(200) NOT NULL,
  revision INT NOT NULL,
  what     ENUM('original','revision','kept','sheet') NOT NULL,
  sha256   BINARY(32) NOT NULL,
  size     BIGINT NOT NULL,
  PRIMARY KEY (list_id, position, file),
  CONSTRAINT destroyed_file_of FOREIGN KEY (list_id, position) REFERENCES destruction_item (list_id, position)
);

-- A period was changed: the contracts of that place are computed anew, some at a time.
CREATE TABLE retention_recount (
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- '': all
  after_id        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
);
