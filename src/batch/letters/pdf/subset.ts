import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** What the subsetting half of HarfBuzz exports: pointers are numbers. */
interface Subsetting {
  readonly memory: { readonly buffer: ArrayBuffer }
  _initialize(): void
  malloc(size: number): number
  free(pointer: number): void
  hb_blob_create(data: number, length: number, mode: number, user: number, free: number): number
  hb_blob_destroy(blob: number): void
  hb_blob_get_data(blob: number, length: number): number
  hb_blob_get_length(blob: number): number
  hb_face_create(blob: number, index: number): number
  hb_face_destroy(face: number): void
  hb_face_reference_blob(face: number): number
  hb_set_add(set: number, value: number): void
  hb_subset_input_create_or_fail(): number
  hb_subset_input_destroy(input: number): void
  hb_subset_input_glyph_set(input: number): number
  hb_subset_input_set(input: number, kind: number): number
  hb_subset_input_set_flags(input: number, flags: number): void
  hb_subset_input_pin_axis_location(input: number, face: number, axis: number, at: number): number
  hb_subset_or_fail(face: number, input: number): number
}

// hb_memory_mode_t, hb_subset_sets_t, hb_subset_flags_t.
const WRITABLE = 2
const DROPPED_TABLES = 3
const NO_HINTING = 0x1
/** Glyphs keep their numbers, which the pages that are written already have. */
const RETAIN_GIDS = 0x2
const NOTDEF_OUTLINE = 0x40

// A PDF has all that they say: which glyphs, where, and what they stand for.
const NEEDLESS = ['cmap', 'name', 'post', 'OS/2', 'GSUB', 'GPOS', 'GDEF', 'BASE', 'STAT', 'gasp']

// The standard library of TypeScript has it for browsers alone.
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (module: object) => { readonly exports: unknown }
  }
}

let loaded: Subsetting | undefined

function load(): Subsetting {
  if (loaded !== undefined) return loaded
  const path = createRequire(import.meta.url).resolve('harfbuzzjs/dist/harfbuzz-subset.wasm')
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)))
  loaded = exports as Subsetting
  loaded._initialize()
  return loaded
}

/** A font file with some of its glyphs alone, at one weight. */
export function subset(file: Uint8Array, glyphs: Iterable<number>, weight: number): Uint8Array {
  const hb = load()
  const data = hb.malloc(file.length)
  new Uint8Array(hb.memory.buffer).set(file, data)
  const blob = hb.hb_blob_create(data, file.length, WRITABLE, 0, 0)
  const face = hb.hb_face_create(blob, 0)
  const input = hb.hb_subset_input_create_or_fail()
  try {
    hb.hb_subset_input_set_flags(input, NO_HINTING | RETAIN_GIDS | NOTDEF_OUTLINE)
    const wanted = hb.hb_subset_input_glyph_set(input)
    for (const glyph of glyphs) hb.hb_set_add(wanted, glyph)
    const dropped = hb.hb_subset_input_set(input, DROPPED_TABLES)
    for (const table of NEEDLESS) hb.hb_set_add(dropped, tagOf(table))
    hb.hb_subset_input_pin_axis_location(input, face, tagOf('wght'), weight)
    const made = hb.hb_subset_or_fail(face, input)
    if (made === 0) throw new Error('HarfBuzz could not make a subset of a font.')
    const result = hb.hb_face_reference_blob(made)
    const at = hb.hb_blob_get_data(result, 0)
    const bytes = new Uint8Array(hb.memory.buffer).slice(at, at + hb.hb_blob_get_length(result))
    hb.hb_blob_destroy(result)
    hb.hb_face_destroy(made)
    return bytes
  } finally {
    hb.hb_subset_input_destroy(input)
    hb.hb_face_destroy(face)
    hb.hb_blob_destroy(blob)
    hb.free(data)
  }
}

function tagOf(name: string): number {
  return Buffer.from(name.padEnd(4)).readUInt32BE()
}
