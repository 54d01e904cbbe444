CREATE TABLE books (
  id integer PRIMARY KEY,
  title text NOT NULL,
  author text NOT NULL
);

CREATE TABLE members (
  id integer PRIMARY KEY,
  name text NOT NULL,
  phone text NOT NULL UNIQUE
);

CREATE TABLE loans (
  id integer PRIMARY KEY,
  book_id integer NOT NULL REFERENCES books (id),
  member_id integer NOT NULL REFERENCES members (id),
  lent_on text NOT NULL,
  returned_on text
);

CREATE INDEX loans_by_book ON loans (book_id);
CREATE INDEX loans_by_member ON loans (member_id);
