import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { deflateSync } from 'node:zlib'
import { ref } from './syntax.js'

/** Of objects that were written one after another: where the first is. */
interface Written {
  readonly first: number
  readonly count: number
  /** Of a stream of its own, its place in the file; of objects within a stream, that stream's number. */
  readonly place: number
  readonly isWithin: boolean
}

// Bytes of a place in the cross-reference stream: a file may have 2^40 bytes.
const PLACE_BYTES = 5

/**
 * A PDF 1.7 file (ISO 32000-1) that is written from front to back: what is complete leaves for the output,
 * and only where it lies is kept, a few numbers a page.
 */
export class PdfFile {
  readonly #output: Writable
  readonly #written: Written[] = []
  #failure: Error | undefined
  #length = 0
  #objects = 0

  constructor(output: Writable) {
    this.#output = output
    output.on('error', (error: Error) => (this.#failure ??= error))
  }

  /** The first of so many numbers in a row, for objects that are written later, each once. */
  reserve(count = 1): number {
    const first = this.#objects + 1
    this.#objects += count
    return first
  }

  /** How many bytes there are so far. */
  get length(): number {
    return this.#length
  }

  /** A stream of its own: contents of a page, a font, a picture. */
  async writeStream(object: number, dictionary: string, data: Uint8Array): Promise<void> {
    this.#written.push({ first: object, count: 1, place: this.#length, isWithin: false })
    const packed = deflateSync(data)
    await this.#write(
      Buffer.concat([
        Buffer.from(
          `${object} 0 obj\n<<${dictionary}/Filter/FlateDecode/Length ${packed.length}>>\nstream\n`,
          'latin1',
        ),
        packed,
        Buffer.from('\nendstream\nendobj\n', 'latin1'),
      ]),
    )
  }

  /** Objects with numbers in a row, packed together (section 7.5.7): a page has dozens of small ones. */
  async writeObjects(first: number, objects: readonly string[]): Promise<void> {
    const stream = this.reserve()
    let index = ''
    let offset = 0
    for (const [i, object] of objects.entries()) {
      index += `${first + i} ${offset} `
      offset += object.length + 1
    }
    this.#written.push({ first, count: objects.length, place: stream, isWithin: true })
    await this.writeStream(
      stream,
      `/Type/ObjStm/N ${objects.length}/First ${index.length}`,
      Buffer.from(`${index}${objects.join('\n')}\n`, 'latin1'),
    )
  }

  /** The cross-reference stream (section 7.5.8), and the end. */
  async end(root: number, info: number, id: string): Promise<void> {
    const object = this.reserve()
    const place = this.#length
    this.#written.push({ first: object, count: 1, place, isWithin: false })
    const width = 1 + PLACE_BYTES + 2
    const table = Buffer.alloc((this.#objects + 1) * width)
    table.writeUInt16BE(0xffff, width - 2)
    for (const { first, count, place: at, isWithin } of this.#written) {
      for (let i = 0; i < count; i++) {
        const entry = (first + i) * width
        table[entry] = isWithin ? 2 : 1
        table.writeUIntBE(at, entry + 1, PLACE_BYTES)
        table.writeUInt16BE(isWithin ? i : 0, entry + 1 + PLACE_BYTES)
      }
    }
    await this.writeStream(
      object,
      `/Type/XRef/Size ${this.#objects + 1}/W[1 ${PLACE_BYTES} 2]/Root ${ref(root)}/Info ${ref(info)}/ID[<${id}><${id}>]`,
      table,
    )
    await this.#write(Buffer.from(`startxref\n${place}\n%%EOF\n`, 'latin1'))
    this.#output.end()
    await finished(this.#output, { readable: false })
  }

  /** The first line, and bytes by which programs that carry files see that it is no text. */
  async begin(): Promise<void> {
    await this.#write(Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'))
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    this.#length += bytes.length
    if (!this.#output.write(bytes)) await drained(this.#output)
  }
}

// An output that is closed meanwhile never drains.
function drained(output: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      output.off('drain', onDrain).off('error', settle).off('close', onClose)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onDrain = () => settle()
    const onClose = () => settle(new Error('The output was closed too early.'))
    output.on('drain', onDrain).on('error', settle).on('close', onClose)
    if (output.destroyed) onClose()
  })
}
