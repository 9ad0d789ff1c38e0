import type { QrMatrix } from './qr-code.js'

/** Where a path goes from a corner: right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const
/** No edge; a direction is kept as its place in STEPS and one more. */
const NONE = 0

/**
 * The outlines of a matrix's dark areas as the data of an SVG path, to be filled. What lies next to each
 * other is one area: between areas of their own, printers and viewers that smooth edges leave hairlines.
 *
 * @param margin how far from the edges of the drawing the matrix lies, in modules
 */
export function outline(rows: QrMatrix, margin = 0): string {
  const end = margin + rows.length
  const width = end + margin + 1
  // The edges that begin at a corner: dark is always to the right of where they go. There are two where
  // two areas touch. A page has one such path, so this is numbers in arrays.
  const edges = { first: new Uint8Array(width * width), second: new Uint8Array(width * width) }
  const corners: number[] = []
  const add = (x: number, y: number, direction: number) => {
    const corner = y * width + x
    if (edges.first[corner] === NONE) {
      edges.first[corner] = direction + 1
      corners.push(corner)
    } else edges.second[corner] = direction + 1
  }
  let above: readonly boolean[] = []
  for (let y = margin; y < end; y++) {
    const row = rows[y - margin] ?? []
    const below = rows[y - margin + 1] ?? []
    for (let x = margin; x < end; x++) {
      const i = x - margin
      if (row[i] !== true) continue
      if (above[i] !== true) add(x, y, 0)
      if (row[i + 1] !== true) add(x + 1, y, 1)
      if (below[i] !== true) add(x + 1, y + 1, 2)
      if (i === 0 || row[i - 1] !== true) add(x, y + 1, 3)
    }
    above = row
  }
  let path = ''
  // Corners are in the order of rows, so each outline begins at its top left and goes right.
  for (const corner of corners) {
    while (edges.first[corner] !== NONE) path += trace(corner, edges, width)
  }
  return path
}

interface Edges {
  readonly first: Uint8Array
  readonly second: Uint8Array
}

// One outline, from a corner round to it.
function trace(corner: number, edges: Edges, width: number): string {
  let path = `M${corner % width} ${Math.floor(corner / width)}`
  let direction = take(corner, 0, edges)
  let here = corner
  let length = 0
  for (;;) {
    const [dx, dy] = STEPS[direction] ?? STEPS[0]
    here += dx + dy * width
    length++
    if (here === corner) return `${path}z`
    // Where two areas touch at a corner, each keeps to itself: right before straight on before left.
    const next = take(here, (direction + 1) % 4, edges)
    if (next === direction) continue
    path += `${dx === 0 ? 'v' : 'h'}${length * (dx + dy)}`
    direction = next
    length = 0
  }
}

// The direction that was asked for, if an edge goes there, or else another; it is used up.
function take(corner: number, wanted: number, { first, second }: Edges): number {
  const other = second[corner] ?? NONE
  second[corner] = NONE
  if (other === wanted + 1) return wanted
  const taken = first[corner] ?? NONE
  first[corner] = other
  return taken === NONE ? wanted : taken - 1
}
