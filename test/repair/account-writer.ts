/** A program that writes rows one by one through a plain driver, each committed by itself, and tells at its end what it did. */
import mysql from 'mysql2/promise'
import pg from 'pg'

const [url, rows, writes] = process.argv.slice(2)

async function runner(): Promise<{ run(sql: string): Promise<number>; end(): Promise<unknown> }> {
  if (url.startsWith('postgres')) {
    const db = new pg.Client({ connectionString: url })
    await db.connect()
    return { run: async (sql) => (await db.query(sql)).rowCount ?? 0, end: () => db.end() }
  }
  const db = await mysql.createConnection(url)
  const run = async (sql: string) => ((await db.query(sql))[0] as { affectedRows: number }).affectedRows
  return { run, end: () => db.end() }
}

async function write(): Promise<void> {
  const db = await runner()
  const set: Record<number, number> = {}
  const deleted = new Set<number>()
  for (let n = 1; n <= Number(writes); n++) {
    // Now here, now there: a stride that meets every row.
    const id = ((n * 7919) % Number(rows)) + 1
    if (n % 50 === 0) {
      await db.run(`DELETE FROM account WHERE id = ${id}`)
      deleted.add(id)
      delete set[id]
    } else if ((await db.run(`UPDATE account SET stamp = ${n} WHERE id = ${id}`)) === 1) {
      set[id] = n
      deleted.delete(id)
    }
  }
  await db.end()
  process.send?.({ set, deleted: [...deleted], writes: Number(writes) })
  process.disconnect?.()
}

process.once('message', () => void write())
