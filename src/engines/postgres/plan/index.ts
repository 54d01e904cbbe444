/** How PostgreSQL compares and changes its schemas. */
import type { Planner } from '../../../core/change.ts'
import { plan } from './assemble.ts'
import { normalize } from './normalize.ts'
import { alignOwners } from './owners.ts'
import { alignVersions } from './versions.ts'

/** The planner of PostgreSQL and PGlite. */
export const planner: Planner = {
  align: (from, to) => alignVersions(...alignOwners(from, to)),
  normalize,
  ordersColumns: false,
  plan,
}
