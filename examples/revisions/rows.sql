INSERT INTO books (id, title, author) VALUES
  (1, '소나기', '황순원'),
  (2, '토지', '박경리'),
  (3, '난장이가 쏘아올린 작은 공', '조세희'),
  (4, '채식주의자', '한강'),
  (5, 'Moby-Dick', 'Herman Melville');

INSERT INTO members (id, name, phone) VALUES
  (1, '김하늘', '010-0000-0001'),
  (2, '이바다', '010-0000-0002');

INSERT INTO loans (book_id, member_id, lent_on, returned_on) VALUES
  (4, 1, '2026-03-02', '2026-03-16'),
  (1, 2, '2026-03-09', NULL);
