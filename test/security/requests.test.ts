import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Request } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseClientConfig } from '../../src/autoconfig/client-config.js'
import { readJson } from '../../src/encoding/read-json.js'
import { readXml } from '../../src/encoding/read-xml.js'
import { rawQueryValues, withoutParameter } from '../../src/encoding/uri.js'
import { parseZone } from '../../src/formats/dns-records/reader.js'
import { parseAutodiscover } from '../../src/formats/outlook-autodiscover/reader.js'
import { parseAccountRequest } from '../../src/http/request/account-request.js'
import { parseAutodiscoverRequest } from '../../src/http/mail-clients/autodiscover-request.js'
import { withoutLinkEnding } from '../../src/http/invitations/link-ending.js'
import { createAssets } from '../../src/http/pages/assets.js'
import { createPages } from '../../src/http/pages/pages.js'
import { chooseLanguage } from '../../src/texts/negotiate.js'
import { createTexts } from '../../src/texts/texts.js'
import { catalogue } from '../support/app.js'
import { runCli } from '../support/cli.js'
import { createDeployment } from '../support/deployment.js'
import { promise } from '../support/promise.js'
import type { RunningServer } from '../support/server.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { ask, sendBytes, type WireAnswer } from '../support/wire.js'

const pages = createPages({
  basePath: '',
  offeredBy: 'Example Mail',
  reach: 'public',
  catalogue: () => catalogue,
  assets: createAssets(),
  texts: createTexts(),
  language: 'en',
})
const ASKER = {
  method: 'GET',
  originalUrl: '/',
  get: () => undefined,
} as Partial<Request> as Request

const autodiscover = (inside: string) =>
  Buffer.from(`<Autodiscover><Request>${inside}</Request></Autodiscover>`)
const clientConfig = (inside: string) =>
  `<clientConfig><emailProvider id="a.example">${inside}</emailProvider></clientConfig>`

