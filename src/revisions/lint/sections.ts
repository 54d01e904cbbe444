/** Which part of a file is linted: all of a plain script, the way up (or down) of a revision. */

/** A stretch of a text. */
export interface Section {
  readonly from: number
  readonly to: number
}

export interface Sections {
  /** The file has the header of a revision. */
  readonly revision: boolean
  readonly sections: readonly Section[]
}

const HEADER = /^\uFEFF?\s*--[ \t]*naru:revision\b/m
const MARK = /^--[ \t]*naru:(up|down)[ \t]*\r?$/gm

/** The way up of a revision, with `down` also the way down; a plain script whole. Pure. */
export function sectionsOf(text: string, down: boolean): Sections {
  if (!HEADER.test(text)) return { revision: false, sections: [{ from: 0, to: text.length }] }
  const marks = [...text.matchAll(MARK)]
  if (marks.length === 0) return { revision: true, sections: [{ from: 0, to: text.length }] }
  const sections = marks.map((mark, i) => ({
    from: mark.index + mark[0].length,
    to: marks[i + 1]?.index ?? text.length,
    up: mark[1] === 'up',
  }))
  return { revision: true, sections: sections.filter((s) => s.up || down) }
}
