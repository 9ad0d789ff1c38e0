import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rootsOf } from '../../src/account/account.js'
import { FollowedCatalogue } from '../../src/server/followed-catalogue.js'
import { loadCatalogue } from '../../src/providers/load.js'
import { readable, get, testApp } from '../support/app.js'
import { profileOf } from '../support/apple-profile.js'
import { refusal } from '../support/errors.js'
import { createParty, issue, withUnknownKey } from '../support/issue.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PROVIDER = `id: school
name: School Mail
domains: [school.example]
incoming: [{ protocol: imap, host: mail.school.example, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }]
outgoing: [{ protocol: smtp, host: mail.school.example, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }]
rootCertificate: roots.pem
`
const school = createParty('School CA 2020')
const next = createParty('School CA 2030')
const server = createParty('mail.school.example')
const now = issue(school, school, { ca: true })
const later = issue(next, next, { ca: true, to: 3000 })

function folderWith(content: string | Buffer): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'school.yaml'), PROVIDER)
  writeFileSync(join(folder, 'roots.pem'), content)
  return folder
}

const ofUnknownKind = withUnknownKey(new X509Certificate(now).raw)

async function load(content: string | Buffer) {
  return loadCatalogue([folderWith(content)], { shipped: false })
}

async function namesOf(content: string | Buffer): Promise<string[]> {
  const account = (await load(content)).account('ann@school.example')
  return rootsOf(account).map(({ name }) => name)
}

describe("a provider's rootCertificate", () => {
  it('may be several, for a rotation: all go into the profile', async () => {
    const both = await load(now + later + now)
    const account = both.account('ann@school.example')
    const ders = [now, later].map((pem) => new X509Certificate(pem).raw)
    expect(rootsOf(account).map(({ der }) => der)).toEqual(ders)
    const payloads = profileOf(account).payloads.filter(
      (payload) => payload['PayloadType'] === 'com.apple.security.root',
    )
    expect(payloads.map((payload) => Buffer.from(payload['PayloadContent'] as Buffer))).toEqual(
      ders,
    )
    // Once the old one is gone, the new one is still the payload that devices have.
    const [alone] = profileOf((await load(later)).account('ann@school.example')).payloads
    expect(payloads[1]).toEqual(alone)
    for (const key of ['PayloadIdentifier', 'PayloadUUID']) {
      expect(new Set(payloads.map((payload) => payload[key])).size).toBe(2)
    }
    const page = '/setup?address=ann@school.example&device=iphone'
    const html = await get(testApp({ catalogue: both }), page)
    const text = readable(html.body.toString())
    expect(text).toContain('School CA 2020 and School CA 2030 your device trusts every')
    expect(text).toContain('The certificate “School CA 2030”')
  })

  it('may be DER', async () => {
    expect(await namesOf(new X509Certificate(now).raw)).toEqual(['School CA 2020'])
  })

  it.each<[name: string, content: string | Buffer, why: RegExp]>([
    [
      'a server’s full chain',
      issue(server, school) + now,
      /1, “mail\.school\.example”, is no root/,
    ],
    ['an intermediate', issue(server, school, { ca: true }), /is no root: another authority/],
    ['what has the name of a root only', forged(), /is no root/],
    ['a root that has ended', issue(school, school, { ca: true, from: -90, to: -2 }), /expired on/],
    [
      'an ended one beside a good one',
      now + issue(next, next, { ca: true, from: -9, to: -2 }),
      /2, “School CA 2030”, expired/,
    ],
    ['one that is not valid yet', issue(next, next, { ca: true, from: 3 }), /is not valid before/],
    ['a certificate that is no authority', issue(server, server), /no certification authority/],
    [
      'a bundle of everybody’s',
      Array.from({ length: 9 }, () => issue(school, school, { ca: true })).join(''),
      /9 certificates/,
    ],
    ['one with a key of an unknown kind', ofUnknownKind, /has a key of a kind that is not known/],
    ['one that is cut short', now + later.slice(0, -100), /cannot be read/],
    ['none', 'hello', /cannot be read/],
  ])('is not %s', async (_name, content, why) => {
    const { code, message, field } = await refusal(() => load(content))
    expect({ code, field }).toEqual({ code: 'invalid_configuration', field: 'rootCertificate' })
    expect(message).toMatch(why)
    for (const file of ['roots.pem', 'school.yaml']) expect(message).toContain(file)
  })

  it.each([
    [
      'with what other texts escape',
      'Example, Inc. "Mail" Root + <1>;#2\\',
      [],
      'Example, Inc. "Mail" Root + <1>;#2\\',
    ],
    ['in any script', 'Größe & Co 根', [], 'Größe & Co 根'],
    [
      'by its unit, without a common name',
      '',
      [
        ['OU', 'Mail team'],
        ['O', 'School'],
      ],
      'Mail team',
    ],
    ['by its organisation, without a unit', '', [['O', 'School']], 'School'],
    [
      'by its organisation, where the common name cannot be shown',
      'a\u202egnp.exe',
      [['O', 'School']],
      'School',
    ],
    ['by its file, without any', '', [['C', 'DE']], 'roots.pem'],
  ])('is named %s', async (_name, common, more, shown) => {
    const party = { ...school, name: common }
    const subject = more.map(([shortName, value]) => ({ shortName, value }))
    const pem = issue(party, party, { ca: true, subject })
    expect(await namesOf(pem)).toEqual([shown])
  })

  it('that has ended at a reload is logged, and the old one stays', async () => {
    const folder = folderWith(now)
    const read = () => loadCatalogue([folder], { shipped: false })
    const followed = await FollowedCatalogue.read({ paths: [folder], read })
    let reload: () => void = () => undefined
    const logged = new Promise<string>((resolve) => {
      const io = {
        signal: new AbortController().signal,
        onReload: (look: () => void) => (reload = look),
      }
      followed.follow(io as never, { info: resolve, warn: resolve })
    })
    writeFileSync(join(folder, 'roots.pem'), issue(school, school, { ca: true, from: -9, to: -2 }))
    reload()
    expect(await logged).toMatch(/cannot be used, the old ones stay: .*roots\.pem.* expired on/)
    expect(followed.current.account('ann@school.example').rootCertificate?.name).toBe(
      'School CA 2020',
    )
  })
})

function forged(): string {
  const impostor = createParty('School CA 2020')
  return issue(school, impostor, { ca: true })
}
