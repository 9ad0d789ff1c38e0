import { monitorEventLoopDelay } from 'node:perf_hooks'

// Loaded into a server before it starts: tells its parent, when asked, the 99th percentile of the event
// loop's delay in milliseconds since it was asked before.

const RESOLUTION_MILLISECONDS = 1

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MILLISECONDS })
delay.enable()
process.on('message', () => {
  const p99 = delay.percentile(99) / 1e6 - RESOLUTION_MILLISECONDS
  delay.reset()
  process.send?.(Math.max(0, p99))
})
// The parent's being there is no reason to go on.
process.channel?.unref()
