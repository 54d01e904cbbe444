/** Answers become findings: with a sentence, the ways out, and how the user has settled them already. */
import type { Dialect, Policy } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { CopyOptions } from '../core/options.ts'
import type { Finding, Severity } from '../core/plan.ts'
import type { Traits } from '../diff/convert-traits.ts'
import type { DraftColumn, DraftTable } from './draft.ts'
import { FINDINGS, type FindingCode } from './findings.ts'
import { sentence } from './sentences.ts'
import { castLines } from './ways.ts'

/** Something to report, before it is settled. */
export interface Notice {
  readonly code: FindingCode
  readonly draft: DraftTable
  readonly column: DraftColumn | null
  readonly probe: Parameters<Dialect['probe']>[0] | null
  readonly count: number
  readonly samples: readonly string[]
  readonly detail?: string
}

export interface SettleContext {
  readonly options: CopyOptions
  readonly from: Traits
  readonly to: Traits
  readonly sourceDialect: Dialect
  readonly targetDialect: Dialect
}

/** Checks the codes of --accept and of the policies. Throws USAGE for one that does not exist. */
export function checkCodes(options: CopyOptions): void {
  for (const entry of [...(options.accept ?? []), ...Object.keys(options.policies ?? {})]) {
    const code = entry.split(':')[0].toUpperCase()
    if (Object.hasOwn(FINDINGS, code)) continue
    throw new NaruError('USAGE', `there is no finding ${code}`, {
      why: `--accept and policies take ${Object.keys(FINDINGS).join(', ')}`,
      hint: 'Write CODE or CODE:table.column.',
      state: 'nothing was changed',
    })
  }
}

/** `CODE:table.column` before `CODE:table` before `CODE`. */
function scopes(code: string, table: string, column: string | null): string[] {
  return [...(column === null ? [] : [`${code}:${table}.${column}`]), `${code}:${table}`, code].map((s) =>
    s.toLowerCase(),
  )
}

/** The policy that the config has for a finding, or undefined. */
export function policyFor(
  options: CopyOptions,
  code: string,
  table: string,
  column: string | null,
): Policy | undefined {
  const policies = new Map(Object.entries(options.policies ?? {}).map(([k, v]) => [k.toLowerCase(), v]))
  return scopes(code, table, column).flatMap((s) => policies.get(s) ?? [])[0]
}

/**
 * What is read in place of values in trouble. Whoever accepts SCALE lets them be rounded: at the source, so that both sides hold the same
 * afterwards, however the target would round.
 */
function treatmentOf(c: SettleContext, n: Notice): Policy | undefined {
  const column = n.column?.source.name ?? null
  const policy = policyFor(c.options, n.code, n.draft.label, column)
  const rounds = policy === undefined && n.code === 'SCALE' && isAccepted(c.options, n.code, n.draft.label, column)
  return rounds && policiesFor(c, n).includes('clip') ? 'clip' : policy
}

/** Whether --accept names a finding. */
export function isAccepted(options: CopyOptions, code: string, table: string, column: string | null): boolean {
  const accepted = new Set((options.accept ?? []).map((a) => a.toLowerCase()))
  return scopes(code, table, column).some((s) => accepted.has(s))
}

/** A finding of values. */
export function toFinding(c: SettleContext, n: Notice): Finding {
  const column = n.column?.source.name ?? null
  const policy = policyFor(c.options, n.code, n.draft.label, column)
  return {
    code: n.code,
    table: n.draft.label,
    column,
    count: n.count,
    samples: n.samples,
    message: sentence(c, n),
    ways: waysOut(c, n),
    severity: severityOf(c, n, policy),
    ...(policy !== undefined && { policy }),
  }
}

function severityOf(c: SettleContext, n: Notice, policy: Policy | undefined): Severity {
  if (isAccepted(c.options, n.code, n.draft.label, n.column?.source.name ?? null)) return 'accepted'
  if (policy === 'fail') return 'blocks'
  if (policy !== undefined) return 'settled'
  if (n.code === 'LOSSY_CAST' && n.column?.rule === 'existing') return 'blocks'
  return FINDINGS[n.code].effect === 'note' ? 'note' : 'blocks'
}

function waysOut(c: SettleContext, n: Notice): string[] {
  const column = n.column?.source.name
  const place = column === undefined ? n.draft.label : `${n.draft.label}.${column}`
  return [
    ...(n.column === null ? [] : castLines(c, n.code, place, n.column)),
    ...policiesFor(c, n).map((p) => `policies: { '${n.code}:${place}': '${p}' }`),
    `--accept ${n.code}:${place}`,
  ]
}

/** Policies that make sense for a finding's values. */
function policiesFor(c: SettleContext, n: Notice): Policy[] {
  const { column, probe } = n
  if (column === null || probe === null) return []
  const quoted = column.expression ?? c.sourceDialect.quote(column.source.name)
  const note = FINDINGS[n.code].effect === 'note'
  const remedies = (['null', 'clip', 'replace'] as const).filter(
    (p) =>
      (p !== 'null' || (canBeNull(n) && !note)) && c.sourceDialect.remedy(probe, p, column.source, quoted) !== null,
  )
  return note ? remedies : [...remedies, 'reject']
}

/** Created tables can drop NOT NULL, keys and existing tables cannot. */
function canBeNull(n: Notice): boolean {
  const name = n.column?.target.name ?? ''
  if (n.draft.target.primaryKey?.columns.includes(name) || n.column?.target.identity !== undefined) return false
  return n.column?.rule !== 'existing' || n.column.target.nullable
}

/**
 * SQL that reads a column with its policies applied, or undefined where there are none.
 * @throws NaruError CONFIG_INVALID for a policy that makes no sense for what was found.
 */
export function remedied(c: SettleContext, notices: readonly Notice[]): string | undefined {
  let expression: string | undefined
  for (const n of notices) {
    if (n.column === null) continue
    const policy = treatmentOf(c, n)
    if (policy !== 'null' && policy !== 'clip' && policy !== 'replace') continue
    const before = expression ?? n.column.expression ?? c.sourceDialect.quote(n.column.source.name)
    const after = n.probe === null ? null : c.sourceDialect.remedy(n.probe, policy, n.column.source, before)
    if (after === null || (policy === 'null' && !canBeNull(n))) throw senseless(c, n, policy)
    expression = after
  }
  return expression
}

/** Like `remedied` for everything that might be found, without asking: what no policy can apply to is read as it is. */
export function remediedUnasked(c: SettleContext, notices: readonly Notice[]): string | undefined {
  const able = notices.filter((n) => {
    const policy = treatmentOf(c, n)
    return policy !== undefined && policiesFor(c, n).includes(policy)
  })
  return remedied(c, able)
}

function senseless(c: SettleContext, n: Notice, policy: Policy): NaruError {
  const can = policiesFor(c, n)
  return new NaruError(
    'CONFIG_INVALID',
    `the policy '${policy}' makes no sense for ${n.code} in ${n.draft.label}.${n.column?.source.name}`,
    {
      why:
        policy === 'null' && !canBeNull(n)
          ? 'the column must not be NULL on the target'
          : 'there is no such value to put in its place',
      hint:
        can.length > 0 ? `Possible are ${can.map((p) => `'${p}'`).join(', ')}.` : 'Settle it by a cast or --accept.',
      state: 'nothing was changed',
    },
  )
}
