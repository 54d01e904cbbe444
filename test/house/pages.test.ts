/** Pages that people read: whole, with links that lead somewhere, both READMEs in step. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const pages = globSync(['*.md', '{docs,bench,examples,src,test}/**/*.md'], { cwd: ROOT }).filter(
  (p) => !p.includes('node_modules'),
)
const text = (page: string) => readFileSync(join(ROOT, page), 'utf8')

test('no page holds what a merge left behind', () => {
  expect(pages.length).toBeGreaterThan(30)
  expect(pages.filter((p) => /^(<{7} |={7}$|>{7} )/m.test(text(p)))).toEqual([])
})

test('relative links lead to files that are there', () => {
  const broken = pages.flatMap((page) => {
    const prose = text(page)
      .replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '')
      .replaceAll(/`[^`\n]*`/g, '')
    return [...prose.matchAll(/\]\((?!https?:|#)([^)\s#]+)[^)]*\)/g)]
      .filter(([, target]) => !existsSync(join(ROOT, dirname(page), target)))
      .map(([link]) => `${page}: ${link}`)
  })
  expect(broken).toEqual([])
})

test('both READMEs name the same commands and pages', () => {
  const said = (page: string) => ({
    links: [...new Set([...text(page).matchAll(/\]\(([^)]+)\)/g)].map(([, t]) => t))]
      .filter((t) => !t.startsWith('README'))
      .sort(),
    heads: [...text(page).matchAll(/^\*\*(`naru[^*]*)\*\*/gm)].map(([, head]) => head),
  })
  expect(said('README.ko.md')).toEqual(said('README.md'))
})
