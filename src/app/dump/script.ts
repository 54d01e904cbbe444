/** Scripts of dumps on their way to a client: what would lead elsewhere is left out, and no line may run a command of the machine. */
import { Transform } from 'node:stream'
import { NaruError } from '../../core/error.ts'

/** A stream that changes whole lines; null leaves one out. Bytes that are no UTF-8 pass as they are. */
function lines(change: (line: string) => string | null, first: string): Transform {
  let rest = ''
  let begun = false
  const text = (more: string, last: boolean): Buffer => {
    const parts = (rest + more).split('\n')
    rest = last ? '' : (parts.pop() ?? '')
    const kept = parts.map(change).filter((line) => line !== null)
    const body = kept.length === 0 ? '' : kept.join('\n') + (last ? '' : '\n')
    const head = begun ? '' : first
    begun = true
    return Buffer.from(head + body, 'latin1')
  }
  const guarded = (done: (error: Error | null, data?: Buffer) => void, work: () => Buffer) => {
    try {
      done(null, work())
    } catch (error) {
      done(error as Error)
    }
  }
  return new Transform({
    transform: (bytes: Buffer, _, done) => guarded(done, () => text(bytes.toString('latin1'), false)),
    flush: (done) => guarded(done, () => text('', true)),
  })
}

/**
 * A script of pg_dump for psql, which runs commands of the shell that stand in it (`\!`): the rows of COPY pass, any other line with a
 * backslash of psql's is refused, as are other databases.
 */
export function postgresScript(): Transform {
  let rows = false
  return lines((line) => {
    if (rows) {
      rows = line.replace(/\r$/, '') !== '\\.'
      return line
    }
    if (/^COPY .* FROM stdin;\r?$/.test(line)) {
      rows = true
      return line
    }
    if (/^\\(un)?restrict |^(CREATE|ALTER|DROP) DATABASE |^\\connect /.test(line)) return null
    if (/\\[!a-z?]/i.test(line) && isCommand(line)) throw refusedLine(line)
    return line
  }, '')
}

/** Whether a backslash stands where psql would take it for a command: not within quotes that begin on the line. */
function isCommand(line: string): boolean {
  const bare = line.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--.*$/g, '')
  return /^\s*\\|;\s*\\/.test(bare)
}

function refusedLine(line: string): NaruError {
  return new NaruError('DUMP_REFUSED', 'the dump holds a command of psql', {
    why: `${line.slice(0, 80)}: pg_dump writes no such line, and it could run programs here`,
    hint: 'Make the dump again with pg_dump, or restore it yourself and name the database.',
    state: 'the temporary database is gone; nothing else was changed',
  })
}

/** Keeps MariaDB's client from running commands of the shell; others take it for a comment. */
const SANDBOX = '/*M!999999\\- enable the sandbox mode */\n'

/** A script of mysqldump or mariadb-dump for their client: into the database at hand, whatever it was called. */
export function mysqlScript(label: string): Transform {
  const used = new Set<string>()
  return lines((line) => {
    const use = /^USE `((?:[^`]|``)+)`;\r?$/.exec(line)?.[1]
    if (use !== undefined) used.add(use)
    if (used.size > 1) throw several(label, [...used])
    return use !== undefined || /^CREATE DATABASE /.test(line) || line.startsWith('/*M!999999\\-') ? null : line
  }, SANDBOX)
}

function several(label: string, names: readonly string[]): NaruError {
  return new NaruError('DUMP_REFUSED', `${label} holds several databases: ${names.join(', ')} …`, {
    why: 'one dump is one source',
    hint: 'Dump them one by one.',
    state: 'the temporary database is gone; nothing else was changed',
  })
}
