-- Comments of two generations: the first in columns, the second as JSON.
CREATE TABLE post (id BIGINT PRIMARY KEY, title VARCHAR(200) NOT NULL);
CREATE TABLE comment_v1 (
  id BIGINT AUTO_INCREMENT PRIMARY KEY, post_id BIGINT NOT NULL REFERENCES post (id), generation BIGINT NOT NULL,
  author VARCHAR(100), text TEXT, payload TEXT, likes BIGINT NOT NULL DEFAULT 0, created DATETIME NOT NULL
) DEFAULT CHARSET utf8mb4
