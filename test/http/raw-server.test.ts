import express from 'express'
import { expect, it } from 'vitest'
import { rawServer } from '../support/raw-server.js'

// What the tests of hostile requests look through.
const ask = rawServer(
  express().use((_request, response) => {
    response.setHeader('X-Seen', ['first', 'last']).end()
  }),
)

it('a raw answer has every line of a repeated header', async () => {
  expect((await ask({ target: '/' })).headers['x-seen']).toBe('first, last')
})
