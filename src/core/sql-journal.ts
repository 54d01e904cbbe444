/** The journal over SQL: a table `naru_journal` whose row 0 is the head. */
import type { Row, Value } from './engine.ts'
import type { Journal, JournalHead, JournalStep } from './journal.ts'
import type { LedgerDialect } from './sql-ledger.ts'

interface Connection {
  query(sql: string): Promise<Row[]>
  execute(sql: string): Promise<void>
}

const text = (value: Value) => String(value)

/** A journal over one SQL connection. */
export function sqlJournal(db: Connection, d: LedgerDialect): Journal {
  const table = d.name('journal')
  const { text: long, key, big } = d.types
  const insert = (number: number, state: string, object: string, sql: string) =>
    db.execute(
      `INSERT INTO ${table} (number, state, object, statement) VALUES (${number}, ${d.literal(state)}, ${d.literal(object)}, ${d.literal(sql)})`,
    )
  const clear = () => db.execute(`DROP TABLE IF EXISTS ${table}`)
  return {
    async read() {
      if ((await db.query(d.exists('journal'))).length === 0) return null
      const rows = await db.query(`SELECT number, state, object, statement FROM ${table} ORDER BY number`)
      const [head, ...steps] = rows
      // Without its head nothing had begun yet.
      if (head === undefined || Number(head.number) !== 0) return null
      return { ...(JSON.parse(text(head.statement)) as JournalHead), steps: steps.map(toStep) }
    },
    async begin(head, steps) {
      await clear()
      await db.execute(
        `CREATE TABLE ${table} (number ${big} NOT NULL PRIMARY KEY, state ${key} NOT NULL, object ${long} NOT NULL, statement ${long} NOT NULL)${d.suffix}`,
      )
      for (const step of steps) await insert(step.number, 'planned', step.object, step.sql)
      await insert(0, 'head', '', JSON.stringify(head))
    },
    async note(number, state) {
      await db.execute(`UPDATE ${table} SET state = ${d.literal(state)} WHERE number = ${number}`)
    },
    clear,
  }
}

function toStep(row: Row): JournalStep {
  return {
    number: Number(row.number),
    object: text(row.object),
    sql: text(row.statement),
    state: text(row.state) as JournalStep['state'],
  }
}
