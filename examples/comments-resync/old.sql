-- Comments of two generations: the first in columns, the second as JSON.
CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE comment_v1 (
  id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES post (id), generation INTEGER NOT NULL,
  author TEXT, text TEXT, payload TEXT, likes INTEGER NOT NULL DEFAULT 0, created TEXT NOT NULL
);
