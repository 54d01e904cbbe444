/** Which statements of a file are linted: all of a plain script, the way up (or down) of a revision. */
import type { Family } from '../../schema/sql-body.ts'
import { readScript, type SqlComment, type SqlScript, type SqlStatement } from '../../schema/sql-split.ts'
import { markOf } from '../header.ts'
import { kindOf } from '../kinds.ts'
import { SECTION } from '../sections.ts'

/** Statements that run one after the other. */
export interface Part {
  readonly statements: readonly SqlStatement[]
  /** Those that naru runs outside of the transaction of a revision. */
  readonly alone: ReadonlySet<SqlStatement>
}

export interface Parts {
  /** The file has the header of a revision. */
  readonly revision: boolean
  readonly parts: readonly Part[]
  /** Comments in these parts, and in the header. */
  readonly comments: readonly SqlComment[]
}

const HEADER = /^\uFEFF?[ \t]*--[ \t]*naru[ \t]*:[ \t]*revision\b/im

const startsLine = (text: string, at: number): boolean => /(?:^|[\n\uFEFF])[ \t]*$/.test(text.slice(0, at).slice(-200))

/** Sections as [word, from, to]. */
function sectionsOf(text: string, script: SqlScript): (readonly [up: boolean, from: number, to: number])[] {
  const heads = script.comments.filter(
    (c) =>
      SECTION.test(c.text) &&
      startsLine(text, c.start) &&
      !script.statements.some((s) => s.start < c.start && c.start < s.end),
  )
  return heads.map((head, i) => [markOf(head.text)?.word === 'up', head.end, heads[i + 1]?.start ?? text.length])
}

function aloneIn(statements: readonly SqlStatement[], comments: readonly SqlComment[], family: Family): Part['alone'] {
  const marks = comments.filter((c) => markOf(c.text)?.word === 'no-transaction')
  const said = marks.flatMap((c) => statements.find((s) => s.start > c.start) ?? [])
  return new Set([...said, ...statements.filter((s) => !kindOf(s.sql, family).inTransaction)])
}

/** The way up of a revision, with `down` also the way down; a plain script whole. Pure. */
export function partsOf(text: string, family: Family, down: boolean): Parts {
  if (!HEADER.test(text)) {
    const { statements, comments } = readScript(text, family)
    return { revision: false, parts: [{ statements, alone: new Set() }], comments }
  }
  const script = readScript(text, family, SECTION)
  const sections = sectionsOf(text, script)
  const wanted = sections.filter(([up]) => up || down)
  const within = <T extends SqlStatement | SqlComment>(all: readonly T[], from: number, to: number): T[] =>
    all.filter(({ start }) => start >= from && start < to)
  const header = within(script.comments, 0, sections[0]?.[1] ?? text.length)
  const parts = wanted.map(([, from, to]) => {
    const statements = within(script.statements, from, to)
    return { statements, alone: aloneIn(statements, within(script.comments, from, to), family) }
  })
  return {
    revision: true,
    parts,
    comments: [...header, ...wanted.flatMap(([, from, to]) => within(script.comments, from, to))],
  }
}
