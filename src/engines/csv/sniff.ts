/** Which character parts the fields of a file. */
import { openScanner } from './records.ts'

const CANDIDATES = [',', ';', '\t', '|'].map((c) => c.charCodeAt(0))
/** Records that are looked at. */
const SAMPLE = 50

/**
 * The delimiter under which the first records have equally many fields, and most of them; a comma where none parts anything.
 * @param whole The bytes are the whole file.
 */
export function sniffDelimiter(bytes: Buffer, whole: boolean, quote: number): number {
  let best = { delimiter: CANDIDATES[0], score: 0 }
  for (const delimiter of CANDIDATES) {
    const score = scoreOf(bytes, whole, { delimiter, quote })
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

/** Fields of the header, less for each record that has another number of them. */
function scoreOf(bytes: Buffer, whole: boolean, by: { delimiter: number; quote: number }): number {
  const s = openScanner(by.delimiter, { offset: 0, line: 1 }, by.quote)
  bytes.copy(s.room(bytes.length))
  s.fed(bytes.length, whole)
  let fields = 0
  let same = 0
  let records = 0
  while (records < SAMPLE && s.next()) {
    if (records === 0) fields = s.count
    if (s.trouble === null && s.count === fields) same++
    records++
  }
  return fields < 2 ? 0 : (same / records) * 1000 + fields
}
