-- The platform's keys and certificates, one after the other. What signs is never in here: place says
-- where it lies, a file below key_dir or a token (RFC 7512); the token's PIN is a file of the host.
--
-- uploaded: and looked at; asked: waits for a second administrator; planned: agreed, takes over at
-- from_at; active; retiring: has been taken over from, can come back until over_at; retired; dropped: never
-- took over, or was taken back. Which key seals is told by from_at alone (backend/domain/base/seal_key.c), so
-- no job has to run at the moment; the states are written down afterwards.
CREATE TABLE platform_key (
  id          CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  state       ENUM('uploaded','asked','planned','active','retiring','retired','dropped') NOT NULL,
  place       VARCHAR(300) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  certificate BLOB NOT NULL,                      -- DER
  chain       MEDIUMBLOB NOT NULL,                -- what stands above it, DER after DER
  sha256      BINARY(32) NOT NULL,                -- of the certificate
  created_by  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- NULL: stands in yinxin.conf
  created_at  DATETIME(3) NOT NULL,
  tested_at   DATETIME(3) NULL,                   -- the last test seal that held
  sample      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL, -- the file of the last test seal
  reason      VARCHAR(500) NOT NULL DEFAULT '',
  asked_by    CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  asked_at    DATETIME(3) NULL,
  decided_by  CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at  DATETIME(3) NULL,
  from_at     DATETIME(3) NULL,                   -- seals from then on
  overlap_days INT NOT NULL DEFAULT 30,           -- so long the one before can come back
  over_at     DATETIME(3) NULL,                   -- of one that was taken over from: until then
  ended_at    DATETIME(3) NULL,                   -- retired or dropped
  is_active   TINYINT AS (IF(state = 'active', 1, NULL)) PERSISTENT,
  is_coming   TINYINT AS (IF(state IN ('asked', 'planned'), 1, NULL)) PERSISTENT,
  UNIQUE KEY platform_key_certificate (sha256),
  UNIQUE KEY platform_key_active (is_active),
  UNIQUE KEY platform_key_coming (is_coming),     -- one change at a time
  KEY platform_key_state (state, from_at),
  CONSTRAINT platform_key_creator FOREIGN KEY (created_by) REFERENCES member (id),
  CONSTRAINT platform_key_asker FOREIGN KEY (asked_by) REFERENCES member (id),
  CONSTRAINT platform_key_decider FOREIGN KEY (decided_by) REFERENCES member (id),
  CONSTRAINT platform_key_moment CHECK (state IN ('uploaded', 'dropped') OR from_at IS NOT NULL),
  CONSTRAINT platform_key_overlap CHECK (overlap_days BETWEEN 1 AND 400),
  CONSTRAINT platform_key_over CHECK (state <> 'retiring' OR over_at IS NOT NULL),
  CONSTRAINT platform_key_second CHECK (state NOT IN ('planned', 'active', 'retiring', 'retired')
    OR created_by IS NULL OR decided_by <> asked_by)
);

-- Clients are listed by name; what waits for a second person is found without looking at the others.
ALTER TABLE client DROP KEY client_list, DROP KEY client_age,
  ADD KEY client_list (organization_id, name, id), ADD KEY client_names (name, id), ADD KEY client_asked (asked_at);
