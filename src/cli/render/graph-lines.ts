/** A graph drawn in lanes beside lines of text: what follows stands above what it follows. Pure. */

/** A point and those below it that it is joined to. Points come from above: each before its `down`. */
export interface GraphPoint {
  readonly id: string
  readonly down: readonly string[]
}

/** A line of the drawing; `id` where it is a point's own. */
export interface GraphLine {
  readonly id: string | null
  /** Lanes, two cells each. */
  readonly drawing: string
  /** Lanes that go on below it: what stands beside further lines of a point. */
  readonly below: string
}

export interface Glyphs {
  readonly point: string
  readonly pass: string
  readonly along: string
  /** By the sides that are joined: up, down, left, right. */
  readonly corner: (up: boolean, down: boolean, left: boolean, right: boolean) => string
}

/** With bits up 8, down 4, left 2, right 1. */
const BOX = [' ', '─', '─', '─', '│', '╭', '╮', '┬', '│', '╰', '╯', '┴', '│', '├', '┤', '┼']

export const UNICODE: Glyphs = {
  point: '●',
  pass: '│',
  along: '─',
  corner: (up, down, left, right) => BOX[Number(up) * 8 + Number(down) * 4 + Number(left) * 2 + Number(right)],
}

export const ASCII: Glyphs = {
  point: '*',
  pass: '|',
  along: '-',
  corner: (up, down, left, right) => {
    if (up && down) return left || right ? '+' : '|'
    if (up || down) return up ? "'" : '.'
    return left || right ? '-' : ' '
  },
}

/** What each lane leads to; null: it is free. */
type Lanes = (string | null)[]

/** Lanes joined to lane `at`, above the line or below it. */
function joint(before: Lanes, after: Lanes, at: number, others: readonly number[], g: Glyphs): string {
  const low = Math.min(at, ...others)
  const high = Math.max(at, ...others)
  let drawing = ''
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const end = i === at || others.includes(i)
    const inside = i >= low && i <= high
    const left = end ? i > low : inside
    const right = end ? i < high : inside
    const up = (before[i] ?? null) !== null
    const down = (after[i] ?? null) !== null
    drawing += crossing(up, down, left, right, end, g) + (i >= low && i < high ? g.along : ' ')
  }
  return drawing
}

/** A lane that is only passed stays what it is. */
function crossing(up: boolean, down: boolean, left: boolean, right: boolean, end: boolean, g: Glyphs): string {
  if (!end && up && down && left && right) return g === ASCII ? g.pass : g.corner(up, down, left, right)
  return g.corner(up, down, left, right)
}

function trim(lanes: Lanes): void {
  while (lanes.length > 0 && lanes[lanes.length - 1] === null) lanes.pop()
}

/** A free lane to the right of `from`, or a new one. */
function freeLane(lanes: Lanes, from: number): number {
  const free = lanes.findIndex((lane, i) => lane === null && i > from)
  return free < 0 ? lanes.push(null) - 1 : free
}

/** Lanes that lead to a point become the first of them. */
function gather(lanes: Lanes, id: string, g: Glyphs): { at: number; line: string | null } {
  const leading = lanes.flatMap((lane, i) => (lane === id ? [i] : []))
  if (leading.length === 0) {
    const at = freeLane(lanes, -1)
    lanes[at] = id
    return { at, line: null }
  }
  const [at, ...others] = leading
  if (others.length === 0) return { at, line: null }
  const before = [...lanes]
  for (const i of others) lanes[i] = null
  return { at, line: joint(before, lanes, at, others, g) }
}

/** From the lane of a point to those that lead to what it follows. */
function part(lanes: Lanes, at: number, down: readonly string[], g: Glyphs): string | null {
  lanes[at] = null
  const before = [...lanes]
  before[at] = 'point'
  const others: number[] = []
  for (const id of down) {
    const known = lanes.indexOf(id)
    if (known >= 0 && known !== at && down.length > 1) others.push(known)
    else if (lanes[at] === null) lanes[at] = id
    else {
      const lane = freeLane(lanes, at)
      lanes[lane] = id
      others.push(lane)
    }
  }
  return others.length === 0 ? null : joint(before, lanes, at, others, g)
}

const strokes = (lanes: Lanes, at: number, point: string, g: Glyphs) =>
  lanes
    .map((lane, i) => `${i === at ? point : lane === null ? ' ' : g.pass} `)
    .join('')
    .trimEnd()

/** The lines of a drawing of the points, those from above first. What a point follows and is not among them ends its lane. */
export function drawGraph(points: readonly GraphPoint[], g: Glyphs): GraphLine[] {
  const known = new Set(points.map((p) => p.id))
  const lanes: Lanes = []
  const lines: GraphLine[] = []
  for (const { id, down } of points) {
    const leads = down.filter((d) => known.has(d))
    const { at, line } = gather(lanes, id, g)
    if (line !== null) lines.push({ id: null, drawing: line.trimEnd(), below: '' })
    const below = strokes(lanes, at, leads.length === 0 ? ' ' : g.pass, g)
    lines.push({ id, drawing: strokes(lanes, at, g.point, g), below })
    const parting = part(lanes, at, leads, g)
    if (parting !== null) lines.push({ id: null, drawing: parting.trimEnd(), below: '' })
    trim(lanes)
  }
  return lines
}
