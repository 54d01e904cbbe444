-- The same shop as its developers have it: what the next release needs.
SET sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

CREATE TABLE customers (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email varchar(190) NOT NULL,
  nickname varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
  phone varchar(32) COMMENT '국가 번호 포함',
  status enum('new','active','closed','blocked') NOT NULL DEFAULT 'new',
  points int NOT NULL DEFAULT 0,
  marketing tinyint(1) NOT NULL DEFAULT 0,
  created_at datetime(3) NOT NULL DEFAULT current_timestamp(3),
  deleted_at datetime,
  UNIQUE KEY customers_email (email),
  KEY created (created_at),
  CONSTRAINT points_left CHECK (points >= 0)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='고객';

CREATE TABLE addresses (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id bigint unsigned NOT NULL,
  label varchar(30),
  line1 varchar(120) NOT NULL,
  line2 varchar(120),
  zip varchar(10),
  country char(2) NOT NULL DEFAULT 'KR',
  KEY customer (customer_id),
  CONSTRAINT addresses_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE categories (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  parent_id int unsigned,
  name varchar(80) COLLATE utf8mb4_unicode_ci NOT NULL,
  slug varchar(80),
  KEY parent (parent_id),
  UNIQUE KEY categories_slug (slug),
  CONSTRAINT categories_parent FOREIGN KEY (parent_id) REFERENCES categories (id) ON DELETE SET NULL
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE products (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  category_id int unsigned NOT NULL,
  sku varchar(30) NOT NULL,
  name varchar(150) NOT NULL,
  description mediumtext,
  price decimal(12,2) NOT NULL,
  tax_rate decimal(5,2) NOT NULL DEFAULT 10.00,
  price_with_tax decimal(14,2) AS (round(price * (1 + tax_rate / 100), 2)) VIRTUAL,
  weight float,
  attributes json,
  active tinyint(1) NOT NULL DEFAULT 1,
  KEY category (category_id, active),
  UNIQUE KEY sku (sku),
  FULLTEXT KEY words (name, description),
  CONSTRAINT price_positive CHECK (price >= 0),
  CONSTRAINT products_category FOREIGN KEY (category_id) REFERENCES categories (id)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE inventory (
  product_id bigint unsigned NOT NULL,
  warehouse varchar(10) NOT NULL DEFAULT 'main',
  quantity int unsigned NOT NULL DEFAULT 0,
  updated_at timestamp NOT NULL DEFAULT current_timestamp ON UPDATE current_timestamp,
  PRIMARY KEY (product_id, warehouse),
  CONSTRAINT inventory_product FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE coupons (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code varchar(20) COLLATE utf8mb4_bin NOT NULL,
  percent int NOT NULL,
  valid_until date,
  UNIQUE KEY coupons_code (code),
  CONSTRAINT percent_of_all CHECK (percent between 1 and 100)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci WITH SYSTEM VERSIONING;

CREATE TABLE orders (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id bigint unsigned NOT NULL,
  coupon_id bigint unsigned,
  status enum('open','paid','shipped','refunded','closed') NOT NULL DEFAULT 'open',
  currency char(3) CHARACTER SET ascii NOT NULL DEFAULT 'KRW',
  total decimal(10,2) NOT NULL DEFAULT 0.00,
  note text,
  placed_at datetime NOT NULL DEFAULT current_timestamp,
  shipped_at datetime COMMENT 'handed to the carrier',
  KEY customer (customer_id, placed_at),
  KEY coupon (coupon_id),
  KEY status_old (status) IGNORED,
  CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id),
  CONSTRAINT orders_coupon FOREIGN KEY (coupon_id) REFERENCES coupons (id) ON DELETE SET NULL
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci ROW_FORMAT=DYNAMIC;

CREATE TABLE order_lines (
  order_id bigint unsigned NOT NULL,
  line smallint unsigned NOT NULL,
  product_id bigint unsigned NOT NULL,
  quantity smallint NOT NULL,
  unit_price decimal(10,2) NOT NULL,
  line_total decimal(12,2) AS (quantity * unit_price) STORED,
  PRIMARY KEY (order_id, line),
  KEY product (product_id),
  CONSTRAINT order_lines_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT order_lines_product FOREIGN KEY (product_id) REFERENCES products (id)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE payments (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id bigint unsigned NOT NULL,
  provider enum('card','bank','naverpay','kakaopay') NOT NULL,
  reference varchar(64),
  amount decimal(10,2) NOT NULL,
  paid_at timestamp NULL,
  KEY order_id (order_id),
  UNIQUE KEY payments_reference (provider, reference),
  CONSTRAINT amount_positive CHECK (amount > 0)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE reviews (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_id bigint unsigned NOT NULL,
  stars tinyint NOT NULL,
  body text,
  created_at datetime NOT NULL DEFAULT current_timestamp,
  KEY product (product_id, stars DESC),
  CONSTRAINT stars_range CHECK (stars between 1 and 5),
  CONSTRAINT reviews_product FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE sessions (
  id varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  customer_id bigint unsigned,
  data blob,
  seen_at datetime NOT NULL,
  KEY seen (seen_at)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE audit_log (
  at datetime NOT NULL,
  actor varchar(60) NOT NULL,
  action varchar(40) NOT NULL,
  detail text,
  KEY at (at)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
PARTITION BY RANGE (year(at)) (
  PARTITION y2024 VALUES LESS THAN (2025),
  PARTITION y2025 VALUES LESS THAN (2026),
  PARTITION y2026 VALUES LESS THAN (2027),
  PARTITION later VALUES LESS THAN MAXVALUE
);

CREATE SEQUENCE invoice_no START WITH 100000 MINVALUE 1 CACHE 10;

CREATE TABLE wishlists (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id bigint unsigned NOT NULL,
  name varchar(60) NOT NULL DEFAULT '찜한 것',
  UNIQUE KEY wishlists_name (customer_id, name),
  CONSTRAINT wishlists_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE wishlist_items (
  wishlist_id bigint unsigned NOT NULL,
  product_id bigint unsigned NOT NULL,
  added_at datetime NOT NULL DEFAULT current_timestamp,
  PRIMARY KEY (wishlist_id, product_id),
  KEY product (product_id),
  CONSTRAINT wishlist_items_list FOREIGN KEY (wishlist_id) REFERENCES wishlists (id) ON DELETE CASCADE,
  CONSTRAINT wishlist_items_product FOREIGN KEY (product_id) REFERENCES products (id)
) CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE VIEW active_products AS SELECT id, sku, name, price, price_with_tax FROM products WHERE active = 1;
CREATE VIEW customer_totals AS
  SELECT c.id, c.email, count(o.id) AS orders, coalesce(sum(o.total), 0) AS spent
  FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE c.deleted_at IS NULL GROUP BY c.id;

DELIMITER //
CREATE FUNCTION net_price(gross decimal(12,2), rate decimal(5,2)) RETURNS decimal(12,2) DETERMINISTIC
RETURN round(gross / (1 + rate / 100), 2)//
CREATE PROCEDURE close_order(IN which bigint unsigned)
BEGIN
  UPDATE orders SET status = 'closed' WHERE id = which AND status <> 'refunded';
  INSERT INTO audit_log (at, actor, action, detail) VALUES (now(), current_user(), 'close order', which);
END//
CREATE TRIGGER orders_before_insert BEFORE INSERT ON orders FOR EACH ROW
BEGIN
  IF NEW.total < 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'total below zero'; END IF;
END//
CREATE TRIGGER payments_after_insert AFTER INSERT ON payments FOR EACH ROW
BEGIN
  UPDATE orders SET status = 'paid' WHERE id = NEW.order_id AND status = 'open';
END//
CREATE EVENT purge_sessions ON SCHEDULE EVERY 6 HOUR STARTS '2024-01-01 03:00:00' DO
  DELETE FROM sessions WHERE seen_at < now() - INTERVAL 30 DAY//
DELIMITER ;
