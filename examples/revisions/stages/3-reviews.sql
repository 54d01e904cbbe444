CREATE TABLE books (
  id integer PRIMARY KEY,
  title text NOT NULL,
  author text NOT NULL,
  initials text
);

CREATE INDEX books_by_initials ON books (initials);

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

CREATE TABLE reviews (
  book_id integer NOT NULL REFERENCES books (id),
  member_id integer NOT NULL REFERENCES members (id),
  stars integer NOT NULL CHECK (stars BETWEEN 1 AND 5),
  body text,
  PRIMARY KEY (book_id, member_id)
);

CREATE INDEX reviews_by_member ON reviews (member_id);
