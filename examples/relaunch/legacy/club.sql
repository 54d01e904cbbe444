-- The customer club, on PostgreSQL: people under uuids, some of them twice, and coupons whose terms are one text.
CREATE TABLE person (pid uuid PRIMARY KEY, e_mail text, full_name text NOT NULL, born date);
CREATE TABLE coupon (code text PRIMARY KEY, owner uuid NOT NULL, terms text NOT NULL, issued_on date NOT NULL, used_at timestamptz);

-- Every fortieth is the twin of the one before.
INSERT INTO person SELECT md5('person ' || n)::uuid, 'guest' || :members / 2 + n - CASE WHEN n % 40 = 0 THEN 1 ELSE 0 END || '@example.com',
  'Person ' || n, CASE WHEN n % 6 > 0 THEN date '1950-01-01' + n % 20000 END FROM generate_series(1, :persons) n;
INSERT INTO coupon SELECT 'C' || lpad(n::text, 7, '0'), md5('person ' || 1 + n % :persons)::uuid,
  CASE WHEN n % 2 = 0 THEN 'P' || 5 + n % 4 * 5 ELSE 'W' || 1000 * (1 + n % 9) END || CASE WHEN n % 3 = 0 THEN ';MIN' || 30000 ELSE '' END,
  date '2020-01-01' + n % 1000, CASE WHEN n % 4 = 0 THEN timestamptz '2021-01-01 09:00+09' + n * interval '1 minute' END
  FROM generate_series(1, :coupons) n;
