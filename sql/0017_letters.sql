-- 傳送文件: messages that somebody writes outside a contract. A letter begins as a draft; when
-- it is sent, the message gets its id. Nothing of it is deleted: a draft is discarded, a letter
-- recalled.

ALTER TABLE message MODIFY COLUMN kind
  ENUM('notice','reply','sealing','completed','returned','void_asked','void','expired','letter') NOT NULL;

CREATE TABLE letter (
  id              CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- of the message too
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- who writes it
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state           ENUM('draft','sent','recalled','discarded') NOT NULL DEFAULT 'draft',
  subject         VARCHAR(300) NOT NULL DEFAULT '',
  body            VARCHAR(4000) NOT NULL DEFAULT '',
  contract_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- 關聯契約
  original_id     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- the letter that it answers
  thread_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the first letter of the exchange
  needs_reply     BOOLEAN NOT NULL DEFAULT FALSE,
  needs_signature BOOLEAN NOT NULL DEFAULT FALSE,
  receipt         BOOLEAN NOT NULL DEFAULT FALSE,    -- the writer is told when it is read
  reply_by        DATE NULL,                         -- the last day, in Taipei
  reminded_on     DATE NULL,
  version         INT NOT NULL DEFAULT 1,            -- raised by every event: the row is the lock
  created_at      DATETIME(3) NOT NULL,
  changed_at      DATETIME(3) NOT NULL,
  sent_at         DATETIME(3) NULL,
  recalled_at     DATETIME(3) NULL,
  KEY letter_list (member_id, state, changed_at),
  KEY letter_thread (thread_id, sent_at),
  KEY letter_due (state, reply_by),
  CONSTRAINT letter_member FOREIGN KEY (member_id) REFERENCES member (id),
  CONSTRAINT letter_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT letter_contract FOREIGN KEY (contract_id) REFERENCES contract (id),
  CONSTRAINT letter_original FOREIGN KEY (original_id) REFERENCES letter (id),
  CONSTRAINT letter_sent CHECK ((state IN ('sent','recalled')) = (sent_at IS NOT NULL)),
  CONSTRAINT letter_recalled CHECK ((state = 'recalled') = (recalled_at IS NOT NULL))
);

-- To whom it goes, in the order of message_recipient; it stays when a letter is recalled.
CREATE TABLE letter_recipient (
  letter_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position        INT NOT NULL,
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_id       CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,  -- NULL: a whole vendor
  copy            BOOLEAN NOT NULL,                  -- 副本: nothing is asked of it
  PRIMARY KEY (letter_id, position),
  CONSTRAINT letter_recipient_letter FOREIGN KEY (letter_id) REFERENCES letter (id),
  CONSTRAINT letter_recipient_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
  CONSTRAINT letter_recipient_member FOREIGN KEY (member_id) REFERENCES member (id)
);

-- A document belongs to a contract or to a letter (then: its attachment; retired: taken out again).
ALTER TABLE document MODIFY COLUMN contract_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN letter_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD KEY document_letter (letter_id, position),
  ADD CONSTRAINT document_letter FOREIGN KEY (letter_id) REFERENCES letter (id),
  ADD CONSTRAINT document_of_one CHECK ((contract_id IS NULL) <> (letter_id IS NULL));

-- 'letter': of the writer before it is sent (message_id NULL), of a recipient afterwards.
ALTER TABLE sign_task MODIFY COLUMN kind ENUM('vendor','sealer','letter') NOT NULL,
  DROP CONSTRAINT task_sealer,
  ADD CONSTRAINT task_sealer CHECK (kind <> 'sealer' OR member_id IS NOT NULL);

-- A recalled letter takes its mails back.
ALTER TABLE outbox ADD KEY outbox_message (message_id);

-- Recalled before anybody read it: no list shows it any more.
CREATE TRIGGER recipient_recalled AFTER DELETE ON message_recipient FOR EACH ROW
  DELETE FROM list_entry WHERE ref = OLD.message_id AND position = OLD.position AND kind IN ('R', 'S');
