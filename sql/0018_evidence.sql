-- 證明頁: a sealed sheet about one revision of a document that everybody has signed. Its
-- code, typed on the public page, tells the digest of the file, and nothing of its content.
CREATE TABLE evidence (
  code         CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- Crockford's base32, random
  document_id  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  revision     INT NOT NULL,
  sheet_sha256 BINARY(32) NOT NULL,                -- the sheet's object in the store
  made_at      DATETIME(3) NOT NULL,
  UNIQUE KEY evidence_once (document_id, revision),
  CONSTRAINT evidence_revision FOREIGN KEY (document_id, revision)
    REFERENCES document_revision (document_id, revision),
  CONSTRAINT evidence_sheet FOREIGN KEY (sheet_sha256) REFERENCES object (sha256)
);
