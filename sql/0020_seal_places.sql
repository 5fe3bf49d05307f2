-- 0020: where several of the agency seal, each seal has a place of its own: nth in the order in
-- which they seal, as its field in the file.
ALTER TABLE seal_place
  ADD COLUMN nth INT NOT NULL DEFAULT 1 AFTER organization_id,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (document_id, party, organization_id, nth, seam),
  ADD CONSTRAINT place_nth CHECK (nth = 1 OR (party = 'sealer' AND nth BETWEEN 2 AND 20));
