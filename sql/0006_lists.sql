-- Lists that stay fast at a million rows (docs/decisions/lists.md).
--
-- One row of list_entry is one line that somebody can see in a list: 'R' received
-- (owner: the recipient's organization), 'S' sent (the sender's organization), 'C'
-- contract (the agency). Triggers keep the rows in the event's own transaction,
-- whoever writes. The worker gives the oldest entries a place, 0, 1, 2 …, in blocks of
-- 2048 (segments) and writes for each segment which places have which property
-- (list_facet): a filtered list, its counters and any of its pages are then a few
-- hundred bitmaps. What has no place yet, and what changed since (list_change), is
-- read from the entries themselves, so a list is exact at every moment.
--
-- A session that sets @list_bulk and has the lists made anew afterwards (list_rebuild)
-- spares the triggers their work: loads in bulk, repairs.
--
-- A ';' inside a trigger is followed by a remark: a statement ends with one at a
-- line's end.

CREATE TABLE list_entry (
  kind     CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  place    INT UNSIGNED NOT NULL DEFAULT 4294967295, -- the maximum: none yet
  ref      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- message or contract
  position INT NOT NULL DEFAULT 0,                  -- of the recipient in the message
  at       DATETIME(3) NOT NULL,                    -- sorted by this,
  turn     INT UNSIGNED NOT NULL DEFAULT 0,         -- then by this: the running part of a message number
  member   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- R: to whom ('': all), S, C: from whom
  party    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '', -- the other side's organization
  sealing  BOOLEAN NOT NULL DEFAULT FALSE,          -- R: a sealing task
  unread   BOOLEAN NOT NULL DEFAULT FALSE,          -- R
  owed     INT NOT NULL DEFAULT 0,                  -- R: signatures that are still owed
  undone   INT NOT NULL DEFAULT 0,                  -- R: tasks that this recipient did not sign
  state    TINYINT UNSIGNED NOT NULL DEFAULT 0,     -- C: position in the ENUM of contract.state
  text     VARCHAR(410) COLLATE utf8mb4_bin NOT NULL DEFAULT '', -- searched: two texts, a line end between
  extra    VARCHAR(50) COLLATE utf8mb4_bin NOT NULL DEFAULT '',  -- C: 採購案號, searched on its own
  PRIMARY KEY (kind, owner, place, ref, position),
  UNIQUE KEY list_entry_of (ref, kind, position)
);

-- How far the places of a list go. version is raised by every change of places and
-- facets, in the same transaction: a reader that finds it changed reads again.
CREATE TABLE list_box (
  id      INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind    CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ranked  INT UNSIGNED NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 0,
  UNIQUE KEY list_box_of (kind, owner)
);

CREATE TABLE list_segment (
  box     INT UNSIGNED NOT NULL,
  segment INT UNSIGNED NOT NULL,
  min_at  DATETIME(3) NOT NULL,
  max_at  DATETIME(3) NOT NULL,
  PRIMARY KEY (box, segment)
);

-- Which places of a segment have a property: up to 127 offsets of two bytes (low byte
-- first), or a bitmap of 256 bytes.
CREATE TABLE list_facet (
  box     INT UNSIGNED NOT NULL,
  facet   BIGINT NOT NULL,
  segment INT UNSIGNED NOT NULL,
  bits    VARBINARY(256) NOT NULL,
  PRIMARY KEY (box, facet, segment),
  KEY list_facet_segment (box, segment)
);

-- Entries with a place that changed since the worker looked. deep: more than a flag.
CREATE TABLE list_change (
  id    BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind  CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  place INT UNSIGNED NOT NULL,
  deep  BOOLEAN NOT NULL DEFAULT FALSE,
  KEY list_change_of (kind, owner)
);

-- Lists that a reader found long enough for places.
CREATE TABLE list_hint (
  kind  CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (kind, owner)
);

-- Organizations that a list's filter can name. 'K': those of sealing tasks.
CREATE TABLE list_choice (
  kind   CHAR(1) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  party  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (kind, owner, member, party)
);

CREATE TRIGGER list_entry_changed AFTER UPDATE ON list_entry FOR EACH ROW
  IF @list_bulk IS NULL AND OLD.place = NEW.place AND NEW.place <> 4294967295 THEN
    INSERT INTO list_change (kind, owner, place, deep) VALUES (NEW.kind, NEW.owner, NEW.place,
      NEW.text <> OLD.text OR NEW.extra <> OLD.extra OR NEW.member <> OLD.member); -- a flag is not deep
  END IF;

CREATE TRIGGER list_entry_gone AFTER DELETE ON list_entry FOR EACH ROW
  IF @list_bulk IS NULL AND OLD.place <> 4294967295 THEN
    INSERT INTO list_change (kind, owner, place, deep) VALUES (OLD.kind, OLD.owner, OLD.place, TRUE); -- a hole
  END IF;

