/** The reports of `naru verify` and `naru plan`. */
import type { CopyPlan } from '../../core/plan.ts'
import type { VerifyReport } from '../../core/report.ts'
import { unreadWords } from '../../core/unread.ts'
import { count, duration, moment, plural, roughly, size } from '../format.ts'
import { type Report, type Section, section } from './document.ts'
import { digestSection, driftSection } from './ledger-sections.ts'
import { fileSection, mappingSection } from './mapping-sections.ts'
import {
  castSection,
  findingSection,
  leftoverSection,
  movingRows,
  tableSection,
  versionSection,
} from './plan-sections.ts'
import { noteSection, product } from './run-report.ts'
import { confidenceLines, coverage, isSample, sampleLine } from './sample-words.ts'

/** The verdict of a verification in a headline and a sentence or two. */
export function verifyVerdict(r: VerifyReport): Report['verdict'] {
  const verdict = isSample(r.tables) ? sampleVerdict(r) : rowsVerdict(r)
  const { unread } = r
  if (unread === undefined) return verdict
  return { ...verdict, sentence: `${verdict.sentence} Not compared: ${unreadWords(unread)}.` }
}

function rowsVerdict(r: VerifyReport): Report['verdict'] {
  const bad = r.tables.filter((t) => !t.same)
  const counted = r.tables.some((t) => t.how !== 'digest')
  if (r.same) {
    const what = counted ? 'the same number of rows' : 'the same rows'
    return {
      tone: 'good',
      headline: counted ? 'Same counts' : 'Same',
      sentence: `${plural(r.tables.length, 'table')} hold${r.tables.length === 1 ? 's' : ''} ${what} on both sides.`,
    }
  }
  const drift = bad.reduce((n, t) => n + t.driftCount, 0)
  const rows = drift > 0 ? `, ${plural(drift, 'row')} in all` : ''
  return {
    tone: 'bad',
    headline: 'Different',
    sentence: `${count(bad.length)} of ${plural(r.tables.length, 'table')} differ${bad.length === 1 ? 's' : ''}${rows}: ${bad.map((t) => t.table).join(', ')}.`,
  }
}

/** A sample says nothing of the rows that it did not look at. */
function sampleVerdict(r: VerifyReport): Report['verdict'] {
  const { seen, all } = coverage(r.tables)
  const rest =
    seen < all ? ` The other ${plural(all - seen, 'row')} ${all - seen === 1 ? 'was' : 'were'} not compared.` : ''
  const looked = `${count(seen)} of ${plural(all, 'row')} in ${plural(r.tables.length, 'table')} were compared`
  if (r.same) {
    return {
      tone: 'good',
      headline: 'Same in the sample',
      sentence: `${looked} and are the same on both sides.${rest}`,
    }
  }
  const bad = r.tables.filter((t) => !t.same)
  const drift = bad.reduce((n, t) => n + t.driftCount, 0)
  const found = drift > 0 ? plural(drift, 'row differs', 'rows differ') : 'the numbers of all rows differ'
  return {
    tone: 'bad',
    headline: 'Different',
    sentence: `${looked}: ${found} (${bad.map((t) => t.table).join(', ')}).${rest}`,
  }
}

/** VerifyReport → report. */
export function verifyReport(r: VerifyReport): Report {
  const rows = r.tables.reduce((n, t) => n + t.sourceRows, 0)
  return {
    title: `${r.from} = ${r.to} ?`,
    verdict: verifyVerdict(r),
    figures: [
      {
        label: 'tables the same',
        value: `${count(r.tables.filter((t) => t.same).length)} of ${count(r.tables.length)}`,
      },
      { label: 'rows compared', value: count(rows) },
      { label: 'time', value: duration(Date.parse(r.finished) - Date.parse(r.started)) },
    ],
    facts: [
      { label: 'source', value: r.from },
      { label: 'target', value: r.to },
      { label: 'started', value: moment(r.started) },
      { label: 'finished', value: moment(r.finished) },
    ],
    sections: [...driftSection(r.tables), ...digestSection(r.tables), ...sampleSection(r), ...noteSection(r.notes)],
    footer: [],
  }
}

function sampleSection(r: VerifyReport): Section[] {
  const items = r.tables.flatMap((t) =>
    t.sample === undefined ? [] : [sampleLine(t, t.sample), ...confidenceLines(t, t.sample)],
  )
  const intro = 'Only a part of these tables was compared. Nothing is said of the rest but what follows from chance.'
  return section('sample', 'Sample', intro, items.length === 0 ? [] : [{ kind: 'list', items }])
}

/** The verdict of a plan: ready, or what has to be settled first. */
export function planVerdict(p: CopyPlan): Report['verdict'] {
  const open = p.findings.filter((f) => f.severity === 'blocks').length
  const time = roughly(p.estimate.seconds)
  const estimate = `It will take ${time} and ${size(p.estimate.bytes)} on the target.`
  if (open === 0) return { tone: 'good', headline: 'Ready to copy', sentence: estimate }
  const sentence = `${plural(open, 'finding')} must be settled before a row moves. ${estimate}`
  return { tone: 'bad', headline: 'Not ready', sentence }
}

/** CopyPlan → report. */
export function planReport(p: CopyPlan): Report {
  const rows = movingRows(p)
  return {
    title: `${p.from.label} → ${p.to.label} (plan)`,
    verdict: planVerdict(p),
    figures: [
      { label: 'tables', value: count(p.tables.length) },
      { label: 'rows to copy', value: count(rows) },
      { label: 'size in the source', value: size(p.tables.reduce((n, t) => n + t.bytes, 0)) },
      { label: 'estimate', value: roughly(p.estimate.seconds), note: `${size(p.estimate.bytes)} on the target` },
    ],
    facts: [
      { label: 'from', value: `${p.from.label} (${product(p.from)})` },
      { label: 'to', value: `${p.to.label} (${product(p.to)})` },
    ],
    sections: [
      ...findingSection(p.findings),
      ...mappingSection(p),
      ...fileSection(p),
      ...tableSection(p),
      ...castSection(p),
      ...leftoverSection(p.leftovers),
      ...versionSection(p.versionTables),
    ],
    footer: [`Nothing was changed. Go on with: naru copy ${p.from.label} ${p.to.label}`],
  }
}
