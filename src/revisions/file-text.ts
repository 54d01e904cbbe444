/** Revisions as text: what `naru revision` and its kin write. */
import { NaruError } from '../core/error.ts'
import type { Header } from './header.ts'
import { parseHeader } from './header.ts'
import { parseModuleHeader } from './module-header.ts'
import { oneLine, slugOf } from './slug.ts'

/** A revision that is to be written. */
export interface RevisionFile extends Header {
  readonly kind: 'sql' | 'ts'
  /** Text of the section up; null: empty. Of a module: the body of the function. */
  readonly upText: string | null
  /** Text of the section down; null: an empty one. */
  readonly downText: string | null
}

/** `3f2a9c1b7d04_add_users.sql` */
export function fileName({ id, message, kind }: Pick<RevisionFile, 'id' | 'message' | 'kind'>): string {
  const slug = slugOf(message)
  return `${slug === '' ? id : `${id}_${slug}`}.${kind}`
}

function headerLines(f: RevisionFile): string[] {
  const list = (word: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`-- naru:${word} ${values.join(', ')}`]
  return [
    `-- naru:revision ${f.id}`,
    `-- naru:revises ${f.down.length === 0 ? 'none' : f.down.join(', ')}`,
    `-- naru:message ${f.message}`,
    ...(f.date === null ? [] : [`-- naru:date ${f.date}`]),
    ...list('labels', f.labels),
    ...list('depends-on', f.dependsOn),
    ...list('replaces', f.replaces),
  ]
}

function section(word: 'up' | 'down', text: string | null): string {
  const body = text?.trim() ?? ''
  return `-- naru:${word}\n${body === '' ? '' : `${body}\n`}`
}

const quoted = (text: string) => `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

function listed(values: readonly string[]): string {
  return `[${values.map(quoted).join(', ')}]`
}

const EXAMPLE = {
  up: '// Take the tools that you need, async up({ sql }), and use them: await sql`UPDATE users SET nick = name`',
  down: '// What takes it back; without a function `down` there is no way back.',
}

function moduleFunction(word: 'up' | 'down', text: string | null): string[] {
  return [`  async ${word}() {`, ...(text ?? EXAMPLE[word]).split('\n').map((line) => `    ${line}`), '  },']
}

function moduleText(f: RevisionFile): string {
  const down = f.down.length === 0 ? 'null' : f.down.length === 1 ? quoted(f.down[0]) : listed(f.down)
  const list = (key: string, values: readonly string[]) => (values.length === 0 ? [] : [`  ${key}: ${listed(values)},`])
  return [
    `import { defineRevision } from 'naru'`,
    '',
    'export default defineRevision({',
    `  revision: ${quoted(f.id)},`,
    `  downRevision: ${down},`,
    `  message: ${quoted(f.message)},`,
    ...(f.date === null ? [] : [`  date: ${quoted(f.date)},`]),
    ...list('branchLabels', f.labels),
    ...list('dependsOn', f.dependsOn),
    ...list('replaces', f.replaces),
    '',
    ...moduleFunction('up', f.upText),
    '',
    ...moduleFunction('down', f.downText),
    '})',
    '',
  ].join('\n')
}

const sqlText = (f: RevisionFile) =>
  [`${headerLines(f).join('\n')}\n`, section('up', f.upText), section('down', f.downText)].join('\n')

/** The text of a revision's file. Throws REVISION_INVALID for a message without a word in it. */
export function fileText(file: RevisionFile): string {
  const f = { ...file, message: oneLine(file.message) }
  if (f.message === '')
    throw new NaruError('REVISION_INVALID', 'the message is empty', {
      hint: 'Say what the revision does: -m "add users".',
    })
  const text = f.kind === 'sql' ? sqlText(f) : moduleText(f)
  const read = f.kind === 'sql' ? parseHeader(text, f.id) : parseModuleHeader(text, f.id)
  if (read?.message !== f.message || read.id !== f.id)
    throw new NaruError('INTERNAL', `the header of revision ${f.id} does not read as it was written`)
  return text
}
