import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { replaceFile } from '../../src/files/replace-file.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// What Linux says where the file system has no hard links, such as FAT and exFAT.
let hasLinks = true
vi.mock('node:fs/promises', async (original) => {
  const files = await original<typeof import('node:fs/promises')>()
  const link: typeof files.link = (from, to) =>
    hasLinks
      ? files.link(from, to)
      : Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM', syscall: 'link' }))
  return { ...files, link }
})

const put = (path: string, isNew?: boolean) =>
  replaceFile(path, (write) => write('new'), { mode: 0o640, ...(isNew ? { isNew } : {}) })

describe.each([
  ['with hard links', true],
  ['without hard links', false],
])('a file that must be new, on a file system %s', (_, value) => {
  beforeEach(() => {
    hasLinks = value
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
