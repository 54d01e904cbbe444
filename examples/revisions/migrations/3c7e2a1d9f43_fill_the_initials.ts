import { defineRevision } from 'naru'

/** What the syllables of Hangul begin with, in the order of Unicode. */
const CONSONANTS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'

/** '토지' gives 'ㅌㅈ'; what is no Hangul stays as it is. */
function initials(title: string): string {
  return title.replace(/[가-힣]/g, (syllable) => CONSONANTS[Math.floor((syllable.charCodeAt(0) - 0xac00) / 588)])
}

export default defineRevision({
  revision: '3c7e2a1d9f43',
  downRevision: '2b6d1f0c8e32',
  message: 'fill the initials',
  date: '2026-03-09T09:00:00Z',

  async up({ sql, rows, log }) {
    let filled = 0
    for await (const books of rows('books', { columns: ['title'] })) {
      for (const { id, title } of books) {
        await sql`UPDATE books SET initials = ${initials(String(title))} WHERE id = ${id}`
      }
      filled += books.length
    }
    log(`${filled} titles`)
  },

  async down({ sql }) {
    await sql`UPDATE books SET initials = NULL`
  },
})
