/** Runs a script as pg_dump writes it (plain format) without psql, in a server or in PGlite. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

interface Session {
  run(sql: string): Promise<unknown>
  /** `copy` is `COPY … FROM stdin` without the semicolon. */
  load(copy: string, rows: string): Promise<unknown>
  end(): Promise<void>
}

async function serverSession(url: string): Promise<Session> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return {
    run: (sql) => client.query(sql),
    load: (copy, rows) => pipeline(Readable.from([Buffer.from(rows)]), client.query(copyFrom(copy))),
    end: () => client.end(),
  }
}

async function embeddedSession(folder: string): Promise<Session> {
  const database = await PGlite.create(folder)
  return {
    run: (sql) => database.exec(sql),
    load: (copy, rows) =>
      database.query(copy.replace(/FROM stdin$/i, "FROM '/dev/blob'"), [], { blob: new Blob([rows]) }),
    end: () => database.close(),
  }
}

/** The script in UTF-8, without lines that name roles, which the server may not have. */
function decoded(script: Buffer): string {
  const encoding = /^SET client_encoding = '(\w+)'/m.exec(script.toString('latin1'))?.[1] ?? 'UTF8'
  const text = encoding === 'LATIN1' ? script.toString('latin1') : script.toString('utf8')
  return text
    .replace(/^SET client_encoding = .*$/m, '')
    .replace(/^ALTER .* OWNER TO .*;$/gm, '')
    .replace(/^(GRANT|REVOKE) .* (TO|FROM) .*;$/gm, '')
}

/** Runs the script; `url` is `postgres://…` or `pglite:folder`. Throws the database's error. */
export async function loadPostgresScript(url: string, script: Buffer): Promise<void> {
  const session = url.startsWith('pglite:') ? await embeddedSession(url.slice(7)) : await serverSession(url)
  try {
    // SQL and blocks of rows alternate: a block begins after its COPY line and ends with a line `\.`.
    let rest = decoded(script)
    for (let copy = nextCopy(rest); copy !== null; copy = nextCopy(rest)) {
      await session.run(rest.slice(0, copy.index))
      const begin = copy.index + copy[0].length
      const end = rest.startsWith('\\.', begin) ? begin : rest.indexOf('\n\\.', begin) + 1
      await session.load(copy[1], rest.slice(begin, end))
      rest = rest.slice(end + 2)
    }
    await session.run(rest)
  } finally {
    await session.end()
  }
}

function nextCopy(text: string): RegExpExecArray | null {
  return /^(COPY .* FROM stdin);\n/im.exec(text)
}
