/** `npm run docs` writes the generated pages of docs/; `--check` fails where one differs from what it would write. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cliPage } from './docs/cli.ts'
import { enginesPage } from './docs/engines.ts'
import { errorsPage } from './docs/errors.ts'
import { findingsPage } from './docs/findings.ts'
import { lintPage } from './docs/lint.ts'

const FOLDER = join(import.meta.dirname, '..', 'docs')
const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'errors.md': errorsPage,
  'cli.md': cliPage,
  'engines.md': enginesPage,
  'findings.md': findingsPage,
  'lint.md': lintPage,
}

const check = process.argv.includes('--check')
for (const [name, make] of Object.entries(PAGES)) {
  const path = join(FOLDER, name)
  const wanted = await make()
  if (existsSync(path) && readFileSync(path, 'utf8') === wanted) continue
  if (check) {
    process.stdout.write(`docs/${name} has drifted from the sources: run \`npm run docs\`\n`)
    process.exitCode = 1
  } else {
    writeFileSync(path, wanted)
    process.stdout.write(`docs/${name} written\n`)
  }
}
