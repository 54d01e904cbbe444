-- naru:revision 4d8f3b2e0a54
-- naru:revises 2b6d1f0c8e32
-- naru:message members review books
-- naru:date 2026-03-10T09:00:00Z
-- naru:labels reviews

-- naru:up
-- table reviews: new
CREATE TABLE reviews (
  book_id integer NOT NULL REFERENCES books (id),
  member_id integer NOT NULL REFERENCES members (id),
  stars integer NOT NULL CHECK (stars BETWEEN 1 AND 5),
  body text,
  PRIMARY KEY (book_id, member_id)
);

-- index reviews.reviews_by_member: new
CREATE INDEX reviews_by_member ON reviews (member_id);

-- naru:down
-- foreign keys: tables that others may refer to are replaced, renamed or dropped
-- naru:no-transaction
PRAGMA foreign_keys = OFF;

-- table reviews: not wanted
-- loses data: table reviews is dropped with its rows
DROP TABLE "reviews";

-- foreign keys: on again
-- naru:no-transaction
PRAGMA foreign_keys = ON;
