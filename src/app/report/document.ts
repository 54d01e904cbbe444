/** A report between its facts and its form: written once from a run, rendered as HTML and as Markdown with the same content. */

export type Tone = 'good' | 'warn' | 'bad' | 'quiet'

export type Cell =
  | string
  | { readonly text: string; readonly tone?: Tone; readonly code?: boolean; readonly link?: string }

/** A way to another page; `link` is relative, and escaped as addresses are. */
interface Way {
  readonly text: string
  readonly link: string
}

export interface ColumnHead {
  readonly title: string
  /** Numbers stand at the right. */
  readonly number?: boolean
  readonly code?: boolean
}

export type Block =
  | { readonly kind: 'text'; readonly text: string; readonly tone?: Tone }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table'
      readonly columns: readonly ColumnHead[]
      readonly rows: readonly (readonly Cell[])[]
      readonly total?: readonly Cell[]
    }
  /** A longer text to unfold: SQL, a long list. */
  | { readonly kind: 'code'; readonly title: string; readonly code: string }
  /** A drawing: an `<svg>` element that was made here, and how Markdown says the same (Mermaid), or a sentence where it cannot. */
  | { readonly kind: 'picture'; readonly svg: string; readonly mermaid?: string; readonly instead?: string }
  /** Parts of a whole, as bars. */
  | {
      readonly kind: 'bars'
      readonly items: readonly { readonly label: string; readonly value: string; readonly share: number }[]
    }

export interface Section {
  readonly id: string
  readonly title: string
  readonly intro?: string
  readonly blocks: readonly Block[]
}

export interface Report {
  readonly title: string
  readonly verdict: { readonly tone: Tone; readonly headline: string; readonly sentence: string }
  /** The few numbers that matter most. */
  readonly figures: readonly {
    readonly label: string
    readonly value: string
    readonly note?: string
    readonly tone?: Tone
  }[]
  /** Where from, where to, when, how. */
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly sections: readonly Section[]
  /** Pages that belong to this one. */
  readonly ways?: readonly Way[]
  readonly footer: readonly string[]
}

/** A section, or nothing when it would be empty. */
export function section(
  id: string,
  title: string,
  intro: string | undefined,
  blocks: readonly (Block | null)[],
): Section[] {
  const there = blocks.filter((b) => b !== null && !(b.kind === 'table' && b.rows.length === 0))
  return there.length === 0 ? [] : [{ id, title, intro, blocks: there as Block[] }]
}

/** The text of a cell. */
export function cellText(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text
}
