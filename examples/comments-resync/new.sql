CREATE TABLE comment (id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, author TEXT NOT NULL, created TEXT NOT NULL);
CREATE TABLE comment_body (comment_id INTEGER PRIMARY KEY REFERENCES comment (id), body TEXT NOT NULL);
CREATE TABLE comment_stats (comment_id INTEGER PRIMARY KEY REFERENCES comment (id), likes INTEGER NOT NULL);
