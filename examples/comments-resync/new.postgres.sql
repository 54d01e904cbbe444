CREATE TABLE comment (id bigint PRIMARY KEY, post_id bigint NOT NULL, author text NOT NULL, created timestamp NOT NULL);
CREATE TABLE comment_body (comment_id bigint PRIMARY KEY REFERENCES comment (id), body text NOT NULL);
CREATE TABLE comment_stats (comment_id bigint PRIMARY KEY REFERENCES comment (id), likes bigint NOT NULL);
