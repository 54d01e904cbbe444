/** Where a test of the suite plays: an empty database, its own or, where opening takes long, one that was emptied after the test before. */
import type { Database } from '../core/engine.ts'
import type { FreshPlace, Subject } from './subject.ts'

/** An open database of the engine under test that goes away with its place. */
export interface Stage extends AsyncDisposable {
  readonly db: Database
  /** One more connection to the same database. */
  another(): Promise<Database>
}

interface Opened {
  readonly place: FreshPlace
  readonly db: Database
}

/** Emptied, for the next test of the subject. */
const idle = new Map<Subject, Opened>()

function openTarget(subject: Subject, place: FreshPlace): Promise<Database> {
  return subject.engine.open(place.address, { role: 'target' })
}

async function openFresh(subject: Subject): Promise<Opened> {
  const place = await subject.fresh()
  return { place, db: await openTarget(subject, place) }
}

async function end({ place, db }: Opened): Promise<void> {
  await db.close().catch(() => {})
  await place[Symbol.asyncDispose]()
}

/** Whether the database could be emptied; one that its test closed or left in a broken transaction cannot. */
async function isEmptied(subject: Subject, { db }: Opened): Promise<boolean> {
  if (subject.empty === undefined || idle.has(subject)) return false
  return subject.empty(db).then(
    () => true,
    () => false,
  )
}

/** Opens an empty database as a target. */
export async function stage(subject: Subject): Promise<Stage> {
  const opened = idle.get(subject) ?? (await openFresh(subject))
  idle.delete(subject)
  const others: Database[] = []
  return {
    db: opened.db,
    async another() {
      const db = await openTarget(subject, opened.place)
      others.push(db)
      return db
    },
    async [Symbol.asyncDispose]() {
      for (const db of others) await db.close().catch(() => {})
      if (await isEmptied(subject, opened)) idle.set(subject, opened)
      else await end(opened)
    },
  }
}

/** Closes what waits for a next test of the subject. */
export async function endIdle(subject: Subject): Promise<void> {
  const opened = idle.get(subject)
  idle.delete(subject)
  if (opened !== undefined) await end(opened)
}
