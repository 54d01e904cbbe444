-- naru:revision 2b6d1f0c8e32
-- naru:revises 1a5c0e9b7d21
-- naru:message initials of titles
-- naru:date 2026-03-05T09:00:00Z

-- naru:up
-- table books: initials is new
ALTER TABLE "books" ADD COLUMN initials text;

-- index books.books_by_initials: new
CREATE INDEX books_by_initials ON books (initials);

-- naru:down
-- index books.books_by_initials: not wanted as it is
DROP INDEX "books_by_initials";

-- table books: initials is not wanted
-- loses data: column books.initials is dropped with its values
ALTER TABLE "books" DROP COLUMN "initials";
