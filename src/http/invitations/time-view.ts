import type { TimeView } from '../pages/views.js'

const FORMAT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/**
 * A time for a page, whose script may show it as the device does.
 *
 * @param time Unix milliseconds
 */
export function timeView(time: number): TimeView {
  return { iso: new Date(time).toISOString(), text: `${FORMAT.format(time)} UTC` }
}
