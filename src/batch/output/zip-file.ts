import { fsyncSync, readSync, renameSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { OpenFile } from './open-file.js'

// APPNOTE.TXT 6.3.10 of PKWARE; the sections are named below.
const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const VERSION = 45 // with ZIP64
const UNIX = 3 << 8
const UTF8_NAMES = 0x0800
const STORED = 0
// A file of its owner's alone: what is in it may hold a password.
const MODE = (0o100600 << 16) >>> 0
const MAX_16 = 0xffff
const MAX_32 = 0xffffffff
const ZIP64_EXTRA = 1

const BUFFER = 1024 * 1024

/**
 * A ZIP archive that is written as files come, uncompressed: signatures and certificates do not shrink, and
 * compressing would take longer than signing. It takes no memory for the files that are in it, and gets its name when
 * it is whole. With ZIP64, so that it may hold any number of files.
 *
 * Not by a library: yazl 3.3 takes 135 µs for a file of 5 kB and keeps what waits, 414 MB of 50,000 files; Info-ZIP
 * refuses an archive of 100,000 files that client-zip 2.5 made.
 */
export class ZipFile {
  readonly #path: string
  readonly #data: BufferedFile
  // The central directory comes last, and is as long as the list.
  readonly #directory: BufferedFile
  readonly #time: Buffer
  #count = 0

  /**
   * @param path its name when it is whole
   * @param temporary where it is written, in the same file system
   * @param now the time of all files in it, as UTC
   */
  constructor(path: string, temporary: string, now: Date) {
    this.#path = path
    this.#data = new BufferedFile(temporary)
    this.#directory = new BufferedFile(`${temporary}.directory`)
    this.#time = dosTime(now)
  }

  /** @param name with `/` between folders, and of no other file in it */
  add(name: string, body: Uint8Array): void {
    const at = this.#data.length
    const nameBytes = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(VERSION, 0)
    common.writeUInt16LE(UTF8_NAMES, 2)
    common.writeUInt16LE(STORED, 4)
    this.#time.copy(common, 6)
    common.writeUInt32LE(crc32(body), 10)
    common.writeUInt32LE(body.length, 14)
    common.writeUInt32LE(body.length, 18)
    common.writeUInt16LE(nameBytes.length, 22)
    this.#data.write(number32(LOCAL), common, nameBytes, body)
    // 4.3.12; the place of what begins beyond 4 GB stands in an extra field (4.5.3).
    const extra = at > MAX_32 - 1 ? Buffer.concat([number16(ZIP64_EXTRA, 8), number64(at)]) : EMPTY
    common.writeUInt16LE(extra.length, 24)
    const end = Buffer.alloc(14)
    end.writeUInt32LE(MODE, 6)
    end.writeUInt32LE(Math.min(at, MAX_32), 10)
    const head = Buffer.concat([number32(CENTRAL), number16(VERSION | UNIX)])
    this.#directory.write(head, common, end, nameBytes, extra)
    this.#count++
  }

  /** Ends the archive, and gives it its name. */
  finish(): void {
    const from = this.#data.length
    this.#directory.copyTo(this.#data)
    const size = this.#data.length - from
    this.#writeEnd(from, size)
    this.#data.close()
    this.#directory.remove()
    renameSync(this.#data.path, this.#path)
  }

  /** Leaves nothing of it that has no name yet. */
  discard(): void {
    this.#data.remove()
    this.#directory.remove()
  }

  #writeEnd(from: number, size: number): void {
    const at = this.#data.length
    const count = this.#count
    if (count >= MAX_16 || from >= MAX_32 || size >= MAX_32) {
      // 4.3.14 and 4.3.15
      const versions = number16(VERSION | UNIX, VERSION)
      const sizes = [count, count, size, from].map(number64)
      this.#data.write(number32(END_64), number64(44), versions, Buffer.alloc(8), ...sizes)
      this.#data.write(number32(LOCATOR_64, 0), number64(at), number32(1))
    }
    const most = (value: number, limit: number) => Math.min(value, limit)
    const files = most(count, MAX_16)
    const places = number32(most(size, MAX_32), most(from, MAX_32))
    this.#data.write(number32(END), number16(0, 0, files, files), places, number16(0))
  }
}

const EMPTY = Buffer.alloc(0)

class BufferedFile {
  readonly #file: OpenFile
  readonly #buffer = Buffer.allocUnsafe(BUFFER)
  #used = 0
  #written = 0

  constructor(path: string) {
    this.#file = new OpenFile(path, 'wx+')
  }

  get path(): string {
    return this.#file.path
  }

  get length(): number {
    return this.#written + this.#used
  }

  write(...parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      if (part.length > BUFFER - this.#used) this.#flush()
      if (part.length > BUFFER) {
        this.#file.write(part)
        this.#written += part.length
      } else {
        this.#buffer.set(part, this.#used)
        this.#used += part.length
      }
    }
  }

  copyTo(other: BufferedFile): void {
    this.#flush()
    const chunk = Buffer.allocUnsafe(BUFFER)
    for (let at = 0; at < this.#written;) {
      const length = readSync(this.#file.descriptor, chunk, 0, chunk.length, at)
      other.write(chunk.subarray(0, length))
      at += length
    }
  }

  close(): void {
    this.#flush()
    fsyncSync(this.#file.descriptor)
    this.#file.close()
  }

  remove(): void {
    this.#file.close()
    rmSync(this.path, { force: true })
  }

  #flush(): void {
    this.#file.write(this.#buffer.subarray(0, this.#used))
    this.#written += this.#used
    this.#used = 0
  }
}

// 4.4.6: seconds in twos, years since 1980; there is no time zone.
function dosTime(now: Date): Buffer {
  const year = Math.min(Math.max(now.getUTCFullYear(), 1980), 2107)
  const isEarly = now.getUTCFullYear() < 1980
  const date = isEarly
    ? 0x21
    : ((year - 1980) << 9) | ((now.getUTCMonth() + 1) << 5) | now.getUTCDate()
  const time = isEarly
    ? 0
    : (now.getUTCHours() << 11) | (now.getUTCMinutes() << 5) | (now.getUTCSeconds() >> 1)
  return number16(time, date)
}

function number16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, 2 * i)
  return bytes
}

function number32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 * i)
  return bytes
}

function number64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
