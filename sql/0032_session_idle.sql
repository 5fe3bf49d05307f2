-- 0032: how long a session may idle, beside it. To look the parameter up cost each request as much
-- as the session itself; now it is copied when the session is opened or used, and when it changes.
ALTER TABLE session ADD COLUMN idle_minutes SMALLINT UNSIGNED NOT NULL DEFAULT 30 AFTER seen_at;
