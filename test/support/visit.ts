import type { Express } from 'express'
import request, { type Response } from 'supertest'
import { attributes } from './app.js'

/** The fields of a page's form, as its button sends them. */
export function formOf(html: string): string {
  const names = attributes(html, 'name').filter((name) =>
    ['address', 'name', 'protocol', 'with', 'asked'].includes(name),
  )
  const values = attributes(html, 'value')
  return new URLSearchParams(
    names.map((name, i): [string, string] => [name, values[i] ?? '']),
  ).toString()
}

/** Opens a setup page of settings that were found, and presses the button. */
export async function agree(
  app: Express | string,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const asking = await request(app).get(`/setup?${query}`).set(headers)
  return request(app).post('/setup').set(headers).type('form').send(formOf(asking.text))
}
