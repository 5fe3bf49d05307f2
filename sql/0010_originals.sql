-- A file that was damaged or protected: a tidied copy is what is signed (revision 0), the
-- file as it was uploaded stays beside it.
ALTER TABLE document ADD COLUMN original BINARY(32) NULL,
  ADD CONSTRAINT document_original FOREIGN KEY (original) REFERENCES object (sha256);
