import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import { NOWHERE, normalBase } from './address.ts'
import { type AddressForm, openForm } from './forms.ts'
import type { FileOutcome } from './outcome.ts'
import type { Addressing } from './store.ts'

const base = normalBase('https://old.example/img/', NOWHERE)
const addressing: Addressing = {
  store: 's',
  bases: [base],
  relativeTo: base,
  outside: 'keep',
  inline: 'keep',
  address: '{path}',
  policies: { missing: 'fail', empty: 'fail', 'wrong-type': 'fail', 'too-large': 'fail' },
}

const forms = {
  html: await openForm('html', addressing),
  markdown: await openForm('markdown', addressing),
  json: await openForm('json', addressing),
}
type Rich = Exclude<AddressForm, 'plain'>

const outcome = (address: string, next: string): FileOutcome => ({
  address,
  state: 'done',
  action: { kind: 'new', address: next },
  why: null,
})

/** The text with every address that is found replaced. */
function rewrite(form: Rich, text: string, next = (address: string) => `[${address}]`): string {
  const found = forms[form].addresses(text)
  const value = forms[form].rewrite(text, new Map(found.map((a) => [a, outcome(a, next(a))])))
  return 'value' in value ? String(value.value) : value.reason
}

describe('html', () => {
  test.each([
    ['<img src="a.jpg">', '<img src="[a.jpg]">'],
    ["<IMG ALT=x SRC = 'a.jpg' >", "<IMG ALT=x SRC = '[a.jpg]' >"],
    ['<img src=a.jpg/>', '<img src=[a.jpg/]>'],
    ['<img src="  a.jpg\n">', '<img src="  [a.jpg]\n">'],
    ['<img src="/img/a.php?x=1&amp;y=2">', '<img src="[/img/a.php?x=1&amp;y=2]">'],
    ['<img src="/img/a.php?x=1&y=2&copy=3">', '<img src="[/img/a.php?x=1&amp;y=2&amp;copy=3]">'],
    ['<img src="&#x61;.jpg">', '<img src="[a.jpg]">'],
    ['<img srcset="a.jpg 1x, b,c.jpg 2x,d.jpg">', '<img srcset="[a.jpg] 1x, [b,c.jpg] 2x,[d.jpg]">'],
    ['<video poster=p.jpg><source src="v.mp4">', '<video poster=[p.jpg]><source src="[v.mp4]">'],
    ['<a href="a.pdf">x</a> <a href="view.php?id=3">y</a>', '<a href="[a.pdf]">x</a> <a href="view.php?id=3">y</a>'],
    [
      '<a href="/img/a.jpg"><img src="https://old.example/img/한글.jpg"></a>',
      '<a href="[/img/a.jpg]"><img src="[https://old.example/img/한글.jpg]"></a>',
    ],
    [
      '<div data-id="12" data-src="a.jpg" data-url="/img/b">',
      '<div data-id="12" data-src="[a.jpg]" data-url="[/img/b]">',
    ],
    ['<p style="background: url(&quot;a.jpg&quot;)">', '<p style="background: url(&quot;[a.jpg]&quot;)">'],
    [
      '<p style="background:url(\'a\\26 b.jpg\') , url( c.jpg )">',
      '<p style="background:url(\'[a&amp;b.jpg]\') , url( [c.jpg] )">',
    ],
    [
      '<style>/* url(no.jpg) */ @import "s.css"; a{b:url(a.jpg)}</style>',
      '<style>/* url(no.jpg) */ @import "[s.css]"; a{b:url([a.jpg])}</style>',
    ],
    ['<script>var a = "<img src=\'a.jpg\'>"</script>', '<script>var a = "<img src=\'a.jpg\'>"</script>'],
    [
      '<textarea><img src="a.jpg"></textarea><img src="b.jpg">',
      '<textarea><img src="a.jpg"></textarea><img src="[b.jpg]">',
    ],
    ['<!-- <img src="a.jpg"> --><base href="/img/">', '<!-- <img src="a.jpg"> --><base href="/img/">'],
    ['<td background=a.jpg>\r\n\r\n<img\r\nsrc="b.jpg">', '<td background=[a.jpg]>\r\n\r\n<img\r\nsrc="[b.jpg]">'],
    [
      '<img src="https://other.example/a.jpg"><img src="../a.jpg">',
      '<img src="https://other.example/a.jpg"><img src="../a.jpg">',
    ],
    [
      '<meta property="og:image" content="/img/a.jpg"><meta name="d" content="a text. b">',
      '<meta property="og:image" content="[/img/a.jpg]"><meta name="d" content="a text. b">',
    ],
    ['<svg><image xlink:href="a.svg#i"/></svg>', '<svg><image xlink:href="[a.svg#i]"/></svg>'],
    ['<img src="a.jpg" src="b.jpg"><img src="c.jpg', '<img src="[a.jpg]" src="b.jpg"><img src="c.jpg'],
    ['<img src="data:image/png;base64,AA==">', '<img src="data:image/png;base64,AA==">'],
    ['plain a.jpg & text', 'plain a.jpg & text'],
  ])('%s', (text, expected) => expect(rewrite('html', text)).toBe(expected))

  test('a new address never ends the value that it stands in', () => {
    const nasty = 'https://cdn.example/"\'<>&amp; x)'
    for (const quote of ['"', "'", '']) {
      const text = `<img src=${quote}a.jpg${quote} alt="x"><img src="b.jpg">`
      const out = rewrite('html', text, (a) => (a === 'a.jpg' ? nasty : a))
      expect(forms.html.addresses(out)).toEqual(['b.jpg'])
      expect(rewrite('html', out, (a) => `!${a}`)).toBe(out.replace('b.jpg', '!b.jpg'))
    }
  })
})

