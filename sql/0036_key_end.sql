-- The overlap of two keys of the platform can be ended before its time: one administrator asks, with a reason,
-- another one agrees; then the old key is retired and can't come back.
ALTER TABLE platform_key
  ADD COLUMN end_asked_by   CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN end_asked_at   DATETIME(3) NULL,
  ADD COLUMN end_reason     VARCHAR(500) NOT NULL DEFAULT '',
  ADD COLUMN end_decided_by CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD CONSTRAINT platform_key_end_asker FOREIGN KEY (end_asked_by) REFERENCES member (id),
  ADD CONSTRAINT platform_key_end_decider FOREIGN KEY (end_decided_by) REFERENCES member (id),
  ADD CONSTRAINT platform_key_end_asked CHECK ((end_asked_by IS NULL) = (end_asked_at IS NULL)),
  ADD CONSTRAINT platform_key_end_second CHECK (end_decided_by IS NULL OR
    (end_asked_by IS NOT NULL AND end_decided_by <> end_asked_by));
