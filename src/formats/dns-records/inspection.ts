import { dataOf } from '../../dns/record.js'
import type { Inspection } from '../format.js'
import { parseZone } from './reader.js'

/** @throws MailProfileError `invalid_profile` when a name server would refuse the records */
export function inspectZone(text: string): Inspection {
  const { origin, records } = parseZone(text)
  return {
    sections: [
      {
        title: origin,
        rows: records.map((record) => [`${record.owner} ${record.type}`, dataOf(record)]),
      },
    ],
    warnings: [],
  }
}
