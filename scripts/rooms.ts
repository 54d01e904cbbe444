/** Who may import whom (docs/ARCHITECTURE.md, "Rooms"), as rules for dependency-cruiser, each with an import that breaks it. */
import type { IRegularForbiddenRuleType } from 'dependency-cruiser'

/** A rule and a planted violation: `[file, the import in it]`; the test expects that this rule, and no other, notices it. */
export interface RoomRule {
  readonly rule: IRegularForbiddenRuleType & { readonly name: string }
  readonly planted: readonly [file: string, imports: string]
}

const TESTS = '\\.test\\.ts'
const FEATURES = '(schema|revisions|copy|transfer|verify|files)'

interface Parts {
  readonly name: string
  readonly comment: string
  readonly from: IRegularForbiddenRuleType['from']
  readonly to: IRegularForbiddenRuleType['to']
  readonly planted: RoomRule['planted']
}

function rule({ name, comment, from, to, planted }: Parts): RoomRule {
  return { rule: { name, comment, severity: 'error', from, to } as RoomRule['rule'], planted }
}

/** `files` may import only what `allowed` matches of the sources. Unit tests are free. */
function only(name: string, comment: string, files: string, allowed: string, planted: RoomRule['planted']): RoomRule {
  return rule({
    name,
    comment,
    from: { path: files, pathNot: TESTS },
    to: { path: '^src/', pathNot: allowed },
    planted,
  })
}

/** A package that only one room may know. */
function belongs(packages: string, room: string, imports: string): RoomRule {
  return rule({
    name: `${room}-owns-${packages.replaceAll(/[^a-z0-9]+/g, '-')}`,
    comment: `${packages} is known to src/${room} alone, so that it can be replaced there.`,
    from: { path: '^src/', pathNot: [`^src/${room}/`, TESTS] },
    to: { path: `(^|node_modules/)(${packages})(/|$)` },
    planted: ['src/diff/planted.ts', imports],
  })
}

/** All rules. Where one is in the way of good work, move the wall by an ADR, not by an exception. */
export const ROOM_RULES: readonly RoomRule[] = [
  only('core-knows-nobody', 'core is words without I/O: it imports core alone.', '^src/core/', '^src/core/', [
    'src/core/planted.ts',
    '../diff/other.ts',
  ]),
  rule({
    name: 'core-has-no-io',
    comment: 'What is in core can be called anywhere, and does the same everywhere: files are for the rooms around it.',
    from: { path: '^src/core/', pathNot: TESTS },
    to: { path: '^(node:)?(fs|fs/promises|os|net|tls|dns|http|https|child_process|worker_threads)$' },
    planted: ['src/core/planted.ts', 'node:fs/promises'],
  }),
  only(
    'disk-knows-core',
    'disk is about files of naru itself: it imports core alone.',
    '^src/disk/',
    '^src/(core|disk)/',
    ['src/disk/planted.ts', '../engines/index.ts'],
  ),
  only('diff-knows-core', 'diff is pure: it imports core alone.', '^src/diff/', '^src/(core|diff)/', [
    'src/diff/planted.ts',
    '../copy/other.ts',
  ]),
  only(
    'features-know-no-engine',
    'Features import core, disk, diff and features: what an engine is they learn from core/engine.',
    `^src/${FEATURES}/`,
    `^src/(core|disk|diff|${FEATURES})/`,
    ['src/copy/planted.ts', '../engines/index.ts'],
  ),
  only(
    'engines-know-core-and-themselves',
    'An engine imports core, disk and its own folder, never another engine.',
    '^src/engines/([^/]+)/',
    '^src/(core|disk|engines/$1)/',
    ['src/engines/mysql/planted.ts', '../sqlite/other.ts'],
  ),
  only(
    'engines-index-knows-engines',
    'The registry imports core and the engines.',
    '^src/engines/index\\.ts',
    '^src/(core|engines)/',
    ['src/engines/index.ts', '../app/other.ts'],
  ),
  only('jobs-know-core', 'jobs are adapters: they import core and themselves.', '^src/jobs/', '^src/(core|jobs)/', [
    'src/jobs/planted.ts',
    '../copy/other.ts',
  ]),
  only(
    'testing-knows-core',
    'The conformance suite asks for capabilities, never for an engine: it imports core and itself.',
    '^src/testing/',
    '^src/(core|testing)/',
    ['src/testing/planted.ts', '../engines/sqlite/other.ts'],
  ),
  rule({
    name: 'app-is-below-cli-and-server',
    comment: 'A use case does not know who calls it.',
    from: { path: '^src/app/', pathNot: TESTS },
    to: { path: '^src/(cli|server)/' },
    planted: ['src/app/planted.ts', '../cli/other.ts'],
  }),
  only(
    'cli-knows-app',
    'Commands hold flags and rendering only: they import app, core and disk.',
    '^src/cli/',
    '^src/(app|core|disk|cli)/',
    ['src/cli/planted.ts', '../copy/other.ts'],
  ),
  only('server-knows-app', 'Routes import app and core.', '^src/server/', '^src/(app|core|server)/', [
    'src/server/planted.ts',
    '../engines/index.ts',
  ]),
  rule({
    name: 'barrel-is-for-users',
    comment: 'src/index.ts is the only barrel, and nothing inside imports it.',
    from: { path: '^src/', pathNot: TESTS },
    to: { path: '^src/index\\.ts' },
    planted: ['src/app/planted.ts', '../index.ts'],
  }),
  rule({
    name: 'sources-know-no-tests',
    comment: 'What is published does not import what is not.',
    from: { path: '^src/', pathNot: TESTS },
    to: { path: '^(test|scripts|bench|examples|docs)/|\\.test\\.ts' },
    planted: ['src/app/planted.ts', '../../test/other.ts'],
  }),
  belongs('pg|pg-copy-streams|@electric-sql/pglite', 'engines/postgres', 'pg'),
  belongs('mysql2', 'engines/mysql', 'mysql2/promise'),
  belongs('node:sqlite|sqlite', 'engines/sqlite', 'node:sqlite'),
  belongs('commander|picocolors|@clack/prompts', 'cli', 'commander'),
  belongs('zod', 'app', 'zod'),
  belongs('libpg-query', 'revisions', 'libpg-query'),
  belongs('undici|@aws-sdk/.+|parse5|micromark', 'files', 'undici'),
  rule({
    name: 'no-circle',
    comment: 'Files that import each other are one file, or a third is missing between them.',
    from: { path: '^src/' },
    to: { circular: true },
    planted: ['src/core/planted.ts', './circle.ts'],
  }),
  rule({
    name: 'no-dev-dependency',
    comment: 'A published file may import published packages only.',
    from: { path: '^src/', pathNot: [TESTS, '^src/testing/'] },
    to: { dependencyTypes: ['npm-dev'] },
    planted: ['src/core/planted.ts', 'fast-check'],
  }),
  rule({
    name: 'resolvable',
    comment: 'Every import leads somewhere, and every package stands in package.json.',
    from: { path: '^src/' },
    to: { couldNotResolve: true },
    planted: ['src/core/planted.ts', './nowhere.ts'],
  }),
]