describe('markdown', () => {
  test.each([
    ['![a](a.jpg "t") and [x](b.pdf)', '![a](%5Ba.jpg%5D "t") and [x](%5Bb.pdf%5D)'],
    ['![a](<a b.jpg>)', '![a](<%5Ba%20b.jpg%5D>)'],
    ['[x](page.html) [y](view) ![z](view)', '[x](page.html) [y](view) ![z](%5Bview%5D)'],
    ['![a][r]\n\n[r]: /img/a\\_b&amp;c.jpg', '![a][r]\n\n[r]: %5B/img/a_b&c.jpg%5D'],
    ['<https://old.example/img/a.jpg>', '<%5Bhttps://old.example/img/a.jpg%5D>'],
    ['text <img src="a.jpg"> `<img src="b.jpg">`', 'text <img src="%5Ba.jpg%5D"> `<img src="b.jpg">`'],
    ['<div>\n<img src="a.jpg">\n</div>', '<div>\n<img src="%5Ba.jpg%5D">\n</div>'],
    ['    ![code](a.jpg)\n\n```\n![code](a.jpg)\n```\n', '    ![code](a.jpg)\n\n```\n![code](a.jpg)\n```\n'],
    [
      '- 한글 ![y](y(1).png)\r\n> ![q](q.png)\t![r](r.png)',
      '- 한글 ![y](%5By%281%29.png%5D)\r\n> ![q](%5Bq.png%5D)\t![r](%5Br.png%5D)',
    ],
    ['\ufeff![a](a.jpg)', '\ufeff![a](%5Ba.jpg%5D)'],
    ['\\![a](a.jpg) ![a](https://other.example/a.jpg)', '\\![a](%5Ba.jpg%5D) ![a](https://other.example/a.jpg)'],
  ])('%s', (text, expected) => expect(rewrite('markdown', text, (a) => `%5B${a}%5D`)).toBe(expected))
})

