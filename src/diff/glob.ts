/** Names and globs by which people mean tables and other objects. */
import { displayName, type ObjectName } from '../core/schema.ts'

/** `*` is any text, `?` any character; the rest stands for itself. */
export function globTest(glob: string): (text: string) => boolean {
  const escaped = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const pattern = new RegExp(`^${escaped}$`, 'su')
  return (text) => text === glob || pattern.test(text)
}

/** Whether a glob means that object: by its name alone or with its schema. */
export function nameTest(glob: string): (name: ObjectName) => boolean {
  const test = globTest(glob)
  return (name) => test(name.name) || (name.schema !== undefined && test(displayName(name)))
}
