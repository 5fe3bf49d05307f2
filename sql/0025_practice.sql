-- 實機演練: everybody has a practice of their own: an agency, a vendor and three people whom one plays by
-- turns, with cards that are rows. What they do lives in the same tables as everything else, in
-- organizations of its own: practice_id says whose.

-- One for the whole instance: a CA that nobody trusts, and the platform's seal by it.
CREATE TABLE practice_pki (
  one       TINYINT NOT NULL PRIMARY KEY,
  ca_cert   BLOB NOT NULL,                         -- DER
  ca_key    BLOB NOT NULL,                         -- PKCS #8, DER: it guards nothing
  seal_cert BLOB NOT NULL,
  seal_key  BLOB NOT NULL,
  made_at   DATETIME(3) NOT NULL,
  CONSTRAINT practice_pki_one CHECK (one = 1)
);

CREATE TABLE practice (
  id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  owner_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,   -- NULL: reset; the worker wipes it
  started_at DATETIME(3) NOT NULL,
  used_at    DATETIME(3) NOT NULL,
  UNIQUE KEY practice_owner (owner_id),
  KEY practice_age (used_at),
  CONSTRAINT practice_owner FOREIGN KEY (owner_id) REFERENCES member (id)
);

ALTER TABLE organization
  ADD COLUMN practice_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- NULL: a real one
  ADD KEY organization_practice (practice_id),
  ADD CONSTRAINT organization_practice FOREIGN KEY (practice_id) REFERENCES practice (id),
  DROP CONSTRAINT organization_code_form,
  -- T and as many as a real one has: never the number of a company that there is
  ADD CONSTRAINT organization_code_form CHECK (
    (practice_id IS NOT NULL AND kind <> 'platform' AND code REGEXP '^T[0-9]{7}([0-9]{2})?$') OR
    (practice_id IS NULL AND kind = 'vendor' AND code REGEXP '^[0-9]{8}$') OR
    (practice_id IS NULL AND kind = 'agency' AND code REGEXP '^[0-9A-Z]{10}$') OR
    (practice_id IS NULL AND kind = 'platform'));

-- Who can be played, and their software cards (軟體卡).
CREATE TABLE practice_person (
  practice_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role        ENUM('officer','vendor','sealer') NOT NULL,
  member_id   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  card_cert   BLOB NULL,                           -- DER; NULL: this one has no card
  card_key    BLOB NULL,                           -- PKCS #8, DER
  tries       TINYINT NOT NULL DEFAULT 3,          -- that its PIN has left
  PRIMARY KEY (practice_id, role),
  UNIQUE KEY practice_person_member (member_id),
  CONSTRAINT practice_person_of FOREIGN KEY (practice_id) REFERENCES practice (id),
  CONSTRAINT practice_person_is FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT practice_person_card CHECK ((card_cert IS NULL) = (card_key IS NULL)),
  CONSTRAINT practice_person_tries CHECK (tries BETWEEN 0 AND 3)
);

-- Whom the session plays; NULL: nobody, it is the member's own.
ALTER TABLE session ADD COLUMN plays_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD KEY session_plays (plays_id),
  ADD CONSTRAINT session_plays FOREIGN KEY (plays_id) REFERENCES member (id) ON DELETE SET NULL;

-- Numbers of their own: X and Y instead of D and M.
INSERT INTO counter (name, value) VALUES ('X', 0), ('Y', 0);
ALTER TABLE document DROP CONSTRAINT document_number_form,
  ADD CONSTRAINT document_number_form CHECK (number IS NULL OR number REGEXP '^[DX][0-9]{15}$');
ALTER TABLE message DROP CONSTRAINT message_number_form,
  ADD CONSTRAINT message_number_form CHECK (number REGEXP '^[MY][0-9]{15}$');

