-- A nonce for a login by card: given to anybody, good once and for minutes.
CREATE TABLE login_challenge (
  id         CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  nonce      BINARY(32) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  used_at    DATETIME(3) NULL,
  KEY login_challenge_age (expires_at)
);
