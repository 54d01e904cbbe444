-- A small game site as it ran for years on MariaDB: five tables of its own, and Alembic's version table.
CREATE TABLE users (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(40) NOT NULL,
  email varchar(120) NOT NULL,
  country char(2) DEFAULT NULL,
  is_active tinyint(1) NOT NULL DEFAULT 1,
  joined_at datetime NOT NULL DEFAULT current_timestamp(),
  last_seen timestamp NULL DEFAULT NULL,
  UNIQUE KEY users_email (email)
) DEFAULT CHARSET = utf8mb4 COMMENT = 'Players';

CREATE TABLE scores (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id int unsigned NOT NULL,
  game enum('tetris', 'snake', 'baduk') NOT NULL,
  points int NOT NULL,
  accuracy decimal(5,2) DEFAULT NULL,
  played_at datetime(3) NOT NULL,
  KEY scores_user (user_id, played_at),
  CONSTRAINT scores_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE friendships (
  user_id int unsigned NOT NULL,
  friend_id int unsigned NOT NULL,
  since date NOT NULL,
  note varchar(200) DEFAULT NULL,
  PRIMARY KEY (user_id, friend_id),
  CONSTRAINT friendships_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT friendships_friend_fk FOREIGN KEY (friend_id) REFERENCES users (id) ON DELETE CASCADE
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE monthly_scores (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id int unsigned NOT NULL,
  month date NOT NULL,
  total bigint NOT NULL DEFAULT 0,
  updated_at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  UNIQUE KEY monthly_scores_once (user_id, month),
  CONSTRAINT monthly_scores_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE game_visits (
  id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id int unsigned DEFAULT NULL,
  ip varchar(45) NOT NULL,
  agent text DEFAULT NULL,
  visited_at datetime NOT NULL,
  KEY game_visits_at (visited_at)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE alembic_version (
  version_num varchar(32) NOT NULL PRIMARY KEY
) DEFAULT CHARSET = utf8mb4;

INSERT INTO users (name, email, country, is_active, joined_at, last_seen)
SELECT concat('선수 ', seq, if(seq % 7 = 0, ' 🎮', '')), concat('player', seq, '@example.org'), if(seq % 4 = 0, NULL, 'KR'), seq % 5 <> 0,
  '2019-03-01 09:00:00' + INTERVAL seq HOUR, if(seq % 3 = 0, NULL, '2024-01-01 00:00:00' + INTERVAL seq MINUTE)
FROM seq_1_to_1200;
-- Players who left: the counter must not hand their ids out again. Bulk inserts reserve more ids than they use, hence the counters by hand.
DELETE FROM users WHERE id > 1000;
ALTER TABLE users AUTO_INCREMENT = 1201;

INSERT INTO scores (user_id, game, points, accuracy, played_at)
SELECT 1 + seq * 7 % 1000, 1 + seq % 3, seq * 31 % 100000, if(seq % 6 = 0, NULL, seq % 10000 / 100), '2023-01-01' + INTERVAL seq * 1013 SECOND + INTERVAL seq % 1000 * 1000 MICROSECOND
FROM seq_1_to_20000;

ALTER TABLE scores AUTO_INCREMENT = 20001;

INSERT INTO friendships SELECT 1 + seq % 1000, 1 + (seq % 1000 + 1 + seq DIV 1000) % 1000, '2022-05-05' + INTERVAL seq % 500 DAY, if(seq % 9 = 0, '같은 반 친구', NULL)
FROM seq_0_to_2999;

INSERT INTO monthly_scores (user_id, month, total, updated_at)
SELECT 1 + seq % 1000, '2023-01-01' + INTERVAL seq DIV 1000 MONTH, seq * 17, '2024-02-01' + INTERVAL seq SECOND FROM seq_0_to_5999;

INSERT INTO game_visits (user_id, ip, agent, visited_at)
SELECT if(seq % 3 = 0, NULL, 1 + seq % 1000), concat('10.', seq % 250, '.', seq % 199, '.', seq % 251), concat('Mozilla/5.0 (', if(seq % 2, 'X11', '휴대폰'), ')'), '2024-01-01' + INTERVAL seq SECOND
FROM seq_1_to_30000;

INSERT INTO alembic_version VALUES ('8f2c1d7e90ab');
