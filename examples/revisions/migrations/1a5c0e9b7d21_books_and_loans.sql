-- naru:revision 1a5c0e9b7d21
-- naru:revises none
-- naru:message books and loans
-- naru:date 2026-03-02T09:00:00Z

-- naru:up
-- table books: new
CREATE TABLE books (
  id integer PRIMARY KEY,
  title text NOT NULL,
  author text NOT NULL
);

-- table loans: new
CREATE TABLE loans (
  id integer PRIMARY KEY,
  book_id integer NOT NULL REFERENCES books (id),
  member_id integer NOT NULL REFERENCES members (id),
  lent_on text NOT NULL,
  returned_on text
);

-- table members: new
CREATE TABLE members (
  id integer PRIMARY KEY,
  name text NOT NULL,
  phone text NOT NULL UNIQUE
);

-- index loans.loans_by_book: new
CREATE INDEX loans_by_book ON loans (book_id);

-- index loans.loans_by_member: new
CREATE INDEX loans_by_member ON loans (member_id);

-- naru:down
-- foreign keys: tables that others may refer to are replaced, renamed or dropped
-- naru:no-transaction
PRAGMA foreign_keys = OFF;

-- table books: not wanted
-- loses data: table books is dropped with its rows
DROP TABLE "books";

-- table loans: not wanted
-- loses data: table loans is dropped with its rows
DROP TABLE "loans";

-- table members: not wanted
-- loses data: table members is dropped with its rows
DROP TABLE "members";

-- foreign keys: on again
-- naru:no-transaction
PRAGMA foreign_keys = ON;
