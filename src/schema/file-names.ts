/** Names of files for the objects of a schema: every file system takes them, and no two are the same where case is folded. */
import { displayName, type Schema } from '../core/schema.ts'

/** Bytes that a name has at most: with a number and an ending it stays below the 255 of file systems. */
const LONGEST = 200

/** Devices of Windows, whatever their ending. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i

function shortened(text: string): string {
  let kept = ''
  let bytes = 0
  for (const ch of text) {
    bytes += Buffer.byteLength(ch)
    if (bytes > LONGEST) break
    kept += ch
  }
  return kept
}

/** A text as the name of a file, without ending; may be empty. */
export function fileName(text: string): string {
  const plain = text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '_')
  const name = shortened(plain).replace(/^_+|_+$/g, '')
  return DEVICES.test(name) ? `${name}_` : name
}

/** A name for each text, in their order; none of `taken`. Pure: the same texts give the same names. */
export function fileNames(texts: readonly string[], taken: readonly string[] = []): string[] {
  const used = new Set(taken.map((name) => name.toLowerCase()))
  return texts.map((text, i) => {
    const wanted = fileName(text) || `table_${i + 1}`
    let name = wanted
    for (let n = 2; used.has(name.toLowerCase()); n++) name = `${wanted}_${n}`
    used.add(name.toLowerCase())
    return name
  })
}

/** A name for the file of each table, in their order, beside a file `index`. */
export function tableFiles(schema: Schema): string[] {
  const names = schema.tables.map(({ name }) => (name.schema === schema.name ? name.name : displayName(name)))
  return fileNames(names, ['index'])
}
