import type { IncomingMessage } from 'node:http'

/** Whether a page is wanted, as browsers say and hardly a program does. */
export function wantsPage({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return (headers.accept ?? '').includes('text/html')
}
