import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createFindNear } from '../../src/providers/near-domain.js'
import { catalogue } from '../support/app.js'

const VECTORS = new URL('../vectors/ispdb-domains.json', import.meta.url)

describe('the domain that somebody probably meant', () => {
  const near = (domain: string) => catalogue.unknown(domain).suggestion

  it.each([
    ['gmial.com', 'gmail.com'],
    ['gmai.com', 'gmail.com'],
    ['gamil.com', 'gmail.com'],
    ['mgail.com', 'gmail.com'],
    ['gmail.co', 'gmail.com'],
    ['gmail.con', 'gmail.com'],
    ['gmx.con', 'gmx.com'],
    ['hotmial.com', 'hotmail.com'],
    ['hotmail.cm', 'hotmail.com'],
    ['yahooo.com', 'yahoo.com'],
    ['yaho.com', 'yahoo.com'],
    ['btinternet.co', 'btinternet.com'],
    ['btintrenet.com', 'btinternet.com'],
    ['btintrnt.com', 'btinternet.com'],
    ['outlok.com', 'outlook.com'],
    ['iclod.com', 'icloud.com'],
    // Its page says why it cannot be set up.
    ['protonmial.com', 'protonmail.com'],
  ])('for %s is %s', (domain, meant) => {
    expect(near(domain)).toBe(meant)
    expect(catalogue.unknown(domain).hint).toContain(`Did you mean ${meant}? `)
  })

  it.each([
    ...['example.org', 'example.com', 'nowhere.example', 'gmail.ru', 'email.ru', 'mail.co'],
    ...[
      'love.com',
      'ao.com',
      'gm.com',
      'gmx.dk',
      'web.dev',
      'hmail.com',
      'localhost',
      'com',
      'a.b',
    ],
    ...['mail.btinternet.com', 'gmail.com.evil.example', 'xn--gmil-5na.com'],
  ])('for %s is none', (domain) => {
    expect(near(domain)).toBeUndefined()
    expect(catalogue.unknown(domain).hint).toMatch(/^Check the part after the @/)
  })

  it('is none for any domain that exists', () => {
    const text = readFileSync(VECTORS, 'utf8')
    const domains = new Set(text.match(/[a-z0-9-]+(?:\.[a-z0-9-]+)+/g))
    expect(domains.size).toBeGreaterThan(1000)
    const known = new Set(
      [...catalogue.entries, ...catalogue.refused].flatMap(({ provider }) => provider.domains),
    )
    const suggested = [...domains].filter((domain) => !known.has(domain) && near(domain))
    expect(suggested).toEqual([])
  })

  it('is the one that more people have, of two that are as near', () => {
    const find = createFindNear(['hotmaik.com', 'hotmail.com'])
    expect(find('hotmaip.com')).toBe('hotmail.com')
  })

  it('is one that is served', () => {
    const own = catalogue.restrictedTo(['btinternet.com'])
    expect(own.unknown('gmial.com').suggestion).toBeUndefined()
    expect(own.unknown('btinternt.com').suggestion).toBe('btinternet.com')
  })
})
