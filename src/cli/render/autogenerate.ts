/** What was generated, what is missing, and what became of trying revisions, on the terminal. */
import { plural, printable } from '../../app/format.ts'
import { candidateText } from '../../app/report/diff-verdict.ts'
import type { AutogenerateReport, CheckReport, DatabaseDrift, DriftReport } from '../../core/autogenerate.ts'
import type { ProofReport, ProofVerdict, RevisionProof } from '../../core/proof.ts'
import { pathText } from './revisions.ts'
import type { Style } from './style.ts'
import { verdictLine } from './verdict.ts'
import { wrap } from './width.ts'

type Tone = 'good' | 'warn' | 'bad'

/** A line with a sign before it. */
export function marked(sign: string, tone: Tone, text: string, s: Style): string[] {
  const [first, ...rest] = wrap(printable(text), s.width - 4)
  return [`  ${s.tone(tone, sign)} ${first}`, ...rest.map((line) => `    ${line}`)]
}

function wayLines(r: AutogenerateReport, s: Style): string[] {
  const { up, down } = r.unplanned
  return [
    `  ${plural(r.statements.up, 'statement')} up, ${r.statements.down} down`,
    ...r.losses.up.flatMap((what) => marked('!', 'warn', `loses data on the way up: ${what}`, s)),
    ...r.losses.down.flatMap((what) => marked('!', 'warn', `loses data on the way down: ${what}`, s)),
    ...up.flatMap((u) => marked('✗', 'bad', `not in this file: ${u.object}: ${u.why}`, s)),
    ...down.flatMap((u) => marked('✗', 'bad', `not in this file, on the way down: ${u.object}: ${u.why}`, s)),
  ]
}

/** Of what nobody was asked: for stderr, where it is seen whatever becomes of the result. Empty where there is nothing to doubt. */
export function doubtsText(r: AutogenerateReport, s: Style): string {
  if (r.path === null || r.candidates.length === 0) return ''
  const lines = r.candidates.flatMap((candidate) => {
    const { question, evidence, option } = candidateText(candidate)
    return marked('?', 'warn', `${question} (${evidence}) Then say ${option}`, s)
  })
  const what = plural(r.candidates.length, 'possible rename')
  const sentence = `${what} written as drop and add, which loses what is there. Nobody could be asked: where it is one, delete the file and run the same again with the flag.`
  return `${[verdictLine({ tone: 'warn', headline: 'Perhaps renamed', sentence }, s), ...lines].join('\n')}\n`
}

const SENTENCES: Readonly<Record<ProofVerdict, string>> = {
  proved: 'Up, down and up again on a temporary database lead where they should.',
  irreversible: 'The way up leads where it should; there is no way down.',
  differs: 'The file was written, but its ways do not lead where they should.',
  failed: 'The file was written, but it does not run on a temporary database.',
  'not reached': 'It was not tried.',
}
const TONES: Readonly<Record<ProofVerdict, Tone>> = {
  proved: 'good',
  irreversible: 'warn',
  differs: 'bad',
  failed: 'bad',
  'not reached': 'bad',
}

const headlineOf = (verdict: ProofVerdict) => `${verdict[0].toUpperCase()}${verdict.slice(1)}`

function proofLines(proof: RevisionProof | null, s: Style): string[] {
  if (proof === null) return []
  const { verdict, lines } = proof
  const told = verdictLine({ tone: TONES[verdict], headline: headlineOf(verdict), sentence: SENTENCES[verdict] }, s)
  return [...lines.flatMap((line) => marked('✗', TONES[verdict], line, s)), told]
}

/** Revisions lead somewhere; a database is there. */
const agrees = ({ against, present, models }: AutogenerateReport | CheckReport) =>
  `${present} ${against === 'database' ? 'has' : 'leads to'} what ${models} says`

/** The path where a file was written, else why none was. */
export function autogenerateLine(r: AutogenerateReport, s: Style, cwd: string): string {
  if (r.path !== null) return pathText(r.path, cwd)
  const sentence =
    r.outcome === 'unchanged'
      ? `${agrees(r)}; no file was written.`
      : `No statement expresses what differs between ${r.present} and ${r.models}; no file was written.`
  const [tone, headline] =
    r.outcome === 'unchanged' ? (['good', 'Nothing to do'] as const) : (['bad', 'Differs'] as const)
  return verdictLine({ tone, headline, sentence }, s)
}