promise(
  'What somebody sends is read in a time that grows as its length does, and no faster.',
  () => {
    /** The shortest of several times, in milliseconds. */
    /** In milliseconds of the processor: what else a busy machine does meanwhile is not counted. */
    function timeOf(work: () => unknown): number {
      const times = Array.from({ length: 5 }, () => {
        const begin = process.cpuUsage()
        try {
          work()
        } catch {
          // Refused is read as well.
        }
        const { user, system } = process.cpuUsage(begin)
        return (user + system) / 1000
      })
      return Math.min(...times)
    }

    it.each<[string, number, (count: number) => () => unknown]>([
      [
        'Autodiscover with empty elements of one name',
        4000,
        (count) => {
          const body = autodiscover('<a/>'.repeat(count))
          return () => parseAutodiscoverRequest(body)
        },
      ],
      [
        'Autodiscover with addresses',
        4000,
        (count) => {
          const body = autodiscover('<EMailAddress>a</EMailAddress>'.repeat(count))
          return () => parseAutodiscoverRequest(body)
        },
      ],
      [
        'XML with attributes',
        2000,
        (count) => {
          const text = `<a ${Array.from({ length: count }, (_, i) => `b${i}="c"`).join(' ')}/>`
          return () => readXml(text, { namespaces: true })
        },
      ],
      [
        'XML with pieces of text',
        4000,
        (count) => {
          const text = `<a>${'b<c/>&amp;<![CDATA[d]]>'.repeat(count)}</a>`
          return () => readXml(text)
        },
      ],
      [
        'XML with elements within each other',
        1000,
        (count) => {
          const text = `${'<a>'.repeat(count)}${'</a>'.repeat(count)}`
          return () => readXml(text)
        },
      ],
      [
        'an Autodiscover answer with elements within each other',
        2000,
        (count) => {
          const text = `<Autodiscover xmlns="a">${'<a>'.repeat(count)}`
          return () => parseAutodiscover(text)
        },
      ],
      [
        'autoconfig with servers',
        // Of 64 kB at the most.
        100,
        (count) => {
          const text = clientConfig('<incomingServer type="imap"/>'.repeat(count))
          return () => parseClientConfig(text)
        },
      ],
      [
        'autoconfig with domains',
        100,
        (count) => {
          const names = Array.from({ length: count }, (_, i) => `<domain>a${i}.example</domain>`)
          const text = clientConfig(names.join(''))
          return () => parseClientConfig(text)
        },
      ],
      [
        'JSON with keys',
        4000,
        (count) => {
          const text = `{${Array.from({ length: count }, (_, i) => `"a${i}":{}`).join()}}`
          return () => readJson(text)
        },
      ],
      [
        'JSON with escapes',
        4000,
        (count) => {
          const text = `["${'\\"\\\\'.repeat(count)}"]`
          return () => readJson(text)
        },
      ],
      [
        'a link of an invitation that ends in what is put behind links',
        800,
        (count) => {
          const path = `/${'.'.repeat(count)}a`
          return () => withoutLinkEnding(path)
        },
      ],
      [
        'a name with spaces in it',
        200,
        (count) => {
          const query = { originalUrl: `/setup?address=a@b.example&name=a${'+'.repeat(count)}a` }
          return () => parseAccountRequest(query)
        },
      ],
      [
        'a query with parameters',
        4000,
        (count) => {
          const text = 'a=%41&%41=&'.repeat(count)
          return () => rawQueryValues(text, (name) => name === 'A')
        },
      ],
      [
        'what somebody typed, with line breaks, on the page that repeats it',
        50,
        (count) => {
          const page = pages.for(ASKER)
          const provider = '\n'.repeat(count)
          return () => page.home({ provider, found: [] })
        },
      ],
      [
        'the name of a provider that is looked for',
        200,
        (count) => {
          const words = '\u0301.*('.repeat(count)
          return () => catalogue.search(words)
        },
      ],
      [
        'Accept-Language with ranges',
        1000,
        (count) => {
          const header = Array.from({ length: count }, (_, i) => `x${i};q=0.${i % 10}`).join()
          return () => chooseLanguage({ header, fallback: 'en' })
        },
      ],
      [
        'Accept-Language of one range',
        10_000,
        (count) => {
          const header = `${'de-'.repeat(count)};q=1`
          return () => chooseLanguage({ header, fallback: 'en' })
        },
      ],
      [
        'Accept-Language with spaces',
        10_000,
        (count) => {
          const header = `de${' \t'.repeat(count)}x`
          return () => chooseLanguage({ header, fallback: 'en' })
        },
      ],
      [
        'a language that is asked for',
        10_000,
        (count) => {
          const asked = 'de-'.repeat(count)
          return () => chooseLanguage({ asked, own: asked, fallback: 'en' })
        },
      ],
      [
        'a query that leads to the same page in other languages',
        1000,
        (count) => {
          const query = 'a=%41&language=de&'.repeat(count)
          return () => withoutParameter(query, 'language')
        },
      ],
      [
        'a zone with aliases',
        1000,
        (count) => {
          const lines = Array.from({ length: count }, (_, i) => `a${i} IN CNAME b.example.\n`)
          const text = `$ORIGIN a.example.\n${lines.join('')}`
          return () => parseZone(text)
        },
      ],
    ])('%s', (_name, count, prepare) => {
      // Ten times the work may take thirty times as long, which leaves room for a busy machine; with the
      // square it takes a hundred times, however often it is tried.
      const [small, large] = [prepare(count), prepare(10 * count)]
      const growth = () => timeOf(large) / Math.max(timeOf(small), 0.2)
      let least = growth()
      for (let again = 0; again < 3 && least >= 30; again++) least = Math.min(least, growth())
      expect(least).toBeLessThan(30)
    })
  },
)

