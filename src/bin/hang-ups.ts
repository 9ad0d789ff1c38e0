import { isatty } from 'node:tty'

/** What is done about SIGHUP. */
export interface HangUps {
  /**
   * Registers what has to be read again. What is registered after a signal is called at once, because it
   * may have been read before.
   */
  readonly onReload: (reload: () => void) => void
  /** Ends the process as the signal does, if its terminal is closed: to be called when all else is done. */
  readonly endIfClosed: () => void
}

/**
 * Takes SIGHUP from the first moment on, so that it never ends a server: those who renew certificates
 * send it whenever they have, also while one starts.
 *
 * A terminal that is closed sends the same signal to what runs in it, which then has to end; such a
 * terminal is none any more (Linux: EIO).
 *
 * @param onClosed the terminal is closed
 */
export function takeHangUps(onClosed: () => void): HangUps {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor))
  const isClosed = () => !terminals.every((descriptor) => isatty(descriptor))
  const reloads: (() => void)[] = []
  let told = false
  process.on('SIGHUP', () => {
    if (isClosed()) {
      onClosed()
      return
    }
    told = true
    for (const reload of reloads) reload()
  })
  return {
    onReload: (reload) => {
      reloads.push(reload)
      if (told) reload()
    },
    endIfClosed: () => {
      if (!isClosed()) return
      // An end without the signal would be a crash: Node sets the terminal back as it was before (20).
      process.removeAllListeners('SIGHUP')
      process.kill(process.pid, 'SIGHUP')
    },
  }
}
