-- 0011: what has no place lies in the order in which it is shown, so that a page of it
-- is read and not sorted.
ALTER TABLE list_entry DROP PRIMARY KEY,
  ADD PRIMARY KEY (kind, owner, place, at DESC, turn DESC, position, ref);
