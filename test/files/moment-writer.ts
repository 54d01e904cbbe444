/**
 * Loaded before a process that moves files, into each of its threads: kills it at a moment that is named by `NARU_TEST_KILL`, such as `rename:7`: the
 * seventh call of that kind. `half`: half of a file is written. `sync`: it is written and synced. `rename`: it has its name.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const [moment, nth] = (process.env.NARU_TEST_KILL ?? '').split(':')
const { writeSync, fsync, renameSync } = fs
let calls = 0

/** Whether this is the call. */
const isIt = (kind: string) => kind === moment && ++calls === Number(nth)
const die = () => process.kill(process.pid, 'SIGKILL')
/** Output of the process goes the same way. */
const isFile = (fd: number) => fd > 2 && fs.fstatSync(fd).isFile()

fs.writeSync = ((fd: number, bytes: Uint8Array, ...rest: []) => {
  if (isFile(fd) && isIt('half')) {
    writeSync(fd, bytes.subarray(0, bytes.length / 2))
    die()
  }
  return writeSync(fd, bytes, ...rest)
}) as typeof fs.writeSync

fs.fsync = ((fd: number, done: fs.NoParamCallback) => {
  const file = isFile(fd)
  fsync(fd, (error) => {
    if (file && isIt('sync')) die()
    done(error)
  })
}) as typeof fs.fsync

fs.renameSync = (from, to) => {
  renameSync(from, to)
  if (isIt('rename')) die()
}

syncBuiltinESMExports()
