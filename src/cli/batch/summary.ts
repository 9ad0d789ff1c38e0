import type { BatchCounts } from '../../batch/run/counts.js'
import type { BatchSummary } from '../../batch/run/run-batch.js'
import type { BatchForecast } from '../../batch/run/try-batch.js'
import { REJECTED, RESULTS } from '../../batch/output/output-folder.js'

/**
 * What was done, in sentences.
 *
 * @param out the folder, as the person named it
 */
export function describeSummary(summary: BatchSummary, out: string): string {
  const { rejected, failedMails, uncertainMails, letterFiles, stopped } = summary
  const lines = [
    `${stopped ? 'Stopped. ' : ''}${made(summary)}`,
    ...unchanged(summary),
    ...(letterFiles.length === 0 ? [] : [`The letters are in ${letterFiles.join(', ')}.`]),
    ...(rejected === 0 || stopped
      ? []
      : [`${count(rejected, 'line')} rejected: ${out}/${REJECTED} says why.`]),
    ...(failedMails === 0
      ? []
      : [
          `${count(failedMails, 'mail')} not taken: ${out}/${RESULTS} says why. Run it again to try those again.`,
        ]),
    ...(uncertainMails === 0
      ? []
      : [
          `${count(uncertainMails, 'mail')} may have been sent, so no run sends them again: “uncertain” in ${out}/${RESULTS}. Ask these people.`,
        ]),
    stopped
      ? 'Run the same command again to go on.'
      : `${out}/${RESULTS} has a line for each person.`,
  ]
  return `${lines.join('\n')}\n`
}

/** What would be done, in sentences. */
export function describeForecast(forecast: BatchForecast, out: string): string {
  const { rejected, rejections, stopped } = forecast
  const lines = [
    ...(stopped ? ['Stopped: this is only the beginning of the list.'] : []),
    `Nothing was done. Without --dry-run, in ${out}: ${made(forecast)}`,
    ...unchanged(forecast),
    ...(rejected === 0 ? [] : [`${count(rejected, 'line')} would be rejected:`]),
    ...rejections.map(
      ({ line, address, complaint }) =>
        `  line ${line}${address === undefined ? '' : `, ${address}`}: ${complaint.reason}`,
    ),
    ...(rejected > rejections.length ? [`  and ${rejected - rejections.length} more`] : []),
  ]
  return `${lines.join('\n')}\n`
}

function made({ rows, files, invitations, letters, mails }: BatchCounts): string {
  const things = [
    ...(files === 0 ? [] : [count(files, 'file')]),
    ...(invitations === 0 ? [] : [count(invitations, 'invitation')]),
    ...(letters === 0 ? [] : [count(letters, 'letter')]),
    ...(mails === 0 ? [] : [count(mails, 'mail')]),
  ]
  const list = things.length === 0 ? 'nothing to make' : things.join(', ')
  return `${list}, of ${count(rows, 'line')}.`
}

function unchanged({ unchanged: number }: BatchCounts): string[] {
  return number === 0 ? [] : [`${count(number, 'line')} had been done before.`]
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}
