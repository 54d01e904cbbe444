/** The ways out of a finding as they are typed. */

const POLICY = /^policies: \{ '(.+)': '(\w+)' \}$/

const quoted = (text: string) => (/^[\w.:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** Policies, which a plan writes as lines of the config, become one `--policy` flag with its choices; other ways stay as they are. */
export function typedWays(ways: readonly string[]): string[] {
  const policies = ways.flatMap((way) => {
    const match = POLICY.exec(way)
    return match === null ? [] : [{ place: match[1], policy: match[2] }]
  })
  const [first, ...more] = policies
  const at = ways.findIndex((way) => POLICY.test(way))
  return ways.flatMap((way, i) => {
    if (!POLICY.test(way)) return [way]
    if (i !== at) return []
    const others = more.length === 0 ? '' : `  (or ${more.map((m) => m.policy).join(', ')})`
    return [`--policy ${quoted(`${first.place}=${first.policy}`)}${others}`]
  })
}
