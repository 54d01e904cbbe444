-- What the new tables must hold, written without naru.
SELECT id, post_id, CASE generation WHEN 1 THEN author ELSE json_value(payload, '$.who') END AS author,
  date_format(created, '%Y-%m-%d %H:%i:%s') AS created,
  CASE generation WHEN 1 THEN text ELSE json_value(payload, '$.body') END AS body, likes
FROM comment_v1
