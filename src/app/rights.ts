/** What the users of both ends may not do of a plan, as findings of it. */
import { rightsFindings } from '../copy/rights.ts'
import { isAccepted } from '../copy/settle.ts'
import type { Address, Database } from '../core/engine.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan, Finding } from '../core/plan.ts'
import { runLanes } from './lane-count.ts'

interface Begun {
  readonly sources: readonly { readonly address: Address; readonly database: Database }[]
  readonly target: Database
  readonly options: CopyOptions
  readonly plan: CopyPlan
}

/** The plan with RIGHTS_MISSING and SNAPSHOT_LOCK among its findings. */
export async function withRights(begun: Begun): Promise<CopyPlan> {
  const { plan, target, options } = begun
  const findings = [
    ...plan.findings,
    ...(await rightsFindings(plan.tables, target, options)),
    ...(await lockFindings(begun)),
  ]
  return { ...plan, findings }
}

/** Sources that let readers begin at one moment only under a lock that their user may not take; one lane alone needs none. */
async function lockFindings(begun: Begun): Promise<Finding[]> {
  const { sources, options, plan } = begun
  const alone = runLanes(begun) === 1 && plan.sample === undefined
  if (alone || options.noLock || options.schemaOnly) return []
  const code = 'SNAPSHOT_LOCK'
  const findings: Finding[] = []
  for (const { address, database } of sources.filter((s) => s.database.can.sharedSnapshot === 'lock')) {
    const missing = (await database.missingRights?.({ intents: [], lock: true })) ?? []
    for (const { user, rights, grant } of missing)
      findings.push({
        code,
        table: address.label,
        column: null,
        count: 1,
        samples: [],
        message: `the user ${user} lacks ${rights.join(', ')}: lanes begin to read at one moment only under a short global read lock`,
        ways: [
          grant,
          ...(plan.sample === undefined ? ['--jobs 1 reads all in one lane, which needs no lock'] : []),
          '--no-lock where lanes may see slightly different moments',
        ],
        severity: isAccepted(options, code, address.label, null) ? 'accepted' : 'blocks',
      })
  }
  return findings
}