CREATE TRIGGER recipient_listed AFTER INSERT ON message_recipient FOR EACH ROW
  BEGIN
    DECLARE from_organization, from_member CHAR(32) CHARACTER SET ascii COLLATE ascii_bin; -- the sender
    DECLARE sent DATETIME(3); -- when
    DECLARE running INT UNSIGNED; -- part of its number
    DECLARE asks BOOLEAN; -- for a seal
    DECLARE words VARCHAR(410) COLLATE utf8mb4_bin; -- that are searched
    IF @list_bulk IS NULL THEN
      SELECT m.sender_organization_id, COALESCE(m.sender_id, ''), m.sent_at, SUBSTR(m.number, 10), m.kind = 'sealing',
          CONCAT(m.subject, '\n', COALESCE(c.title, ''))
        INTO from_organization, from_member, sent, running, asks, words
        FROM message m LEFT JOIN contract c ON c.id = m.contract_id WHERE m.id = NEW.message_id; -- once
      INSERT INTO list_entry (kind, owner, ref, position, at, turn, member, party, sealing, unread, text) VALUES
        ('R', NEW.organization_id, NEW.message_id, NEW.position, sent, running, COALESCE(NEW.member_id, ''),
          from_organization, asks, NEW.read_at IS NULL, words),
        ('S', from_organization, NEW.message_id, NEW.position, sent, running, from_member,
          NEW.organization_id, FALSE, FALSE, words); -- received, sent
      INSERT IGNORE INTO list_choice (kind, owner, member, party) VALUES
        ('R', NEW.organization_id, COALESCE(NEW.member_id, ''), from_organization),
        ('S', from_organization, from_member, NEW.organization_id); -- what filters offer
      IF asks THEN
        INSERT IGNORE INTO list_choice (kind, owner, member, party) VALUES
          ('K', NEW.organization_id, COALESCE(NEW.member_id, ''), from_organization); -- of sealing tasks
      END IF; -- no
    END IF; -- all
  END;

CREATE TRIGGER recipient_read AFTER UPDATE ON message_recipient FOR EACH ROW
  IF (NEW.read_at IS NULL) <> (OLD.read_at IS NULL) THEN
    UPDATE list_entry SET unread = NEW.read_at IS NULL
      WHERE ref = NEW.message_id AND kind = 'R' AND position = NEW.position; -- read, for whoever shares the row
  END IF;

CREATE TRIGGER task_listed AFTER INSERT ON sign_task FOR EACH ROW
  IF @list_bulk IS NULL AND NEW.message_id IS NOT NULL THEN
    UPDATE list_entry SET owed = owed + (NEW.state IN ('ready', 'read', 'prepared')),
      undone = undone + (NEW.state <> 'signed')
      WHERE ref = NEW.message_id AND kind = 'R' AND owner = NEW.organization_id
      AND member = COALESCE(NEW.member_id, ''); -- the recipient who is asked
  END IF;

CREATE TRIGGER task_moved AFTER UPDATE ON sign_task FOR EACH ROW
  BEGIN
    IF OLD.message_id IS NULL AND NEW.message_id IS NOT NULL THEN
      UPDATE list_entry SET owed = owed + (NEW.state IN ('ready', 'read', 'prepared')),
        undone = undone + (NEW.state <> 'signed')
        WHERE ref = NEW.message_id AND kind = 'R' AND owner = NEW.organization_id
        AND member = COALESCE(NEW.member_id, ''); -- woken
    ELSEIF NEW.state <> OLD.state AND NEW.message_id IS NOT NULL
      AND ((NEW.state IN ('ready', 'read', 'prepared')) <> (OLD.state IN ('ready', 'read', 'prepared'))
        OR (NEW.state <> 'signed') <> (OLD.state <> 'signed')) THEN
      UPDATE list_entry
        SET owed = owed + (NEW.state IN ('ready', 'read', 'prepared')) - (OLD.state IN ('ready', 'read', 'prepared')),
          undone = undone + (NEW.state <> 'signed') - (OLD.state <> 'signed')
        WHERE ref = NEW.message_id AND kind = 'R' AND owner = NEW.organization_id
        AND member = COALESCE(NEW.member_id, ''); -- signed, superseded, given back
    END IF; -- nothing that a list shows
  END;

CREATE TRIGGER contract_listed AFTER INSERT ON contract FOR EACH ROW
  IF @list_bulk IS NULL THEN
    INSERT INTO list_entry (kind, owner, ref, at, member, state, text, extra)
      VALUES ('C', NEW.organization_id, NEW.id, NEW.created_at, NEW.handler_id, NEW.state + 0,
        CONCAT(NEW.number, '\n', NEW.title), NEW.case_number); -- its line
  END IF;

