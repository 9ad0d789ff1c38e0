import { readFileSync } from 'node:fs'
import { CsvRecords } from '../../src/batch/list/csv-records.js'

/** The rows of a file that “batch” has written, by the names of its columns. */
export function readCsv(path: string): Readonly<Record<string, string>>[] {
  const [head = [], ...rows] = [...new CsvRecords(',').read(readFileSync(path, 'utf8'), true)].map(
    (record) => ('cells' in record ? record.cells : []),
  )
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])))
}
