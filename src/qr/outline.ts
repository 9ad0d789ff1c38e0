import type { QrMatrix } from './qr-code.js'

/** Where a path goes from a corner: right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const

/**
 * The outlines of a matrix's dark areas as the data of an SVG path, to be filled. What lies next to each
 * other is one area: between areas of their own, printers and viewers that smooth edges leave hairlines.
 */
export function outline(rows: QrMatrix): string {
  const isDark = (x: number, y: number) => rows[y]?.[x] === true
  // The edges that begin at a corner, by direction: dark is always to the right of where they go.
  const edges = new Map<string, number[]>()
  const add = (x: number, y: number, direction: number) => {
    const corner = `${x} ${y}`
    const there = edges.get(corner)
    if (there === undefined) edges.set(corner, [direction])
    else there.push(direction)
  }
  rows.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (!dark) return
      if (!isDark(x, y - 1)) add(x, y, 0)
      if (!isDark(x + 1, y)) add(x + 1, y, 1)
      if (!isDark(x, y + 1)) add(x + 1, y + 1, 2)
      if (!isDark(x - 1, y)) add(x, y + 1, 3)
    })
  })
  let path = ''
  // Corners are in the order of rows, so each outline begins at its top left and goes right.
  for (const [corner, there] of edges) {
    while (there.length > 0) path += trace(corner, edges)
  }
  return path
}

// One outline, from a corner round to it.
function trace(corner: string, edges: ReadonlyMap<string, number[]>): string {
  let [x = 0, y = 0] = corner.split(' ').map(Number)
  let path = `M${x} ${y}`
  let direction = take(edges.get(corner), 0)
  let length = 0
  for (;;) {
    const [dx, dy] = STEPS[direction] ?? STEPS[0]
    x += dx
    y += dy
    length++
    const here = `${x} ${y}`
    if (here === corner) return `${path}z`
    // Where two areas touch at a corner, each keeps to itself: right before straight on before left.
    const next = take(edges.get(here), (direction + 1) % 4)
    if (next === direction) continue
    path += `${dx === 0 ? 'v' : 'h'}${length * (dx + dy)}`
    direction = next
    length = 0
  }
}

// The direction that was asked for, if an edge goes there, or else another; it is used up.
function take(there: number[] | undefined, wanted: number): number {
  const at = there?.indexOf(wanted) ?? -1
  const [taken = wanted] = there?.splice(Math.max(at, 0), 1) ?? []
  return taken
}
