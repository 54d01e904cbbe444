-- What must be in the new database, computed once more from how the legacy rows are made, without the legacy databases and without naru.
-- psql -v rows=300000 -f check.sql. Every line must say `t`.
WITH part(share) AS (VALUES (:rows / 3000.0)),
n AS (SELECT greatest(10, round(share * 5))::int AS cats, greatest(10, round(share * 20))::int AS goods, greatest(10, round(share * 15))::int AS items,
  greatest(10, round(share * 150))::int AS members, greatest(10, round(share * 90))::int AS users, greatest(10, round(share * 120))::int AS persons,
  greatest(10, round(share * 360))::int AS shop_orders, greatest(10, round(share * 240))::int AS outlet_orders,
  greatest(10, round(share * 2000))::int AS coupons FROM part),
old_goods AS (SELECT i FROM n, generate_series(1, goods) i WHERE i % 10 <> 0),
old_items AS (SELECT i FROM n, generate_series(1, items) i),
old_people(mail, shop, i, points, phone, born) AS (
  SELECT CASE WHEN i % 50 > 0 THEN 'guest' || i || '@example.com' ELSE 'none ' || i END, 'shop', i, i % 1000, i % 3 > 0, false
    FROM n, generate_series(1, members) i
  UNION ALL SELECT 'guest' || i * 2 || '@example.com', 'outlet', i, 500, i % 4 > 0, false FROM n, generate_series(1, users) i
  UNION ALL SELECT 'guest' || members / 2 + i - (i % 40 = 0)::int || '@example.com', 'club', i, 0, false, i % 6 > 0
    FROM n, generate_series(1, persons) i),
people AS (SELECT mail, max(points) AS points, bool_or(phone) AS phone, bool_or(born) AS born,
  max(CASE shop WHEN 'shop' THEN 3 WHEN 'outlet' THEN 2 ELSE 1 END) AS first FROM old_people GROUP BY mail),
shop_orders AS (SELECT i, 100 * (1 + i % 500) / 100.0 AS total, i % 3 AS stat, 1 + i % 3 AS qty FROM n, generate_series(1, shop_orders) i),
outlet_orders AS (SELECT i, i % 900 + 0.5 AS total, i % 3 AS stat, 1 + i % 2 AS qty FROM n, generate_series(1, outlet_orders) i),
orders AS (TABLE shop_orders UNION ALL TABLE outlet_orders),
coupons AS (SELECT i, CASE WHEN i % 2 = 0 THEN 5 + i % 4 * 5 END AS percent, CASE WHEN i % 2 = 1 THEN 10 * (1 + i % 9) END AS amount,
  CASE WHEN i % 3 = 0 THEN 300 END AS minimum, i % 4 = 0 AS used FROM n, generate_series(1, coupons) i),
shop_images AS (SELECT *, CASE fate WHEN 'null' THEN NULL WHEN 'none' THEN '/none.png' WHEN 'kept' THEN 'https://shop.example/img/' || encoded
    ELSE 'https://cdn.example/shop/' || encoded END AS image
  FROM generate_series(1, 312) n, LATERAL (SELECT CASE n % 100 WHEN 17 THEN 'null' WHEN 50 THEN 'none' WHEN 75 THEN 'none' WHEN 20 THEN 'kept' ELSE 'moved' END AS fate,
    (ARRAY['상품 ', '50% 할인 ', 'big/', '', '새 상품/'])[1 + n % 5] || n || '.png' AS name,
    (ARRAY['%EC%83%81%ED%92%88%20', '50%25%20%ED%95%A0%EC%9D%B8%20', 'big/', '', '%EC%83%88%20%EC%83%81%ED%92%88/'])[1 + n % 5] || n || '.png' AS encoded) names),