promise('A request that readers could understand in two ways is refused.', () => {
  const deployment = suite((folder) => createDeployment(folder, 'memory:'))
  let server: RunningServer
  beforeAll(async () => {
    server = await deployment().start()
  })
  afterAll(() => server.stop())
  const port = () => Number(new URL(server.url).port)

  function send(lines: readonly string[], body = ''): Promise<WireAnswer> {
    return sendBytes(port(), [...lines, 'Connection: close', '', body].join('\r\n'))
  }

  it.each<[string, readonly string[], string?]>([
    ['two Hosts', ['GET / HTTP/1.1', 'Host: setup.example.com', 'Host: evil.example']],
    [
      'the same Host twice',
      ['GET / HTTP/1.1', 'Host: a.example', 'Accept: */*', 'hOST: a.example'],
    ],
    ['two Hosts of HTTP/1.0', ['GET / HTTP/1.0', 'Host: a.example', 'Host: b.example']],
    ['two Hosts, one of them empty', ['GET / HTTP/1.1', 'Host:', 'Host: b.example']],
    ['no Host', ['GET / HTTP/1.1']],
    ['no Host beside a whole address', ['GET http://a.example/ HTTP/1.1']],
    [
      'chunks of HTTP/1.0, which has none',
      ['POST /i/x HTTP/1.0', 'Host: a.example', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ],
    [
      'two lengths',
      ['POST /i/x HTTP/1.1', 'Host: a.example', 'Content-Length: 4', 'Content-Length: 5'],
      'a=bcd',
    ],
    [
      'a length twice',
      ['POST /i/x HTTP/1.1', 'Host: a.example', 'Content-Length: 4', 'Content-Length: 4'],
      'a=bc',
    ],
    [
      'a list of lengths',
      ['POST /i/x HTTP/1.1', 'Host: a.example', 'Content-Length: 4, 4'],
      'a=bc',
    ],
    [
      'a length and chunks',
      ['POST /i/x HTTP/1.1', 'Host: a.example', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ],
    [
      'chunks in a way that is none',
      ['POST /i/x HTTP/1.1', 'Host: a.example', 'Transfer-Encoding: chunked, identity'],
      '0\r\n\r\n',
    ],
    ['a header that goes on', ['GET / HTTP/1.1', 'Host: a.example', ' b.example']],
    ['a space before the colon', ['GET / HTTP/1.1', 'Host: a.example', 'Host : b.example']],
  ])('%s', async (_name, lines, body) => {
    expect((await send(lines, body)).status).toBe(400)
  })

  it('in words that are for the reader, and closes the connection', async () => {
    const page = await sendBytes(port(), 'GET / HTTP/1.1\r\nHost: a.example\r\nHost: b\r\n\r\n')
    expect(page.body.toString()).toBe('invalid_request: The request names more than one host.\n')
    const answer = await sendBytes(
      port(),
      'GET /api/v1/formats HTTP/1.1\r\nHost: a.example\r\nHost: b\r\n\r\n',
    )
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: 'invalid_request' } })
  })

  it('but not what names one host', async () => {
    expect((await ask(port(), '/')).status).toBe(200)
  })

  describe('JSON', () => {
    const ADDRESS = '"address":"ann@btinternet.com"'

    it.each([
      ['a key twice', `{${ADDRESS},"downloads":1,"downloads":20}`],
      ['the same key and value twice', `{${ADDRESS},${ADDRESS}}`],
      ['a key in two spellings', `{${ADDRESS},"downloads":1,"d\\u006fwnloads":20}`],
      ['a key twice, far inside', `{${ADDRESS},"name":[{"a":{"b":"}","b" : 1}}]}`],
      ['a key twice, after strings with brackets', `{${ADDRESS},"name":"\\"]{","name":"x"}`],
    ])('%s', async (_name, body) => {
      const response = await fetch(`${server.url}/api/v1/invitations`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${deployment().apiKey}`,
          'Content-Type': 'application/json',
        },
        body,
      })
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        error: {
          code: 'invalid_request',
          message: 'The body of this request has to be JSON.',
          hint: 'Give each key once.',
        },
      })
    })

    it('of an account file', async () => {
      const cwd = temporaryFolder()
      writeFileSync(join(cwd, 'a.json'), '{"identity":{"address":"a@a.de","address":"b@b.de"}}')
      const argv = ['export', 'settings-sheet', '--account', 'a.json', '-o', '-']
      const { exitCode, stderr } = await runCli(argv, { cwd })
      expect([exitCode, stderr]).toEqual([
        1,
        'invalid_account: The account file has a key twice.\n',
      ])
    })

    it('of a variable', async () => {
      const env = { MAILPROFILE_API_KEYS: '[{"name":"a","name":"b"}]' }
      const { exitCode, stderr } = await runCli(['lookup', 'a@a.example'], {
        cwd: temporaryFolder(),
        env,
      })
      expect(exitCode).toBe(1)
      expect(stderr).toContain('MAILPROFILE_API_KEYS: has a key twice.')
    })

    it.each([
      ['the same key in several objects', '{"a":{"b":1},"c":[{"b":2},{"b":3}],"b":4}'],
      ['a value that looks like a key', '["a",{"b":"a"},"a"]'],
      ['keys of every kind', '{"":0,"\\"":1,"\\\\":2,"{":3,"__proto__":4,"constructor":5}'],
    ])('but not %s', (_name, text) => {
      expect(readJson(text)).toEqual(JSON.parse(text))
    })
  })
})
