/** What inspection tells of an object beside its definition. */
import type { OtherObject } from '../../../core/schema.ts'

/** One of the details of an object. */
export const details = (o: OtherObject, key: string) => o.details?.[key]
