-- 0026: rests. A search of a long list looks at every field of a line: numbers, names of people and
-- organizations, what a message says, documents. Words that a line does not carry itself are
-- read where they are (backend/domain/list/list_said.h); what can change below a
-- line that has a place is noted for the worker here, names by list_renamed().

-- Whose lists name an organization.
ALTER TABLE list_choice ADD KEY list_choice_party (party);

-- A contract's numbers stand in the lines of its messages, too.
CREATE TRIGGER contract_renumbered AFTER UPDATE ON contract FOR EACH ROW
  IF BINARY NEW.number <> BINARY OLD.number OR BINARY NEW.case_number <> BINARY OLD.case_number THEN
    INSERT INTO list_change (kind, owner, place, deep) SELECT e.kind, e.owner, e.place, TRUE
      FROM message m JOIN list_entry e ON e.ref = m.id
      WHERE m.contract_id = NEW.id AND e.place <> 4294967295; -- the lines of its messages
  END IF;

CREATE TRIGGER document_listed AFTER INSERT ON document FOR EACH ROW
  INSERT INTO list_change (kind, owner, place, deep) SELECT kind, owner, place, TRUE FROM list_entry
    WHERE @list_bulk IS NULL AND ref = NEW.contract_id AND kind = 'C' AND position = 0 AND place <> 4294967295;

CREATE TRIGGER document_relisted AFTER UPDATE ON document FOR EACH ROW
  IF NOT NEW.number <=> OLD.number OR BINARY NEW.name <> BINARY OLD.name THEN
    INSERT INTO list_change (kind, owner, place, deep) SELECT kind, owner, place, TRUE FROM list_entry
      WHERE ref = NEW.contract_id AND kind = 'C' AND position = 0 AND place <> 4294967295; -- its contract's line
  END IF;

CREATE TRIGGER document_unlisted AFTER DELETE ON document FOR EACH ROW
  INSERT INTO list_change (kind, owner, place, deep) SELECT kind, owner, place, TRUE FROM list_entry
    WHERE ref = OLD.contract_id AND kind = 'C' AND position = 0 AND place <> 4294967295;

-- Objects that nothing names any more: the worker marks them, and later takes them away. The letter
-- of an authority is an object like the others.
ALTER TABLE object ADD COLUMN unused_at DATETIME(3) NULL, ADD KEY object_unused (unused_at);
ALTER TABLE signing_authority ADD CONSTRAINT authority_letter FOREIGN KEY (letter_sha256) REFERENCES object (sha256);

-- A template knows a place for each of the agency's seals, as a contract does (0020).
ALTER TABLE template_place
  ADD COLUMN nth INT NOT NULL DEFAULT 1 AFTER vendor,
  DROP KEY template_place_once,
  ADD UNIQUE KEY template_place_once (template_id, version, party, vendor, nth, seam),
  ADD CONSTRAINT template_place_nth CHECK (nth = 1 OR (party = 'sealer' AND nth BETWEEN 2 AND 20));

-- What goes with a letter may be more than PDF: such a file is kept and handed on, never signed.
ALTER TABLE document
  ADD COLUMN format VARCHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pdf' AFTER position,
  DROP CONSTRAINT document_pages,
  ADD CONSTRAINT document_pages CHECK ((format = 'pdf') = (pages > 0) AND pages >= 0),
  ADD CONSTRAINT document_format CHECK (format = 'pdf' OR letter_id IS NOT NULL);

-- What has a place already is looked at once more by the worker.
INSERT INTO list_change (kind, owner, place, deep)
  SELECT b.kind, b.owner, s.segment * 2048, TRUE FROM list_segment s JOIN list_box b ON b.id = s.box;
