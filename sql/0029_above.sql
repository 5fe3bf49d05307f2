-- What counts for an agency where it has set nothing itself is what the agency above it has set, and so on up.

-- Which agencies stand above one: distance 1 is its parent. Kept by whoever changes a parent.
CREATE TABLE organization_above (
  organization_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  above_id        CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  distance        INT NOT NULL,
  PRIMARY KEY (organization_id, above_id),
  KEY above_below (above_id, organization_id),
  CONSTRAINT above_of FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE CASCADE,
  CONSTRAINT above_is FOREIGN KEY (above_id) REFERENCES organization (id) ON DELETE CASCADE,
  CONSTRAINT above_distance CHECK (distance > 0)
);
INSERT INTO organization_above (organization_id, above_id, distance)
  WITH RECURSIVE up (organization_id, above_id, distance) AS (
    SELECT id, parent_id, 1 FROM organization WHERE parent_id IS NOT NULL
    UNION ALL SELECT u.organization_id, o.parent_id, u.distance + 1 FROM up u JOIN organization o ON o.id = u.above_id
      WHERE o.parent_id IS NOT NULL AND u.distance < 50)
  SELECT organization_id, above_id, distance FROM up;
