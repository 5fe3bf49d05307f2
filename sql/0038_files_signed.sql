-- Attachments that are no PDF are signed apart (CAdES): revision 0 of such a document is the file,
-- each later one a signature of it. What awaits a signature is the file itself, without a hole.

ALTER TABLE signing_item DROP CONSTRAINT item_hole,
  ADD CONSTRAINT item_hole CHECK ((0 < hole_start AND hole_start < hole_end AND hole_end < total)
    OR (0 < total AND hole_start = total AND hole_end = total));

-- Their writers may sign those of the drafts that there are.
INSERT INTO sign_task (id, document_id, kind, organization_id, member_id, field, state)
  SELECT REPLACE(UUID(), '-', ''), d.id, 'letter', l.organization_id, l.member_id,
    CONCAT('YinxinLetter', LEFT(l.id, 12), '_0'), 'ready' FROM document d JOIN letter l ON l.id = d.letter_id
  WHERE d.format <> 'pdf' AND d.retired_at IS NULL AND l.state = 'draft'
    AND NOT EXISTS (SELECT 1 FROM sign_task t WHERE t.document_id = d.id AND t.message_id IS NULL);
