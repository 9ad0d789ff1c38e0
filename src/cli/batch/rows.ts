import { readList } from '../../batch/list/read-list.js'
import type { Io } from '../io.js'
import type { BatchRows, OpenRowsOptions } from './batch-rows.js'
import { listedRows } from './listed-rows.js'
import type { BatchWish } from './options.js'
import { openList } from './read-list.js'
import type { BatchSource } from './source.js'

/** @throws MailProfileError as `openList` and `listedRows` */
export async function openRows(
  source: BatchSource,
  { named, decoder }: Pick<BatchWish, 'named' | 'decoder'>,
  { onColumns, ...options }: OpenRowsOptions,
  io: Pick<Io, 'cwd' | 'stdin' | 'openDirectory' | 'signal'>,
): Promise<BatchRows> {
  if ('filter' in source) {
    return listedRows(source.filter, { ...options, named, onColumns }, io)
  }
  const { chunks, share } = await openList(source.list, io)
  const list = readList(chunks, { named, decoder, onColumns })
  return { list, share, close: () => undefined }
}
