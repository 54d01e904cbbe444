-- Everything in the new database as one line a table, whatever numbers its rows were given and in whatever order they lie.
SELECT 'category' AS what, count(*) AS rows, sum(hashtextextended(ROW(c.code, c.name, p.code)::text, 0)) AS hash
  FROM category c LEFT JOIN category p ON p.id = c.parent_id
UNION ALL SELECT 'product', count(*), sum(hashtextextended(ROW(p.code, p.name, p.price, p.status, c.code, p.image, p.description, p.origin, p.created_at)::text, 0))
  FROM product p LEFT JOIN category c ON c.id = p.category_id
UNION ALL SELECT 'customer', count(*), sum(hashtextextended(ROW(email, name, phone, points, born, joined_at, origin)::text, 0)) FROM customer
UNION ALL SELECT 'order', count(*), sum(hashtextextended(ROW(o.number, c.email, c.name, o.status, o.total, o.ordered_at)::text, 0))
  FROM "order" o JOIN customer c ON c.id = o.customer_id
UNION ALL SELECT 'order_line', count(*), sum(hashtextextended(ROW(o.number, l.position, p.code, l.quantity)::text, 0))
  FROM order_line l JOIN "order" o ON o.id = l.order_id JOIN product p ON p.id = l.product_id
UNION ALL SELECT 'coupon', count(*), sum(hashtextextended(ROW(x.code, c.email, x.percent, x.amount, x.minimum, x.issued_on)::text, 0))
  FROM coupon x JOIN customer c ON c.id = x.customer_id
UNION ALL SELECT 'redemption', count(*), sum(hashtextextended(ROW(coupon, extract(epoch FROM used_at))::text, 0)) FROM redemption
ORDER BY what;