/** The path, what the file does, and what came of trying it. */
export function autogenerateText(r: AutogenerateReport, s: Style, cwd: string): string {
  const notes = r.notes.map((note) => `  ${printable(note)}`)
  const open =
    r.outcome === 'unplanned' ? r.unplanned.up.flatMap((u) => marked('✗', 'bad', `${u.object}: ${u.why}`, s)) : []
  const body = r.path === null ? open : [...wayLines(r, s), ...proofLines(r.proof, s)]
  const line = autogenerateLine(r, s, cwd)
  return `${(r.path === null ? [...body, ...notes, line] : [line, ...notes, ...body]).join('\n')}\n`
}

/** One line: whether the revisions lead to the desired state. */
export function checkLine(r: CheckReport, s: Style): string {
  if (r.same) {
    return verdictLine({ tone: 'good', headline: 'Same', sentence: `${agrees(r)}.` }, s)
  }
  const flag = r.against === 'database' ? ' --from-db' : ''
  const sentence = `${plural(r.lines.length, 'difference')} between ${r.present} and ${r.models}: run \`naru revision --autogenerate${flag} -m MSG\`.`
  return verdictLine({ tone: 'bad', headline: 'Different', sentence }, s)
}

/** What is missing, a line each, and the verdict. */
export function checkText(r: CheckReport, s: Style): string {
  const notes = r.notes.map((note) => `  ${printable(note)}`)
  const lines = r.lines.flatMap((line) => marked('✗', 'bad', line, s))
  const doubts = r.candidates.flatMap((candidate) => {
    const { question, evidence, option } = candidateText(candidate)
    return marked('?', 'warn', `${question} (${evidence}) Then say ${option}`, s)
  })
  return `${[...lines, ...doubts, ...notes, checkLine(r, s)].join('\n')}\n`
}

/** One line a database: whether it is what its revisions made. */
export function driftLine(r: DriftReport, s: Style): string {
  return r.databases.map((d) => databaseLine(d, s)).join('\n')
}

function databaseLine(d: DatabaseDrift, s: Style): string {
  const made = `what its ${plural(d.applied, 'applied revision')} made`
  if (d.same) return verdictLine({ tone: 'good', headline: 'Same', sentence: `${d.database} has ${made}.` }, s)
  const sentence = `${plural(d.lines.length, 'difference')} between ${d.database} and ${made}.`
  return verdictLine({ tone: 'bad', headline: 'Drifted', sentence }, s)
}

/** Each database with what deviates. */
export function driftText(r: DriftReport, s: Style): string {
  const parts = r.databases.flatMap((d) => [
    ...d.lines.flatMap((line) => marked('✗', 'bad', line, s)),
    ...d.notes.map((note) => `  ${printable(note)}`),
    databaseLine(d, s),
  ])
  return `${parts.join('\n')}\n`
}

const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✗' }

function proofOf(p: RevisionProof, s: Style): string[] {
  const tone = TONES[p.verdict]
  const head = `${s.tone(tone, `${SIGNS[tone]} ${p.verdict.padEnd(12)}`)}  ${s.bold(printable(p.id))} ${printable(p.message)}`
  return [head.trimEnd(), ...p.lines.flatMap((line) => wrap(printable(line), s.width - 4).map((part) => `    ${part}`))]
}

/** One line: how many revisions are proved. */
export function proofsLine(r: ProofReport, s: Style): string {
  const count = (verdict: ProofVerdict) => r.proofs.filter((p) => p.verdict === verdict).length
  const parts = (['proved', 'irreversible', 'differs', 'failed', 'not reached'] as const).flatMap((verdict) =>
    count(verdict) === 0 ? [] : [`${count(verdict)} ${verdict}`],
  )
  const what = `${plural(r.proofs.length, 'revision')} in ${r.folder}`
  if (parts.length === 0) return verdictLine({ tone: 'good', headline: 'Nothing to try', sentence: `${what}.` }, s)
  const sentence = `${what}: ${parts.join(', ')} (${r.where}).`
  return verdictLine(
    r.exit === 0 ? { tone: 'good', headline: 'Proved', sentence } : { tone: 'bad', headline: 'Not proved', sentence },
    s,
  )
}

/** Each revision with its verdict. */
export function proofsText(r: ProofReport, s: Style): string {
  return `${[...r.proofs.flatMap((p) => proofOf(p, s)), proofsLine(r, s)].join('\n')}\n`
}
