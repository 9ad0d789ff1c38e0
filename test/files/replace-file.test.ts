import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { replaceFile } from '../../src/files/replace-file.js'
import { isRoot } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const refuse = (syscall: string) => () =>
  Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM', syscall }))

/** Node's own functions, with others in the place of some until the test ends. */
function instead(others: Partial<typeof files>): void {
  const own = { ...files }
  const put = (which: Partial<typeof files>) => {
    Object.assign(files, which)
    // What others have imported by name.
    syncBuiltinESMExports()
  }
  put(others)
  onTestFinished(() => {
    put(own)
  })
}

const put = (path: string, isNew?: boolean) =>
  replaceFile(path, (write) => write('new'), { mode: 0o640, ...(isNew ? { isNew } : {}) })

describe.each([
  ['with hard links', true],
  ['without hard links', false],
])('a file that must be new, on a file system %s', (_, value) => {
  beforeEach(() => {
    // What Linux says where the file system has none, such as FAT and exFAT.
    if (!value) instead({ link: refuse('link') })
  })

  it('is whole, and alone', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a')
    await put(path, true)
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o640])
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it.each([
    [
      'a file',
      (path: string) => {
        writeFileSync(path, 'old')
      },
    ],
    [
      'a folder',
      (path: string) => {
        mkdirSync(path)
      },
    ],
    [
      'a link that leads nowhere',
      (path: string) => {
        symlinkSync('nowhere', path)
      },
    ],
  ])('takes the place of no %s', async (_name, make) => {
    const folder = temporaryFolder()
    const path = join(folder, 'a')
    make(path)
    await expect(put(path, true)).rejects.toMatchObject({
      code: 'file_error',
      message: `The file ${path} cannot be written: something else has its name.`,
    })
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('is made by one of several alone', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a')
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => put(path, true)))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('is not there after a failure', async () => {
    const folder = temporaryFolder()
    const failing = replaceFile(join(folder, 'a'), () => Promise.reject(new Error('no')), {
      isNew: true,
    })
    await expect(failing).rejects.toThrow('no')
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a file that is replaced', () => {
  const replaced = async (old: number, mode: number, owner?: readonly [number, number]) => {
    const path = join(temporaryFolder(), 'a')
    writeFileSync(path, 'old')
    chmodSync(path, old)
    if (owner !== undefined) chownSync(path, ...owner)
    await replaceFile(path, (write) => write('new'), { mode })
    const { mode: now, uid, gid } = statSync(path)
    expect(readFileSync(path, 'utf8')).toBe('new')
    return { mode: (now & 0o777).toString(8), uid, gid }
  }

  it.each([
    [0o640, 0o600, '640'],
    [0o640, 0o644, '640'],
    [0o600, 0o644, '600'],
    [0o644, 0o644, '644'],
    // What was for everybody, with a secret that comes into it.
    [0o644, 0o600, '600'],
  ])(
    'that was %o hands on its mode, but to everybody only what is for them: %o',
    async (old, mode, now) => {
      expect(await replaced(old, mode)).toMatchObject({ mode: now })
    },
  )

  it.skipIf(!isRoot())('hands on the group by which a service reads it', async () => {
    expect(await replaced(0o640, 0o600, [0, 4711])).toEqual({ mode: '640', uid: 0, gid: 4711 })
  })

  it('that had a group which cannot be given to the new one is for no more than it was', async () => {
    const { open } = files
    instead({
      open: async (...argv) => Object.assign(await open(...argv), { chown: refuse('fchown') }),
    })
    expect(await replaced(0o640, 0o644)).toMatchObject({ mode: '640' })
    expect(await replaced(0o660, 0o600)).toMatchObject({ mode: '600' })
  })

  it('that everybody could run is as a new one, which the umask keeps others from writing', async () => {
    const made = join(temporaryFolder(), 'a')
    await replaceFile(made, (write) => write('new'), { mode: 0o666 })
    const asNew = (statSync(made).mode & 0o777).toString(8)
    expect(await replaced(0o755, 0o666)).toMatchObject({ mode: asNew })
  })

  it.skipIf(!isRoot())('hands nothing on to whoever had put it there', async () => {
    expect(await replaced(0o666, 0o600, [4711, 4711])).toEqual({ mode: '600', uid: 0, gid: 0 })
  })

  it.skipIf(!isRoot()).each([
    ['nothing on where somebody else leads to it', 4711, { mode: '600', gid: 0 }],
    ['its group on where its owner leads to it', 0, { mode: '640', gid: 4711 }],
  ])('hands %s by a link', async (_, owner, kept) => {
    const [target, path] = [join(temporaryFolder(), 'a'), join(temporaryFolder(), 'a')]
    writeFileSync(target, 'old', { mode: 0o640 })
    chownSync(target, 0, 4711)
    symlinkSync(target, path)
    lchownSync(path, owner, owner)
    await replaceFile(path, (write) => write('new'), { mode: 0o600 })
    const { mode, gid } = statSync(path)
    expect({ mode: (mode & 0o777).toString(8), gid }).toEqual(kept)
    expect(readFileSync(target, 'utf8')).toBe('old')
  })
})
