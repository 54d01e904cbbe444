-- What the new tables must hold, written without naru: `old` is the old database.
SELECT id, post_id, CASE generation WHEN 1 THEN author ELSE payload ->> 'who' END AS author, created,
  CASE generation WHEN 1 THEN text ELSE payload ->> 'body' END AS body, likes
FROM old.comment_v1