CREATE TRIGGER contract_relisted AFTER UPDATE ON contract FOR EACH ROW
  BEGIN
    IF NEW.state <> OLD.state OR NEW.handler_id <> OLD.handler_id OR BINARY NEW.number <> BINARY OLD.number
      OR BINARY NEW.title <> BINARY OLD.title OR BINARY NEW.case_number <> BINARY OLD.case_number THEN
      UPDATE list_entry SET member = NEW.handler_id, state = NEW.state + 0, text = CONCAT(NEW.number, '\n', NEW.title),
        extra = NEW.case_number WHERE ref = NEW.id AND kind = 'C' AND position = 0; -- its own line
    END IF; -- and
    IF BINARY NEW.title <> BINARY OLD.title THEN
      UPDATE message m JOIN list_entry e ON e.ref = m.id SET e.text = CONCAT(m.subject, '\n', NEW.title)
        WHERE m.contract_id = NEW.id; -- those of its messages
    END IF; -- only
  END;

CREATE TRIGGER contract_unlisted AFTER DELETE ON contract FOR EACH ROW
  DELETE FROM list_entry WHERE ref = OLD.id AND kind = 'C' AND position = 0;

CREATE TRIGGER officer_listed AFTER INSERT ON contract_officer FOR EACH ROW
  INSERT INTO list_change (kind, owner, place, deep) SELECT kind, owner, place, TRUE FROM list_entry
    WHERE @list_bulk IS NULL AND ref = NEW.contract_id AND kind = 'C' AND position = 0 AND place <> 4294967295;

CREATE TRIGGER officer_unlisted AFTER DELETE ON contract_officer FOR EACH ROW
  INSERT INTO list_change (kind, owner, place, deep) SELECT kind, owner, place, TRUE FROM list_entry
    WHERE ref = OLD.contract_id AND kind = 'C' AND position = 0 AND place <> 4294967295;

CREATE TRIGGER vendor_listed AFTER INSERT ON contract_vendor FOR EACH ROW
  INSERT INTO list_change (kind, owner, place, deep) SELECT kind, owner, place, TRUE FROM list_entry
    WHERE @list_bulk IS NULL AND ref = NEW.contract_id AND kind = 'C' AND position = 0 AND place <> 4294967295;

CREATE TRIGGER vendor_unlisted AFTER DELETE ON contract_vendor FOR EACH ROW
  INSERT INTO list_change (kind, owner, place, deep) SELECT kind, owner, place, TRUE FROM list_entry
    WHERE ref = OLD.contract_id AND kind = 'C' AND position = 0 AND place <> 4294967295;

-- What is there already.
INSERT IGNORE INTO list_entry (kind, owner, ref, position, at, turn, member, party, sealing, unread, owed, undone, text)
  SELECT 'R', r.organization_id, m.id, r.position, m.sent_at, SUBSTR(m.number, 10), COALESCE(r.member_id, ''),
    m.sender_organization_id, m.kind = 'sealing', r.read_at IS NULL,
    (SELECT COUNT(*) FROM sign_task t WHERE t.message_id = m.id AND t.organization_id = r.organization_id
      AND t.member_id <=> r.member_id AND t.state IN ('ready', 'read', 'prepared')),
    (SELECT COUNT(*) FROM sign_task t WHERE t.message_id = m.id AND t.organization_id = r.organization_id
      AND t.member_id <=> r.member_id AND t.state <> 'signed'),
    CONCAT(m.subject, '\n', COALESCE(c.title, ''))
  FROM message_recipient r JOIN message m ON m.id = r.message_id LEFT JOIN contract c ON c.id = m.contract_id;

INSERT IGNORE INTO list_entry (kind, owner, ref, position, at, turn, member, party, text)
  SELECT 'S', m.sender_organization_id, m.id, r.position, m.sent_at, SUBSTR(m.number, 10), COALESCE(m.sender_id, ''),
    r.organization_id, CONCAT(m.subject, '\n', COALESCE(c.title, ''))
  FROM message_recipient r JOIN message m ON m.id = r.message_id LEFT JOIN contract c ON c.id = m.contract_id;

INSERT IGNORE INTO list_entry (kind, owner, ref, at, member, state, text, extra)
  SELECT 'C', organization_id, id, created_at, handler_id, state + 0, CONCAT(number, '\n', title), case_number
  FROM contract;

INSERT IGNORE INTO list_choice (kind, owner, member, party)
  SELECT DISTINCT kind, owner, member, party FROM list_entry WHERE kind IN ('R', 'S')
  UNION SELECT DISTINCT 'K', owner, member, party FROM list_entry WHERE kind = 'R' AND sealing;
