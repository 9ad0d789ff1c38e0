import { expect, it } from 'vitest'
import { FollowedCatalogue } from '../../src/server/followed-catalogue.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { temporaryFolder } from '../support/temporary-folder.js'

it('a reload that is asked for while the files are being read is not lost', async () => {
  const reads: (() => void)[] = []
  const read = () =>
    new Promise<Catalogue>((resolve) => reads.push(() => resolve(new Catalogue([]))))
  const reading = FollowedCatalogue.read({ paths: [temporaryFolder()], read })
  await expect.poll(() => reads.length).toBe(1)
  reads[0]?.()
  let reload: () => void = () => undefined
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const io = {
    signal: new AbortController().signal,
    onReload: (look: () => void) => (reload = look),
  }
  ;(await reading).follow(io as never, { info: log, warn: log })

  reload()
  await expect.poll(() => reads.length).toBe(2)
  // The files have just changed, and the first ones of them have been read.
  reload()
  reads[1]?.()
  await expect.poll(() => reads.length).toBe(3)
  reads[2]?.()
  await expect.poll(() => lines.length).toBe(2)
})
