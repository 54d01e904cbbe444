/** Repairs as the tests of this folder make them. */

import { join } from 'node:path'
import { repair, undo } from '../../src/app/repair.ts'
import type { Address } from '../../src/core/engine.ts'
import type { ApplyRepairOptions, RepairOptions, RepairPlan, RepairReport } from '../../src/core/repair.ts'

export const NONE = { report() {} }

/** A URL as an address. */
/** Plans and carries out. */
export async function mend(
  from: Address,
  to: Address,
  options: RepairOptions & ApplyRepairOptions = {},
  o: { readonly before?: (plan: RepairPlan) => Promise<void>; readonly folder?: string } = {},
): Promise<{ plan: RepairPlan; report: RepairReport }> {
  const { plan, report } = await repair(
    from,
    to,
    { jobs: 1, ...options },
    {
      reporter: NONE,
      ...(o.folder !== undefined && { file: join(o.folder, 'plan.ndjson') }),
      agree: async (plan) => {
        await o.before?.(plan)
        return true
      },
    },
  )
  if (report === null) throw new Error('nothing was planned')
  return { plan, report }
}

/** Takes a repair back. */
export function takeBack(to: Address, id: string, options: ApplyRepairOptions = {}): Promise<RepairReport> {
  return undo(to, id, options, { reporter: NONE })
}
