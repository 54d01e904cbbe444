/** How SQLite's schemas are compared and altered. */
import type { Planner } from '../../../core/change.ts'
import { normalize } from './normalize.ts'
import { plan } from './plan.ts'

/** SQLite's planner: what ALTER TABLE cannot do exactly is done by making the table anew. */
export const planner: Planner = { normalize, ordersColumns: true, plan }
