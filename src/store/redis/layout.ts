import { version } from '../../version.js'

// Who may use what is kept: raised where programs from before would spoil it, and they refuse from then on.
// They go on beside newer ones while this stays, because each asks for fields and lists that it knows, and
// none takes away others.
const LAYOUT = 1

// Longer than anything is kept.
const LAYOUT_KEPT = 60 * 24 * 60 * 60 * 1000

/** What every script begins with, in Lua; `trouble.ts` has words for its error. */
export const REFUSE_NEWER = `
local layout = redis.call('GET', 'mailprofile:layout')
if layout and tonumber(string.match(layout, '^%d+')) > ${LAYOUT} then
  return redis.error_reply('NEWER ' .. layout)
end
`

/** Says who may use what is kept, as long as anything is, and which version of mailprofile said so first. */
export const SIGN_LAYOUT = `
redis.call('SET', 'mailprofile:layout', layout or '${LAYOUT} ${version}', 'PX', ${LAYOUT_KEPT})
`
