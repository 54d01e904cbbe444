/** The first revision of a database that is taken over: it makes what is there now. */
import type { Bookkeeping } from '../../../core/adopt.ts'
import type { Capabilities } from '../../../core/capabilities.ts'
import type { Schema } from '../../../core/schema.ts'
import type { RevisionFile } from '../../../revisions/file-text.ts'
import { generated } from '../../../revisions/generate.ts'
import { newId } from '../../../revisions/ids.ts'
import type { Family } from '../../../schema/sql-body.ts'
import { buildSteps } from '../../build.ts'
import { someOf } from '../../format.ts'

export interface BaselineWanted {
  readonly schema: Schema
  readonly can: Capabilities
  readonly family: Family
  readonly tool: Bookkeeping | null
  readonly message?: string
  readonly id?: string
}

/** `baseline, taken over from Alembic at ae1027a6acf` */
function messageOf(tool: Bookkeeping | null): string {
  if (tool === null) return 'baseline'
  const at = tool.last.length === 0 ? ', which had applied nothing' : ` at ${someOf(tool.last, 3)}`
  return `baseline, taken over from ${tool.tool}${at}`
}

/** The file, and how many steps its way up has. Throws UNSUPPORTED. */
export async function baselineFile(
  o: BaselineWanted,
): Promise<{ readonly file: RevisionFile; readonly steps: number }> {
  const up = await buildSteps(o.schema, o.can)
  const text = generated({ up, down: { steps: [], unplanned: [] }, family: o.family })
  const file: RevisionFile = {
    id: o.id ?? newId(),
    down: [],
    dependsOn: [],
    labels: [],
    replaces: [],
    message: o.message ?? messageOf(o.tool),
    date: new Date().toISOString().replace(/\.\d+/, ''),
    kind: 'sql',
    upText: text.up,
    // What was there before naru came is nobody's to delete by a step too many on the way down.
    downText: '-- naru:irreversible this is the baseline: it was there before',
  }
  return { file, steps: up.steps.length }
}
