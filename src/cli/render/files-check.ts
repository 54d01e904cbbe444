/** What `naru files verify`, `orphans` and `import` end with on the terminal. */
import type { FilesImport } from '../../app/files/map.ts'
import type { FilesOrphans } from '../../app/files/orphans.ts'
import type { FilesVerifyReport } from '../../app/files/verify.ts'
import { count, plural, printable, size } from '../../app/format.ts'
import type { Report } from '../../app/report/document.ts'
import type { Style } from './style.ts'
import { verdictLine } from './verdict.ts'

type Verdict = Report['verdict']

const MOST = 20

function listed(lines: readonly string[], s: Style): string[] {
  const more = lines.length > MOST ? [s.dim(`  and ${count(lines.length - MOST)} more, all of them with --json`)] : []
  return [...lines.slice(0, MOST).map((line) => `${s.tone('warn', '!')} ${printable(line)}`), ...more]
}

const WORDS = {
  gone: 'gone',
  size: 'of another size',
  content: 'with another content',
  changed: 'changed at the source',
  missing: 'no longer at the source',
  unknown: 'not to be checked',
} as const

/** The last line of a verify. */
export function verifyVerdict(r: FilesVerifyReport): Verdict {
  const others = Object.entries(WORDS).flatMap(([verdict, words]) => {
    const n = r.verdicts[verdict as keyof typeof WORDS] ?? 0
    return n === 0 ? [] : [`${count(n)} ${words}`]
  })
  const sentence = [`${plural(r.verdicts.good ?? 0, 'file')} as noted`, ...others].join(', ')
  if (r.exit === 0) return { tone: 'good', headline: 'All there', sentence: `${sentence}.` }
  const gone = (r.verdicts.gone ?? 0) + (r.verdicts.size ?? 0) > 0
  const next = gone ? ` \`naru files retry ${r.store} --state gone\` brings them again.` : ''
  return { tone: 'bad', headline: 'Not all there', sentence: `${sentence}.${next}` }
}

/** What is not good, and the verdict. */
export function verifyText(r: FilesVerifyReport, s: Style): string {
  const lines = r.samples.map(({ source, why }) => `${source}: ${why}`)
  return `${[...listed(lines, s), verdictLine(verifyVerdict(r), s)].join('\n')}\n`
}

/** The last line of a search for orphans. */
export function orphansVerdict(r: FilesOrphans): Verdict {
  if (r.exit === 0)
    return {
      tone: 'good',
      headline: 'No orphans',
      sentence: `${plural(r.objects, 'object')}, each of a file of the ledger.`,
    }
  const objects = `${plural(r.orphans.length, 'object')} (${size(r.orphanBytes)}) of ${count(r.objects)} that no file has`
  const files = `${plural(r.gone.length, 'file')} of the ledger without an object`
  const next = r.gone.length > 0 ? ` \`naru files retry ${r.store} --state gone\` brings them again.` : ''
  return { tone: 'warn', headline: 'Orphans', sentence: `${objects}, ${files}.${next}` }
}

/** The names, and the verdict. */
export function orphansText(r: FilesOrphans, s: Style): string {
  const gone = r.gone.map(({ source, key }) => `${source}: ${key} is gone`)
  const orphans = r.orphans.map((key) => `${key}: no file has it`)
  return `${[...listed(gone, s), ...listed(orphans, s), verdictLine(orphansVerdict(r), s)].join('\n')}\n`
}

/** The last line of an import. */
export function importVerdict(r: FilesImport): Verdict {
  const sentence = `${plural(r.imported, 'file')} taken over, ${count(r.known)} known before`
  if (r.exit === 0) return { tone: 'good', headline: 'Imported', sentence: `${sentence}.` }
  const refused = `${plural(r.refused.length, 'address', 'addresses')} of no file of this store`
  return { tone: 'warn', headline: 'Imported in part', sentence: `${sentence}, ${refused}.` }
}

/** What is not taken over, and the verdict. */
export function importText(r: FilesImport, s: Style): string {
  const lines = r.refused.map((address) => `${address}: no file of this store`)
  return `${[...listed(lines, s), verdictLine(importVerdict(r), s)].join('\n')}\n`
}
