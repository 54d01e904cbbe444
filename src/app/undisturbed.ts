/** Tables that are being filled are left alone by the server's housekeeping. */
import { isMade, type TablePlan } from '../core/plan.ts'
import { openDatabase } from './open.ts'
import type { Session } from './session.ts'

/** The largest tables are enough: each takes a lock of those that a server has room for. */
const MOST = 200

/**
 * Until this is disposed of, autovacuum passes over the large tables that this run makes, from a moment after now. It would read them over and over as they grow, and
 * one that is under way holds up each index for a second, after which the server ends it for nothing. Best effort: without this a
 * copy is slower, not wrong.
 */
export function undisturbed(session: Session): AsyncDisposable {
  const { plan, to, target } = session
  // Between the phases of a transfer its tables are altered.
  const may = target.holdOffVacuum !== undefined && plan.mappings === undefined
  const tables = may ? largest(plan.tables.filter(isMade)) : []
  if (tables.length === 0) return { async [Symbol.asyncDispose]() {} }
  const opening = openDatabase(to, { role: 'target', like: target }).catch(() => undefined)
  const held = opening.then((own) => own?.holdOffVacuum?.(tables.map((t) => t.target.name)).catch(() => {}))
  return {
    async [Symbol.asyncDispose]() {
      await (await opening)?.close()
      await held
    },
  }
}

function largest(tables: readonly TablePlan[]): TablePlan[] {
  return tables.toSorted((a, b) => b.bytes - a.bytes).slice(0, MOST)
}
