-- Two agencies become one (機關整併): what the old one had goes over to the new one, and its code stays as a closed
-- entry that points there.

-- successor_id: the agency that goes on for it; always one that goes on itself, so a second merger moves it.
-- was_id: under whose name and number something was made, where that is not the agency that has it; ''
-- nobody else. Numbers of contracts and codes of closed units stay unique among those of one giver.
ALTER TABLE organization
  ADD COLUMN successor_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD KEY organization_former (successor_id),
  ADD CONSTRAINT organization_successor FOREIGN KEY (successor_id) REFERENCES organization (id),
  ADD CONSTRAINT organization_succeeded CHECK (successor_id IS NULL OR closed_at IS NOT NULL);
ALTER TABLE unit
  ADD COLUMN successor_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN was_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  ADD UNIQUE KEY unit_code_of (organization_id, was_id, code),
  DROP KEY unit_code,
  ADD CONSTRAINT unit_successor FOREIGN KEY (successor_id) REFERENCES unit (id),
  ADD CONSTRAINT unit_was CHECK (was_id = '' OR closed_at IS NOT NULL);
ALTER TABLE contract
  ADD COLUMN was_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  DROP KEY contract_number,
  ADD UNIQUE KEY contract_number (organization_id, was_id, number);
ALTER TABLE message ADD COLUMN was_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE message_recipient ADD COLUMN was_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

ALTER TABLE organization_event MODIFY COLUMN kind
  ENUM('created','renamed','moved','merged','closed','opened','joined') NOT NULL;
ALTER TABLE contract_event MODIFY COLUMN kind
  ENUM('returned','revised','void_asked','void_withdrawn','void','deadline','expired','resumed',
       'reminded','resent','copied','amended','assigned','deputy','destroyed','merged') NOT NULL;

-- A merger: one administrator of the platform asks, a second one agrees, the worker does it in one
-- transaction. waits: what it has to wait for, a word.
CREATE TABLE agency_merge (
  id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  from_id    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  into_id    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason     VARCHAR(500) NOT NULL,
  state      ENUM('asked','agreed','done','refused','withdrawn','failed') NOT NULL DEFAULT 'asked',
  waits      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  asked_by   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_at   DATETIME(3) NOT NULL,
  decided_by CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at DATETIME(3) NULL,
  done_at    DATETIME(3) NULL,
  looked_at  DATETIME(3) NULL,                      -- when stragglers were last looked for
  is_open    TINYINT AS (IF(state IN ('asked','agreed'), 1, NULL)) PERSISTENT,
  UNIQUE KEY agency_merge_once (from_id, is_open),  -- one at a time
  KEY agency_merge_state (state, decided_at),
  KEY agency_merge_list (asked_at, id),
  CONSTRAINT agency_merge_from FOREIGN KEY (from_id) REFERENCES organization (id),
  CONSTRAINT agency_merge_into FOREIGN KEY (into_id) REFERENCES organization (id),
  CONSTRAINT agency_merge_asker FOREIGN KEY (asked_by) REFERENCES member (id),
  CONSTRAINT agency_merge_decider FOREIGN KEY (decided_by) REFERENCES member (id),
  CONSTRAINT agency_merge_two CHECK (from_id <> into_id),
  CONSTRAINT agency_merge_decided CHECK ((state = 'asked') = (decided_at IS NULL)),
  CONSTRAINT agency_merge_second CHECK (state NOT IN ('agreed','done') OR decided_by <> asked_by),
  CONSTRAINT agency_merge_done CHECK ((state = 'done') = (done_at IS NOT NULL))
);

-- What becomes of a unit whose code the new agency has too: it joins one of its units, or gets another code.
CREATE TABLE agency_merge_unit (
  merge_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  unit_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  into_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  code     CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (merge_id, unit_id),
  CONSTRAINT merge_unit_of FOREIGN KEY (merge_id) REFERENCES agency_merge (id) ON DELETE CASCADE,
  CONSTRAINT merge_unit_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  CONSTRAINT merge_unit_into FOREIGN KEY (into_id) REFERENCES unit (id),
  CONSTRAINT merge_unit_one CHECK ((into_id IS NULL) <> (code IS NULL)),
  CONSTRAINT merge_unit_code CHECK (code IS NULL OR code REGEXP '^[0-9]{4}$')
);

-- A line whose other side is another organization now is looked at anew as a whole.
DROP TRIGGER list_entry_changed;
CREATE TRIGGER list_entry_changed AFTER UPDATE ON list_entry FOR EACH ROW
  IF @list_bulk IS NULL AND OLD.place = NEW.place AND NEW.place <> 4294967295 THEN
    INSERT INTO list_change (kind, owner, place, deep) VALUES (NEW.kind, NEW.owner, NEW.place,
      NEW.text <> OLD.text OR NEW.extra <> OLD.extra OR NEW.member <> OLD.member OR NEW.party <> OLD.party); -- deep
  END IF;
