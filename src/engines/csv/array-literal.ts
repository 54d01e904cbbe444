/** Arrays as PostgreSQL spells them, `{a,"b c",NULL}`, and as the wire's text has them, a JSON array of texts. */

type Element = string | null | readonly Element[]

/** PostgreSQL's literal of an array given as JSON. */
export function literalFromArray(json: string): string {
  return literal(JSON.parse(json) as Element)
}

/** JSON of an array with each text changed. */
export function mapArray(json: string, change: (text: string) => string): string {
  const changed = (e: Element): Element => (e === null ? null : typeof e === 'string' ? change(e) : e.map(changed))
  return JSON.stringify(changed(JSON.parse(json) as Element))
}

function literal(element: Element): string {
  if (element === null) return 'NULL'
  if (typeof element === 'string') return `"${element.replace(/[\\"]/g, '\\$&')}"`
  return `{${element.map(literal).join(',')}}`
}

/** JSON of an array that PostgreSQL spelled, bounds left out; null for what is none. */
export function arrayFromLiteral(text: string): string | null {
  const body = text.replace(/^(\[-?\d+:-?\d+\])+=/, '')
  const parser = { text: body, at: 0 }
  const found = body.startsWith('{') ? list(parser) : null
  return found === null || parser.at < body.length ? null : JSON.stringify(found)
}

interface Parser {
  readonly text: string
  at: number
}

/** Reads from `{` to the brace that closes it. */
function list(p: Parser): Element[] | null {
  const elements: Element[] = []
  p.at++
  if (p.text[p.at] === '}') {
    p.at++
    return elements
  }
  for (;;) {
    const one = element(p)
    if (one === undefined) return null
    elements.push(one)
    const c = p.text[p.at++]
    if (c === '}') return elements
    if (c !== ',') return null
  }
}

function element(p: Parser): Element | undefined {
  const c = p.text[p.at]
  if (c === '{') return list(p) ?? undefined
  const found = c === '"' ? /"((?:[^"\\]|\\.)*)"/sy : /(?:[^{}",\\]|\\.)+/sy
  found.lastIndex = p.at
  const match = found.exec(p.text)
  if (match === null) return undefined
  p.at = found.lastIndex
  if (c !== '"' && /^null$/i.test(match[0])) return null
  return (match[1] ?? match[0]).replace(/\\(.)/gs, '$1')
}