outlet_images AS (SELECT n, CASE WHEN n % 50 = 13 THEN '/none.png' ELSE 'https://cdn.example/outlet/' || n || '.png' END AS image FROM generate_series(1, 204) n),
goods_texts AS (SELECT 'S' || i AS code, '<p>상품 ' || i || CASE WHEN i % 7 = 0 THEN ' 🎁' ELSE '' END || '</p>'
    || string_agg(E'\n<img src="' || coalesce(image, 'https://shop.example/img/' || encoded) || '">', '' ORDER BY m.n) AS text
  FROM n CROSS JOIN old_goods CROSS JOIN LATERAL (SELECT least(goods / 10 * 9, 312) AS every) e JOIN shop_images m ON m.n % every = (i - i / 10) % every GROUP BY i),
items_texts AS (SELECT 'O' || i AS code, '**Item "' || i || E'"**\n\n' || string_agg('![' || m.n || '](' || image || ')', ' ' ORDER BY m.n) AS text
  FROM n CROSS JOIN old_items CROSS JOIN LATERAL (SELECT least(items, 204) AS every) e JOIN outlet_images m ON m.n % every = i % every GROUP BY i),
checks(what, found, expected) AS (VALUES
  ('categories', (SELECT count(*) FROM category)::numeric, (SELECT cats FROM n)::numeric),
  ('categories at the top', (SELECT count(*) FROM category WHERE parent_id IS NULL), 5),
  ('categories under the right one', (SELECT count(*) FROM category c JOIN category p ON p.id = c.parent_id
    WHERE p.code::int = 1 + c.code::int % 5), (SELECT cats - 5 FROM n)),
  ('products of the shop', (SELECT count(*) FROM product WHERE origin = 'shop'), (SELECT count(*) FROM old_goods)),
  ('products of the outlet', (SELECT count(*) FROM product WHERE origin = 'outlet'), (SELECT count(*) FROM old_items)),
  ('prices', (SELECT sum(price) FROM product), (SELECT sum(i) FROM old_goods) + (SELECT sum(i + 0.99) FROM old_items)),
  ('hidden products', (SELECT count(*) FROM product WHERE status = 'hidden'),
    (SELECT count(*) FROM old_goods WHERE i % 2 = 1) + (SELECT count(*) FROM old_items WHERE i % 3 = 0)),
  ('products in the right category', (SELECT count(*) FROM product p JOIN category c ON c.id = p.category_id, n
    WHERE c.code::int = 1 + substr(p.code, 2)::int % cats), (SELECT count(*) FROM old_goods) + (SELECT count(*) FROM old_items WHERE i % 11 > 0)),
  ('images of the shop', (SELECT count(*) FROM product p JOIN old_goods o ON p.code = 'S' || i LEFT JOIN shop_images m ON i % 4 = 0 AND m.n = 1 + i % 312
    WHERE p.image IS NOT DISTINCT FROM CASE WHEN m.fate = 'kept' THEN '/img/' || m.name ELSE m.image END), (SELECT count(*) FROM old_goods)),
  ('images of the outlet', (SELECT count(*) FROM product p JOIN old_items o ON p.code = 'O' || i LEFT JOIN outlet_images m ON i % 5 = 0 AND m.n = 1 + (i + 2) % 204
    WHERE p.image IS NOT DISTINCT FROM m.image), (SELECT count(*) FROM old_items)),
  ('descriptions of the shop', (SELECT count(*) FROM product p JOIN goods_texts t USING (code) WHERE p.description = t.text), (SELECT count(*) FROM old_goods)),
  ('descriptions of the outlet', (SELECT count(*) FROM product p JOIN items_texts t USING (code) WHERE p.description = t.text), (SELECT count(*) FROM old_items)),
  ('images of the shop that are shown', (SELECT count(DISTINCT m[1]) FROM product, regexp_matches(description, 'https://cdn.example/shop/([^"]+)', 'g') m), 300),
  ('images of the outlet that are shown', (SELECT count(DISTINCT m[1]) FROM product, regexp_matches(description, 'https://cdn.example/outlet/([^)]+)', 'g') m), 200),
  ('customers', (SELECT count(*) FROM customer), (SELECT count(*) FROM people)),
  ('addresses that two customers have', (SELECT count(email) - count(DISTINCT lower(email)) FROM customer), 0),
  ('customers first met in the shop', (SELECT count(*) FROM customer WHERE origin = 'shop' AND name LIKE '회원 %'),
    (SELECT count(*) FROM people WHERE first = 3)),
  ('customers first met in the outlet', (SELECT count(*) FROM customer WHERE origin = 'outlet' AND name LIKE 'User %'),
    (SELECT count(*) FROM people WHERE first = 2)),
  ('customers of the club alone', (SELECT count(*) FROM customer WHERE origin = 'club' AND name LIKE 'Person %'),
    (SELECT count(*) FROM people WHERE first = 1)),
  ('points', (SELECT sum(points) FROM customer), (SELECT sum(points) FROM people)),
  ('telephones', (SELECT count(phone) FROM customer), (SELECT count(*) FROM people WHERE phone)),
  ('birthdays', (SELECT count(born) FROM customer), (SELECT count(*) FROM people WHERE born)),
  ('orders', (SELECT count(*) FROM "order"), (SELECT count(*) FROM orders)),
  ('money', (SELECT sum(total) FROM "order"), (SELECT sum(total) FROM orders)),
  ('orders cancelled', (SELECT count(*) FROM "order" WHERE status = 'cancelled'), (SELECT count(*) FROM orders WHERE stat = 2)),
  ('orders of the shop with their customers', (SELECT count(*) FROM "order" o JOIN customer c ON c.id = o.customer_id, n
    WHERE o.number LIKE 'S%' AND c.name = '회원 ' || 1 + substr(o.number, 2)::int % members), (SELECT shop_orders FROM n)),
  ('orders of the outlet with their customers', (SELECT count(*) FROM "order" o JOIN customer c ON c.id = o.customer_id, n
    WHERE o.number LIKE 'O%' AND c.email = 'guest' || 2 * (1 + substr(o.number, 2)::int % users) || '@example.com'), (SELECT outlet_orders FROM n)),
  ('lines with their products', (SELECT count(*) FROM order_line l JOIN "order" o ON o.id = l.order_id JOIN product p ON p.id = l.product_id, n
    WHERE p.code = CASE left(o.number, 1) WHEN 'S' THEN 'S' || 1 + 10 * (substr(o.number, 2)::int % (goods / 10))
      ELSE 'O' || 1 + substr(o.number, 2)::int % items END), (SELECT count(*) FROM orders)),
  ('things ordered', (SELECT sum(quantity) FROM order_line), (SELECT sum(qty) FROM orders)),
  ('coupons', (SELECT count(*) FROM coupon), (SELECT count(*) FROM coupons)),
  ('percents', (SELECT sum(percent) FROM coupon), (SELECT sum(percent) FROM coupons)),
  ('amounts', (SELECT sum(amount) FROM coupon), (SELECT sum(amount) FROM coupons)),
  ('minimums', (SELECT sum(minimum) FROM coupon), (SELECT sum(minimum) FROM coupons)),
  ('coupons with their owners', (SELECT count(*) FROM coupon x JOIN customer c ON c.id = x.customer_id, n,
    LATERAL (SELECT 1 + substr(x.code, 2)::int % persons AS i) p WHERE c.email = 'guest' || members / 2 + i - (i % 40 = 0)::int || '@example.com'
      OR (members / 2 + i - (i % 40 = 0)::int) % 50 = 0 AND members / 2 + i <= members), (SELECT count(*) FROM coupons)),
  ('coupons used', (SELECT count(*) FROM redemption), (SELECT count(*) FROM coupons WHERE used)),
  ('orphans', (SELECT count(*) FROM order_line l LEFT JOIN "order" o ON o.id = l.order_id LEFT JOIN product p ON p.id = l.product_id
      WHERE o.id IS NULL OR p.id IS NULL)
    + (SELECT count(*) FROM "order" o LEFT JOIN customer c ON c.id = o.customer_id WHERE c.id IS NULL)
    + (SELECT count(*) FROM coupon x LEFT JOIN customer c ON c.id = x.customer_id WHERE c.id IS NULL)
    + (SELECT count(*) FROM redemption r LEFT JOIN coupon x ON x.code = r.coupon WHERE x.code IS NULL), 0))
SELECT what, found, expected, found IS NOT DISTINCT FROM expected AS ok FROM checks;
