-- A small shop as it grew over the years: SQLite, declared types that nothing enforces, keys of every kind.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value,
  updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
) WITHOUT ROWID;

CREATE TABLE categories (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  parent_id INTEGER REFERENCES categories (id),
  name VARCHAR(60) NOT NULL,
  "order" SMALLINT NOT NULL DEFAULT 0,
  UNIQUE (parent_id, name)
);

CREATE TABLE products (
  sku TEXT NOT NULL PRIMARY KEY,
  category_id INTEGER NOT NULL REFERENCES categories (id),
  name VARCHAR(120) NOT NULL,
  price DECIMAL(10,2) NOT NULL CHECK (price >= 0),
  weight REAL,
  in_stock INTEGER NOT NULL DEFAULT 0,
  attributes JSON,
  photo BLOB,
  added_on DATE NOT NULL
);
CREATE INDEX products_category ON products (category_id, price DESC);
CREATE INDEX products_sold_out ON products (sku) WHERE in_stock = 0;

CREATE TABLE customers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email VARCHAR(80) COLLATE NOCASE UNIQUE,
  name VARCHAR(40) NOT NULL,
  phone VARCHAR(13),
  birthday DATE,
  newsletter BOOLEAN NOT NULL DEFAULT 0,
  memo TEXT,
  main_address TEXT,
  joined_at DATETIME NOT NULL,
  -- A cycle: an address belongs to a customer, who has a main address.
  FOREIGN KEY (id, main_address) REFERENCES addresses (customer_id, label)
);

CREATE TABLE addresses (
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  zip CHAR(5) NOT NULL,
  line VARCHAR(200) NOT NULL,
  PRIMARY KEY (customer_id, label)
) WITHOUT ROWID;

CREATE TABLE orders (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL,
  ship_to TEXT NOT NULL,
  status VARCHAR(10) NOT NULL CHECK (status IN ('new', 'paid', 'shipped', 'returned')),
  coupon VARCHAR(10),
  note TEXT,
  ordered_at DATETIME NOT NULL,
  FOREIGN KEY (customer_id, ship_to) REFERENCES addresses (customer_id, label)
);
CREATE INDEX orders_customer ON orders (customer_id, ordered_at);

CREATE TABLE order_lines (
  order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  sku TEXT NOT NULL REFERENCES products (sku),
  quantity INTEGER,
  price DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (order_id, line)
);
CREATE INDEX order_lines_sku ON order_lines (sku);

CREATE TABLE reviews (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL REFERENCES products (sku),
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  stars TINYINT NOT NULL,
  body TEXT NOT NULL,
  written_at DATETIME NOT NULL
);

-- No key at all.
CREATE TABLE visits (seen_at DATETIME NOT NULL, path TEXT NOT NULL, referrer TEXT, ms INTEGER);

CREATE VIEW best_sellers AS
  SELECT sku, sum(quantity) AS sold FROM order_lines GROUP BY sku ORDER BY sold DESC LIMIT 20;
CREATE TRIGGER settings_touch AFTER UPDATE OF value ON settings BEGIN
  UPDATE settings SET updated_at = CURRENT_TIMESTAMP WHERE name = NEW.name;
END;
