import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { withFreePorts } from '../support/free-ports.js'

describe('withFreePorts', () => {
  it('tries other ports where one was taken meanwhile', async () => {
    const tried: number[] = []
    const port = await withFreePorts(['one', 'other'], ({ one, other }) => {
      expect(one).not.toBe(other)
      tried.push(one)
      return tried.length < 3 ? Promise.reject(new Error('Address in use')) : Promise.resolve(one)
    })
    expect(port).toBe(tried[2])
  })

  it('passes every other failure on', async () => {
    const start = () => Promise.reject(new Error('No such user'))
    await expect(withFreePorts(['one'], start)).rejects.toThrow('No such user')
  })

  it('gives a port that can be listened on', async () => {
    const server = createServer()
    await withFreePorts(['one'], ({ one }) => {
      return new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(one, '127.0.0.1', resolve)
      })
    })
    server.close()
  })
})
