/** Several revisions in SQL as one: texts of its sections. Pure. */
import type { Family } from '../schema/sql-body.ts'
import { closedSql } from '../schema/sql-close.ts'
import { parseSections, type Section } from './sections.ts'

/** A revision's file, with the id and message to name it by. */
export interface SquashPart {
  readonly id: string
  readonly message: string
  readonly file: string
  /** Line ends as `\n`. */
  readonly text: string
}

export interface SquashedTexts {
  readonly up: string
  readonly down: string
  /** Parts that have no way down, so that the whole has none. */
  readonly irreversible: readonly string[]
}

/** What stands between statements, without what only a client understands. */
const between = (text: string) => text.replace(/^[ \t]*delimiter[ \t].*$/gim, '').trim()

/** A section whose statements all have terminators, so that more may follow it. Comments stay where they were. */
function closedText(text: string, section: Section, family: Family): string {
  const parts: string[] = []
  let at = section.begin
  for (const { sql, start, end } of section.plain) {
    parts.push(between(text.slice(at, start)), closedSql(sql, family))
    at = end
  }
  parts.push(between(text.slice(at, section.end)))
  return parts.filter((part) => part !== '').join('\n')
}

const titled = ({ id, message }: SquashPart, text: string) => (text === '' ? '' : `-- ${id}: ${message}\n${text}`)

/** The sections of one revision that does what these do, oldest first. Throws REVISION_INVALID with file and line. */
export function squashTexts(parts: readonly SquashPart[], family: Family): SquashedTexts {
  const all = parts.map((part) => {
    const sections = parseSections(part.text, part.file, family)
    const of = (word: 'up' | 'down') => {
      const section = sections.get(word)
      return section === undefined ? '' : titled(part, closedText(part.text, section, family))
    }
    return { part, sections, up: of('up'), down: of('down') }
  })
  const irreversible = all.flatMap(({ part, sections }) => {
    const down = sections.get('down')
    const idle = (sections.get('up')?.plain.length ?? 0) === 0 || down?.nothing === true
    if (typeof down?.irreversible === 'string') return [`${part.id}: ${down.irreversible}`]
    return idle || (down?.plain.length ?? 0) > 0 ? [] : [`${part.id} has no way down`]
  })
  const joined = (texts: readonly string[]) => texts.filter((text) => text !== '').join('\n\n')
  return {
    up: joined(all.map((one) => one.up)),
    down:
      irreversible.length > 0
        ? `-- naru:irreversible ${irreversible.join('; ')}`
        : joined(all.map((one) => one.down).reverse()),
    irreversible,
  }
}
