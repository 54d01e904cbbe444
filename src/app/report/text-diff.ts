/** Two longer texts line by line: what went, what came, and a little around it. */

export interface DiffLine {
  readonly mark: ' ' | '−' | '+' | '…'
  readonly text: string
}

/** Lines that stay around a change. */
const AROUND = 1
/** Longer texts than this are not compared line by line: the table below would take the square of it. */
const LIMIT = 2000

/** Where a long single line may be broken to be read: clauses and list items. Only for show. */
const CLAUSE =
  /\s+(?=(?:from|where|(?:left |right |inner |cross )?join|group by|having|order by|limit|union|begin|end)\b)/gi

/** Privileges of one account or role, as the model lists them. */
const GRANT = /^[A-Z]+(?:,? [A-Z]+| \((?:`(?:[^`]|``)*`)\))* (?:TO|FROM) \S/

/** The lines of a text; one that is a single long line is broken at its clauses and commas, privileges account by account. */
export function readableLines(text: string): string[] {
  const lines = text.replace(/\s+$/, '').split(/\r?\n/)
  if (lines.length > 1) return lines
  const grants = text.split('; ')
  if (grants.every((line) => GRANT.test(line))) return grants
  if (text.length <= 60) return lines
  return text
    .replace(CLAUSE, '\n')
    .replace(/,(?=\S)|, /g, ',\n  ')
    .split('\n')
}

/** Lengths of the longest common subsequences of all tails. */
function tails(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      rows[i][j] = a[i] === b[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1])
    }
  }
  return rows
}

function allLines(a: readonly string[], b: readonly string[]): DiffLine[] {
  const length = tails(a, b)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i++] })
      j++
    } else if (j >= b.length || (i < a.length && length[i + 1][j] >= length[i][j + 1])) {
      lines.push({ mark: '−', text: a[i++] })
    } else lines.push({ mark: '+', text: b[j++] })
  }
  return lines
}

/** Changed lines with what is around them; `…` stands for what is left out. */
export function textDiff(from: string, to: string): DiffLine[] {
  const [a, b] = [readableLines(from), readableLines(to)]
  if (a.length > LIMIT || b.length > LIMIT) {
    return [...a.map((text) => ({ mark: '−', text }) as const), ...b.map((text) => ({ mark: '+', text }) as const)]
  }
  const lines = allLines(a, b)
  const near = (i: number) => lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some((l) => l.mark !== ' ')
  const kept: DiffLine[] = []
  lines.forEach((line, i) => {
    if (near(i)) kept.push(line)
    else if (kept.at(-1)?.mark !== '…') kept.push({ mark: '…', text: '' })
  })
  return kept
}

/** Columns that must move, each with the one that it stands after in the new order: as few as possible. */
export function moves(from: readonly string[], to: readonly string[]): string[] {
  const staying = to.filter((name) => from.includes(name))
  const places = staying.map((name) => from.indexOf(name))
  const kept = longestRise(places)
  return staying
    .filter((_, i) => !kept.has(i))
    .map((name) => {
      const before = to[to.indexOf(name) - 1]
      return before === undefined ? `${name} to the front` : `${name} after ${before}`
    })
}

/** Positions of a longest rising run of numbers. */
function longestRise(numbers: readonly number[]): Set<number> {
  const best = numbers.map(() => 1)
  const before = numbers.map(() => -1)
  numbers.forEach((n, i) => {
    for (let j = 0; j < i; j++) {
      if (numbers[j] < n && best[j] + 1 > best[i]) [best[i], before[i]] = [best[j] + 1, j]
    }
  })
  const found = new Set<number>()
  for (let i = best.indexOf(Math.max(0, ...best)); i >= 0; i = before[i]) found.add(i)
  return found
}
