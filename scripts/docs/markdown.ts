/** The few pieces of Markdown that generated pages need. */

/** Says where a page comes from; first line of its body. */
export function page(title: string, source: string, ...blocks: readonly string[]): string {
  const note = `Generated from \`${source}\` by \`npm run docs\`. Do not edit.`
  return `${[`# ${title}`, note, ...blocks].join('\n\n')}\n`
}

/** Text within a table's cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

/** A table; cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

/** Code within a line; empty for an empty text. */
export function code(text: string): string {
  if (text === '') return ''
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}
