-- The outlet, bought in 2015: the same categories under the same codes, its own numbers for everything else.
CREATE TABLE items (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, title varchar(200) NOT NULL, price decimal(10,2) NOT NULL,
  cat varchar(10), photo varchar(300), intro text, status tinyint NOT NULL, created datetime NOT NULL);
CREATE TABLE users (id bigint NOT NULL PRIMARY KEY, mail varchar(200), name varchar(50) NOT NULL, phone varchar(30),
  pts int NOT NULL, joined datetime NOT NULL);
CREATE TABLE orders (id bigint NOT NULL PRIMARY KEY, user_id bigint NOT NULL, item_id int NOT NULL, quantity int NOT NULL,
  total decimal(10,2) NOT NULL, state enum('paid','sent','gone') NOT NULL, created datetime NOT NULL);

-- Half of the pictures came out of a database.
CREATE TEMPORARY TABLE img AS SELECT seq AS n, if(seq % 2 = 1, concat('photo.php?no=', seq), concat('사진/', seq, '.png')) AS name FROM seq_1_to_:outlet_images;
INSERT INTO items SELECT seq, concat('Item "', seq, '"'), seq + 0.99, if(seq % 11 = 0, NULL, lpad(1 + seq % :cats, 4, '0')),
  if(seq % 5 = 0, (SELECT concat('/', name) FROM img WHERE n = 1 + (seq + 2) % :outlet_images), NULL), NULL, seq % 3,
  '2015-06-01' + INTERVAL seq HOUR FROM seq_1_to_:items;
UPDATE items JOIN (SELECT id, group_concat('![', n, '](https://outlet.example/', name, ')' ORDER BY n SEPARATOR ' ') AS pictures
  FROM items JOIN img ON n % least(:items, :outlet_images) = id % least(:items, :outlet_images) GROUP BY id) shown USING (id)
  SET intro = concat('**', title, '**\n\n', pictures);
-- Every second address of the shop's first members, written as people write them.
INSERT INTO users SELECT seq, concat('Guest', seq * 2, '@Example.com'), concat('User ', seq),
  if(seq % 4 = 0, NULL, concat('+82 2 ', seq)), 500, '2015-06-01' + INTERVAL seq MINUTE FROM seq_1_to_:users;
INSERT INTO orders SELECT seq, 1 + seq % :users, 1 + seq % :items, 1 + seq % 2, (seq % 900) + 0.50,
  elt(1 + seq % 3, 'paid', 'sent', 'gone'), '2016-01-01' + INTERVAL seq MINUTE FROM seq_1_to_:outlet_orders;
