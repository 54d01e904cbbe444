/** What a revision in TypeScript begins with. */
import type { RevisionModule } from '../core/revision.ts'

/**
 * Types and completion for a revision in TypeScript; gives back what it is given. What describes the revision (`revision` to `replaces`)
 * stands before the functions and is written out, so that it can be read without running the file.
 * @example
 * export default defineRevision({
 *   revision: '3f2a9c1b7d04',
 *   downRevision: '1a2b3c4d5e6f',
 *   message: 'fill users.nick',
 *   async up({ sql }) {
 *     await sql`UPDATE users SET nick = name WHERE nick IS NULL`
 *   },
 *   async down({ sql }) {
 *     await sql`UPDATE users SET nick = NULL WHERE nick = name`
 *   },
 * })
 */
export function defineRevision(module: RevisionModule): RevisionModule {
  return module
}