describe('json', () => {
  test.each([
    ['{"a": "/img/a.jpg", "/img/k.jpg" : 1}', '{"a": "[/img/a.jpg]", "/img/k.jpg" : 1}'],
    ['[ "a.jpg" , "12", "text", "\\/img\\/\\u0061.jpg" ]', '[ "[a.jpg]" , "12", "text", "[/img/a.jpg]" ]'],
    ['{"html":"<img src=\\"a.jpg\\">"}', '{"html":"<img src=\\"[a.jpg]\\">"}'],
    ['{"html":"\\u003cimg src=\'a&amp;b.jpg\'>"}', '{"html":"\\u003cimg src=\'[a&amp;b.jpg]\'>"}'],
    ['"https://old.example/img/\\uD55C.jpg"', '"[https://old.example/img/한.jpg]"'],
    [
      '{"n": 1.0, "s": "Version 1.2.txt is here: x", "e": ""}',
      '{"n": 1.0, "s": "Version 1.2.txt is here: x", "e": ""}',
    ],
    ['no json "/img/a.jpg"', 'no json "/img/a.jpg"'],
  ])('%s', (text, expected) => expect(rewrite('json', text)).toBe(expected))
})

const PIECES = [
  '<img src="',
  'a.jpg',
  '">',
  "<p style='",
  'url(',
  ')',
  '&amp;',
  '&',
  '\\',
  '"',
  "'",
  '<',
  '>',
  '\r\n',
  '\n',
  '![x](',
  ')',
  '[r]: ',
  '한',
  '\u00a0',
  '😀',
  '\0',
  '\t',
  '`',
  '<!--',
  '-->',
  '<style>',
  '</style>',
  '{',
  '}',
  ':',
  ',',
  ' ',
  '/img/b.png',
  'srcset=',
  'https://old.example/img/',
  '&#x',
  '\ufeff',
]
const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join(''))
const nested = fc.json().map((text) => text)

/** Elements and names of attributes, as a browser would build them. */
function shape(node: DefaultTreeAdapterTypes.Node): string {
  const attributes = 'attrs' in node ? node.attrs.map((a) => a.name).join(' ') : ''
  const text = 'value' in node && node.nodeName === '#text' ? node.value : ''
  const content = node.nodeName === 'template' && 'content' in node ? shape(node.content as never) : ''
  const children = 'childNodes' in node ? node.childNodes.map(shape).join('') : ''
  return `<${node.nodeName} ${attributes}>${text}${content}${children}</>`
}

test('html keeps its structure and its texts, whatever the new addresses', () => {
  const nasty = fc.constantFrom(
    'https://old.example/img/n.png',
    'https://x.example/"\'<>&copy;=`',
    '/img/a b.png',
    "x'y",
  )
  fc.assert(
    fc.property(soup, nasty, (text, next) => {
      // What stands in a style sheet is text to the parser.
      fc.pre(!text.includes('<style>'))
      expect(shape(parseFragment(rewrite('html', text, () => next)))).toBe(shape(parseFragment(text)))
    }),
    { numRuns: 1000 },
  )
})

describe.each<Rich>(['html', 'markdown', 'json'])('%s, whatever the text', (form) => {
  const texts =
    form === 'json'
      ? fc.oneof(
          soup,
          nested,
          soup.map((s) => JSON.stringify({ s, list: [s] })),
        )
      : soup

  test('nothing changes where no address does', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(rewrite(form, text, (a) => a)).toBe(text)
      }),
      { numRuns: 500 },
    )
    const elsewhere = fc.string({ unit: 'binary', maxLength: 60 }).filter((t) => forms[form].addresses(t).length === 0)
    fc.assert(
      fc.property(elsewhere, (text) => {
        expect(rewrite(form, text)).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  test('new addresses are read back as they were meant, and stand where the old ones stood', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const found = forms[form].addresses(text)
        const name = new Map(found.map((a, i) => [a, `https://old.example/img/new${i}.png`]))
        const out = rewrite(form, text, (a) => name.get(a)!)
        expect(forms[form].addresses(out)).toEqual([...new Set(found.map((a) => name.get(a)!))])
      }),
      { numRuns: 500 },
    )
  })
})
