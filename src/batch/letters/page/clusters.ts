import type { Block } from './blocks.js'
import { clustersOf } from '../text/runs.js'

/** All that fonts have to have for some blocks, each once. */
export function clustersIn(
  blocks: readonly Block[],
  lines: readonly string[],
): { readonly plain: ReadonlySet<string>; readonly mono: ReadonlySet<string> } {
  const plain = new Set(lines.flatMap(clustersOf))
  const mono = new Set<string>()
  const take = (block: Block) => {
    switch (block.kind) {
      case 'text':
        for (const { text, isMono } of block.spans) {
          for (const cluster of clustersOf(text)) (isMono === true ? mono : plain).add(cluster)
        }
        break
      case 'list':
        block.items.forEach(take)
        break
      case 'code':
        block.beside.forEach(take)
    }
  }
  blocks.forEach(take)
  return { plain, mono }
}
