-- The database of a small shop as it runs in production: grown by hand for years.
SET sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

CREATE TABLE customers (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email varchar(100) NOT NULL,
  nickname varchar(40) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci,
  phone varchar(20),
  fax varchar(20),
  status enum('new','active','closed') NOT NULL DEFAULT 'new',
  points int NOT NULL DEFAULT 0,
  created_at datetime NOT NULL DEFAULT current_timestamp,
  UNIQUE KEY email (email),
  KEY created (created_at)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE addresses (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id bigint unsigned NOT NULL,
  label varchar(30),
  line2 varchar(120),
  line1 varchar(120) NOT NULL,
  zip varchar(10),
  country char(2) DEFAULT 'KR',
  KEY customer (customer_id),
  CONSTRAINT addresses_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE categories (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  parent_id int unsigned,
  name varchar(80) NOT NULL,
  KEY parent (parent_id)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE products (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  category_id int unsigned NOT NULL,
  sku varchar(30) NOT NULL,
  name varchar(150) NOT NULL,
  description text,
  price decimal(8,2) NOT NULL,
  weight float,
  active tinyint(1) NOT NULL DEFAULT 0,
  KEY category (category_id),
  KEY sku (sku),
  CONSTRAINT products_category FOREIGN KEY (category_id) REFERENCES categories (id)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE inventory (
  product_id bigint unsigned NOT NULL PRIMARY KEY,
  quantity int NOT NULL DEFAULT 0,
  updated_at timestamp NOT NULL DEFAULT current_timestamp
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE coupons (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code varchar(20) NOT NULL,
  percent int NOT NULL,
  valid_until date,
  UNIQUE KEY coupons_code (code)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE orders (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id bigint unsigned NOT NULL,
  coupon_id int,
  status enum('open','paid','shipped','closed') NOT NULL DEFAULT 'open',
  total decimal(10,2) NOT NULL DEFAULT 0.00,
  note varchar(255),
  placed_at datetime NOT NULL DEFAULT current_timestamp,
  shipped_at datetime,
  KEY customer (customer_id),
  KEY status_old (status)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE order_lines (
  order_id bigint unsigned NOT NULL,
  line smallint unsigned NOT NULL,
  product_id bigint unsigned NOT NULL,
  quantity smallint NOT NULL,
  unit_price decimal(10,2),
  line_total decimal(12,2) AS (quantity * unit_price) VIRTUAL,
  PRIMARY KEY (order_id, line),
  KEY product (product_id),
  CONSTRAINT order_lines_order FOREIGN KEY (order_id) REFERENCES orders (id),
  CONSTRAINT order_lines_product FOREIGN KEY (product_id) REFERENCES products (id)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE payments (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id bigint unsigned NOT NULL,
  provider varchar(20) NOT NULL,
  reference varchar(64),
  amount decimal(10,2) NOT NULL,
  paid_at timestamp NULL,
  raw_response text,
  KEY order_id (order_id)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE reviews (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_id bigint unsigned NOT NULL,
  stars tinyint NOT NULL,
  body text
) ENGINE=MyISAM CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE sessions (
  id char(32) NOT NULL PRIMARY KEY,
  customer_id bigint unsigned,
  data blob,
  seen_at datetime NOT NULL
) CHARSET=latin1;

CREATE TABLE audit_log (
  at datetime NOT NULL,
  actor varchar(60) NOT NULL,
  action varchar(40) NOT NULL,
  detail text,
  KEY at (at)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
PARTITION BY RANGE (year(at)) (
  PARTITION y2024 VALUES LESS THAN (2025),
  PARTITION y2025 VALUES LESS THAN (2026)
);

CREATE TABLE tmp_import_2023 (sku varchar(30), price varchar(20)) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE VIEW active_products AS SELECT id, sku, name, price FROM products WHERE active = 1;
CREATE VIEW old_stock AS SELECT product_id, quantity FROM inventory WHERE updated_at < '2024-01-01';

DELIMITER //
CREATE FUNCTION net_price(gross decimal(10,2)) RETURNS decimal(10,2) DETERMINISTIC
RETURN round(gross / 1.1, 2)//
CREATE PROCEDURE close_order(IN which bigint unsigned)
BEGIN
  UPDATE orders SET status = 'closed' WHERE id = which;
END//
CREATE TRIGGER orders_before_insert BEFORE INSERT ON orders FOR EACH ROW
BEGIN
  IF NEW.total < 0 THEN SET NEW.total = 0; END IF;
END//
CREATE EVENT purge_sessions ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO
  DELETE FROM sessions WHERE seen_at < now() - INTERVAL 90 DAY//
DELIMITER ;

INSERT INTO customers (email, nickname, phone, status, points)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
SELECT concat('customer', i, '@example.com'), concat('손님 ', i), concat('010-', 1000 + i), elt(1 + i % 3, 'new', 'active', 'closed'), i FROM n;
INSERT INTO addresses (customer_id, label, line1, line2, zip)
SELECT id, '집', concat('나루로 ', id), NULL, lpad(id, 5, '0') FROM customers;
INSERT INTO categories (parent_id, name) VALUES (NULL, '책'), (1, '소설'), (1, '사전'), (NULL, '차');
INSERT INTO products (category_id, sku, name, description, price, weight, active)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
SELECT 1 + i % 4, concat('SKU-', i), concat('물건 ', i), '설명', 1000 + i, 0.5, i % 5 > 0 FROM n;
INSERT INTO inventory (product_id, quantity) SELECT id, id % 40 FROM products;
INSERT INTO coupons (code, percent, valid_until) VALUES ('SPRING', 10, '2026-05-31'), ('VIP', 25, NULL);
INSERT INTO orders (customer_id, coupon_id, status, total, note)
SELECT id, if(id % 10 = 0, 1, NULL), elt(1 + id % 4, 'open', 'paid', 'shipped', 'closed'), id * 10, NULL FROM customers;
INSERT INTO order_lines (order_id, line, product_id, quantity, unit_price) SELECT id, 1, 1 + id % 120, 2, 1000 FROM orders;
INSERT INTO payments (order_id, provider, reference, amount, paid_at)
SELECT id, elt(1 + id % 3, 'card', 'bank', 'naverpay'), concat('R', id), total, '2025-03-04 05:06:07' FROM orders WHERE status <> 'open';
INSERT INTO reviews (product_id, stars, body) SELECT id, 1 + id % 5, '좋아요 👍' FROM products;
INSERT INTO sessions VALUES (md5('a'), 1, 'x', '2025-01-01'), (md5('b'), NULL, 'y', '2025-01-02');
INSERT INTO audit_log VALUES ('2024-05-05', 'admin', 'login', NULL), ('2025-05-05', 'admin', 'logout', NULL);
INSERT INTO tmp_import_2023 VALUES ('SKU-1', '900');
