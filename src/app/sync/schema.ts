/** The form of a job, checked field by field. */
import { z } from 'zod'
import type { TableRef } from '../../transfer/columns.ts'
import type { Sync } from '../../transfer/sync.ts'

const text = z.string().min(1)
/** Tables are known by two names; columns are their properties, so that nothing else can be asked of them. */
const columnRef = z.strictObject({
  table: z.custom<TableRef>(
    (v) => typeof v === 'object' && v !== null && Object.hasOwn(v, 'database'),
    'expected a table',
  ),
  column: text,
})
const callable = <T>() => z.custom<T>((v) => typeof v === 'function', 'expected a function')

/** The names that Intl knows. */
function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** A job of the configuration. */
export const syncSchema = z.strictObject({
  kind: z.literal('sync', 'expected sync(…)'),
  name: text.max(100),
  transfer: text,
  schedule: text.optional(),
  timezone: text.refine(isZone, 'expected a time zone such as "Asia/Seoul"').optional(),
  missed: z.enum(['skip', 'once', 'all']).optional(),
  scope: columnRef.optional(),
  chunk: z.int().min(1).max(100_000).optional(),
  watermark: text.optional(),
  due: callable<NonNullable<Sync['due']>>().optional(),
  repair: z
    .array(z.enum(['missing', 'different', 'extra']))
    .min(1)
    .optional(),
  limits: z.strictObject({ rows: z.int().min(1).optional() }).optional(),
  onDrift: callable<NonNullable<Sync['onDrift']>>().optional(),
}) satisfies z.ZodType<Sync>