-- All that was done in a practice goes with its row.
CREATE TRIGGER practice_wiped BEFORE DELETE ON practice FOR EACH ROW
  BEGIN
    UPDATE contract c JOIN organization o ON o.id = c.organization_id SET c.amends_id = NULL, c.amendment = NULL
      WHERE o.practice_id = OLD.id; -- what points at its own kind first
    UPDATE message m JOIN organization o ON o.id = m.sender_organization_id SET m.original_id = NULL
      WHERE o.practice_id = OLD.id; -- of messages
    UPDATE letter l JOIN organization o ON o.id = l.organization_id SET l.original_id = NULL
      WHERE o.practice_id = OLD.id; -- of letters
    DELETE s FROM signing s JOIN member p ON p.id = s.member_id JOIN organization o ON o.id = p.organization_id
      WHERE o.practice_id = OLD.id; -- with their items
    DELETE u FROM seal_use u JOIN member p ON p.id = u.member_id JOIN organization o ON o.id = p.organization_id
      WHERE o.practice_id = OLD.id; -- pictures on pages
    DELETE r FROM seal_register r JOIN organization o ON o.id = r.organization_id
      WHERE o.practice_id = OLD.id; -- the book of seals
    DELETE r FROM seal_register_last r JOIN organization o ON o.id = r.organization_id
      WHERE o.practice_id = OLD.id; -- its numbers
    DELETE x FROM seal_deputy x JOIN organization o ON o.id = x.organization_id
      WHERE o.practice_id = OLD.id; -- deputies
    DELETE t FROM sign_task t JOIN organization o ON o.id = t.organization_id WHERE o.practice_id = OLD.id; -- tasks
    DELETE a FROM message_document a JOIN message m ON m.id = a.message_id JOIN organization o
      ON o.id = m.sender_organization_id WHERE o.practice_id = OLD.id; -- attachments
    DELETE r FROM message_recipient r JOIN organization o ON o.id = r.organization_id
      WHERE o.practice_id = OLD.id; -- their recipients
    DELETE b FROM outbox b JOIN message m ON m.id = b.message_id JOIN organization o
      ON o.id = m.sender_organization_id WHERE o.practice_id = OLD.id; -- there are none
    DELETE h FROM sign_history h JOIN document d ON d.id = h.document_id LEFT JOIN contract c ON c.id = d.contract_id
      LEFT JOIN letter l ON l.id = d.letter_id JOIN organization o
      ON o.id = COALESCE(c.organization_id, l.organization_id) WHERE o.practice_id = OLD.id; -- signatures
    DELETE d FROM document d LEFT JOIN contract c ON c.id = d.contract_id LEFT JOIN letter l ON l.id = d.letter_id
      JOIN organization o ON o.id = COALESCE(c.organization_id, l.organization_id)
      WHERE o.practice_id = OLD.id; -- with revisions and places
    DELETE r FROM letter_recipient r JOIN letter l ON l.id = r.letter_id JOIN organization o
      ON o.id = l.organization_id WHERE o.practice_id = OLD.id; -- to whom letters go
    DELETE l FROM letter l JOIN organization o ON o.id = l.organization_id WHERE o.practice_id = OLD.id; -- letters
    DELETE m FROM message m JOIN organization o ON o.id = m.sender_organization_id
      WHERE o.practice_id = OLD.id; -- messages
    DELETE v FROM contract_void v JOIN contract c ON c.id = v.contract_id JOIN organization o
      ON o.id = c.organization_id WHERE o.practice_id = OLD.id; -- voids that wait
    DELETE x FROM contract_change x JOIN contract c ON c.id = x.contract_id JOIN organization o
      ON o.id = c.organization_id WHERE o.practice_id = OLD.id; -- what was changed
    DELETE c FROM contract c JOIN organization o ON o.id = c.organization_id WHERE o.practice_id = OLD.id; -- contracts
    DELETE v FROM template_version v JOIN template t ON t.id = v.template_id JOIN organization o
      ON o.id = t.organization_id WHERE o.practice_id = OLD.id; -- what templates said
    DELETE t FROM template t JOIN organization o ON o.id = t.organization_id WHERE o.practice_id = OLD.id; -- templates
    DELETE v FROM seal_version v JOIN seal_picture x ON x.id = v.seal_id JOIN organization o
      ON o.id = x.organization_id WHERE o.practice_id = OLD.id; -- of seal pictures
    DELETE x FROM seal_picture x JOIN organization o ON o.id = x.organization_id WHERE o.practice_id = OLD.id; -- them
    DELETE x FROM certificate x JOIN member p ON p.id = x.member_id JOIN organization o ON o.id = p.organization_id
      WHERE o.practice_id = OLD.id; -- certificates
    DELETE x FROM certificate_challenge x JOIN member p ON p.id = x.member_id JOIN organization o
      ON o.id = p.organization_id WHERE o.practice_id = OLD.id; -- nonces
    DELETE x FROM idempotency x JOIN member p ON p.id = x.member_id JOIN organization o
      ON o.id = p.organization_id WHERE o.practice_id = OLD.id; -- answers
    DELETE x FROM form_draft x JOIN member p ON p.id = x.member_id JOIN organization o
      ON o.id = p.organization_id WHERE o.practice_id = OLD.id; -- what was typed
    DELETE x FROM saved_filter x JOIN member p ON p.id = x.member_id JOIN organization o
      ON o.id = p.organization_id WHERE o.practice_id = OLD.id; -- searches
    DELETE x FROM notice_digest x JOIN member p ON p.id = x.member_id JOIN organization o
      ON o.id = p.organization_id WHERE o.practice_id = OLD.id; -- what a summary would have said
    DELETE FROM member_role WHERE member_id IN (SELECT x.member_id FROM practice_person x
      WHERE x.practice_id = OLD.id); -- roles
    DELETE FROM practice_person WHERE practice_id = OLD.id; -- cards
    DELETE p FROM member p JOIN organization o ON o.id = p.organization_id WHERE o.practice_id = OLD.id; -- people
    DELETE u FROM unit u JOIN organization o ON o.id = u.organization_id WHERE o.practice_id = OLD.id; -- units
    DELETE f FROM list_facet f JOIN list_box b ON b.id = f.box JOIN organization o ON o.id = b.owner
      WHERE o.practice_id = OLD.id; -- bitmaps of lists
    DELETE s FROM list_segment s JOIN list_box b ON b.id = s.box JOIN organization o ON o.id = b.owner
      WHERE o.practice_id = OLD.id; -- their parts
    DELETE b FROM list_box b JOIN organization o ON o.id = b.owner WHERE o.practice_id = OLD.id; -- the boxes
    DELETE e FROM list_entry e JOIN organization o ON o.id = e.owner WHERE o.practice_id = OLD.id; -- lines
    DELETE x FROM list_change x JOIN organization o ON o.id = x.owner WHERE o.practice_id = OLD.id; -- what is due
    DELETE x FROM list_hint x JOIN organization o ON o.id = x.owner WHERE o.practice_id = OLD.id; -- for the worker
    DELETE x FROM list_choice x JOIN organization o ON o.id = x.owner WHERE o.practice_id = OLD.id; -- filters
    DELETE FROM organization WHERE practice_id = OLD.id; -- and themselves
  END;
