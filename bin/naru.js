#!/usr/bin/env node

// Plain JavaScript that old versions of Node can read, so that they get a sentence instead of a stack trace.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'

const MAJOR = 22
const MINOR = 18
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < MAJOR || (major === MAJOR && minor < MINOR)) {
  process.stderr.write(
    `naru needs Node.js ${MAJOR}.${MINOR} or newer, and this is ${process.version} (${process.execPath}).\n` +
      'Install a newer Node.js (https://nodejs.org), or in a checkout run `npm ci` and then `npx naru`.\n',
  )
  process.exitCode = 2
} else {
  nodeModule.enableCompileCache?.()
  // Files that are moved wait for the disk side by side. Read by Node when its first thread is wanted.
  process.env.UV_THREADPOOL_SIZE ??= '16'
  // A checkout runs its sources; Node does not strip types inside node_modules, where only dist/ is.
  const source = new URL('../src/cli/main.ts', import.meta.url)
  const built = new URL('../dist/cli/main.js', import.meta.url)
  await import(existsSync(source) ? source.href : built.href)
}
