/** Servers with a replica of their own, for what depends on how far one is behind: PostgreSQL streams, MariaDB follows its binary log. */
import { findProgram, type ServerKind } from '../harness/binaries.ts'
import { type DedicatedServer, dedicatedServer } from '../harness/servers.ts'
import { runPlain } from './plain.ts'

/** A server and one that follows it. */
export interface Replicated extends AsyncDisposable {
  readonly primary: DedicatedServer
  readonly replica: DedicatedServer
  /** The replica goes on receiving, and applies nothing until it is let. */
  hold(): Promise<void>
  letGo(): Promise<void>
}

const PROGRAMS: Readonly<Record<ServerKind, readonly string[]>> = {
  postgres: ['postgres', 'pg_basebackup'],
  mysql: ['mariadbd', 'mariadb-install-db'],
}

/** Why there can be no replica on this machine; null: there can. */
export function noReplica(kind: ServerKind): string | null {
  const missing = PROGRAMS[kind].filter((name) => findProgram(name) === null)
  return missing.length === 0 ? null : `no ${missing.join(', ')} on this machine`
}

/** Starts both; a few seconds. */
export async function replicated(kind: ServerKind): Promise<Replicated> {
  return kind === 'postgres' ? streaming() : following()
}

async function streaming(): Promise<Replicated> {
  await using stack = new AsyncDisposableStack()
  const primary = stack.use(await dedicatedServer('postgres'))
  const { hostname, port } = new URL(primary.url)
  const backup = [
    findProgram('pg_basebackup') as string,
    '-h',
    hostname,
    '-p',
    port,
    '-U',
    'postgres',
    '-R',
    '-c',
    'fast',
  ]
  const replica = stack.use(
    await dedicatedServer('postgres', undefined, (data) => [...backup, '-D', data, '--no-sync']),
  )
  const ended = stack.move()
  return {
    primary,
    replica,
    hold: () => runPlain(replica.url, ['SELECT pg_wal_replay_pause()']),
    letGo: () => runPlain(replica.url, ['SELECT pg_wal_replay_resume()']),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  }
}

async function following(): Promise<Replicated> {
  await using stack = new AsyncDisposableStack()
  const primary = stack.use(await dedicatedServer('mysql', () => ['--log-bin=binlog', '--server-id=1']))
  const replica = stack.use(await dedicatedServer('mysql', () => ['--server-id=2', '--relay-log=relay']))
  const { hostname, port } = new URL(primary.url)
  await runPlain(replica.url, [
    `CHANGE MASTER TO MASTER_HOST='${hostname}', MASTER_PORT=${port}, MASTER_USER='root', MASTER_USE_GTID=slave_pos`,
    'START SLAVE',
  ])
  const ended = stack.move()
  return {
    primary,
    replica,
    hold: () => runPlain(replica.url, ['STOP SLAVE SQL_THREAD']),
    letGo: () => runPlain(replica.url, ['START SLAVE SQL_THREAD']),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  }
}
