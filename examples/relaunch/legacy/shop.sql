-- The shop of 2009: codes for keys, won without decimals, rows that are deleted by a date.
CREATE TABLE cats (cat_cd char(4) NOT NULL PRIMARY KEY, nm varchar(100) NOT NULL, parent_cd char(4));
CREATE TABLE goods (goods_no int NOT NULL AUTO_INCREMENT PRIMARY KEY, goods_nm varchar(200) NOT NULL, price_won int NOT NULL,
  use_yn char(1) NOT NULL, cat_cd char(4) NOT NULL, img_url varchar(300), detail mediumtext, memo text, deleted_at datetime, reg_dt datetime NOT NULL);
CREATE TABLE member (member_no int NOT NULL PRIMARY KEY, email varchar(200), nm varchar(50) NOT NULL, tel varchar(30),
  point int NOT NULL, reg_dt datetime NOT NULL);
CREATE TABLE ord (ord_no int NOT NULL PRIMARY KEY, member_no int NOT NULL, goods_no int NOT NULL, qty int NOT NULL,
  paid_won int NOT NULL, stat char(2) NOT NULL, ord_dt datetime NOT NULL);

INSERT INTO cats SELECT lpad(seq, 4, '0'), concat('분류 ', seq), if(seq > 5, lpad(1 + seq % 5, 4, '0'), NULL) FROM seq_1_to_:cats;
-- Pictures as the server has them, and as an editor of HTML wrote their names.
CREATE TEMPORARY TABLE img AS SELECT seq AS n, elt(1 + seq % 5, concat('상품 ', seq), concat('50% 할인 ', seq), concat('big/', seq), seq, concat('새 상품/', seq)) AS name,
  elt(1 + seq % 5, concat('%EC%83%81%ED%92%88%20', seq), concat('50%25%20%ED%95%A0%EC%9D%B8%20', seq), concat('big/', seq), seq,
    concat('%EC%83%88%20%EC%83%81%ED%92%88/', seq)) AS encoded FROM seq_1_to_:shop_images;
-- Every fourth has a picture of its own; the descriptions of those that were not deleted show all pictures that there are.
INSERT INTO goods SELECT seq, concat('상품 ', seq, if(seq % 7 = 0, ' 🎁', '')), seq * 100, elt(1 + seq % 2, 'Y', 'N'),
  lpad(1 + seq % :cats, 4, '0'), if(seq % 4 = 0, (SELECT concat('/img/', name, '.png') FROM img WHERE n = 1 + seq % :shop_images), NULL), NULL,
  if(seq % 3 = 0, 'old note', NULL), if(seq % 10 = 0, '2020-05-05', NULL), '2009-03-01' + INTERVAL seq HOUR FROM seq_1_to_:goods;
UPDATE goods JOIN (SELECT goods_no, group_concat('<img src="https://shop.example/img/', encoded, '.png">' ORDER BY n SEPARATOR '\n') AS html
  FROM goods JOIN img ON n % least(:goods DIV 10 * 9, :shop_images) = (goods_no - goods_no DIV 10) % least(:goods DIV 10 * 9, :shop_images)
  WHERE goods_no % 10 > 0 GROUP BY goods_no) shown USING (goods_no) SET detail = concat('<p>', goods_nm, '</p>\n', html);
INSERT INTO member SELECT seq, if(seq % 50 = 0, NULL, concat('guest', seq, '@example.com')), concat('회원 ', seq),
  if(seq % 3 = 0, NULL, concat('010-', lpad(seq, 8, '0'))), seq % 1000, '2009-03-01' + INTERVAL seq MINUTE FROM seq_1_to_:members;
-- Nobody orders what was deleted.
INSERT INTO ord SELECT seq, 1 + seq % :members, 1 + 10 * (seq % (:goods DIV 10)), 1 + seq % 3, 100 * (1 + seq % 500),
  elt(1 + seq % 3, '10', '20', '90'), '2012-01-01' + INTERVAL seq MINUTE FROM seq_1_to_:shop_orders;
