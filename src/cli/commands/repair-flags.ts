/** The flags of `naru repair`. */
import type { Attribution, RepairKind, RepairOptions } from '../../core/repair.ts'
import type { Flags } from '../flags.ts'

/** Flags of the command as commander hands them over. */
export interface RepairFlags extends Omit<Flags, 'by'> {
  readonly by?: RepairOptions['by']
  readonly settle?: number
  readonly targetWhere?: Record<string, string>
  readonly since?: Record<string, string>
  readonly excludeColumns?: string[]
  readonly tolerance?: Record<string, string>
  readonly only?: RepairKind[]
  readonly include?: Attribution[]
  readonly maxRows?: number
  readonly maxPercent?: number
  readonly limit?: number
  readonly plan?: string
  readonly apply?: string
  readonly sql?: boolean
  readonly yes?: boolean
  readonly triggers?: 'on' | 'off'
  readonly lockTimeout?: number
  readonly undo?: string
  readonly list?: boolean
}
