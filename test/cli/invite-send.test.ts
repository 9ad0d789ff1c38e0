import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCli } from '../support/cli.js'
import { startScriptedSmtp } from '../support/scripted-smtp.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ANN = 'ann@btinternet.com'
const TO = ['--deliver-to', 'ann.private@example.org']

/** A folder whose mail server does as it is told, and the command run in it. */
async function place(script: Parameters<typeof startScriptedSmtp>[0] = {}, more = '') {
  const server = await startScriptedSmtp(script)
  onTestFinished(() => server.stop())
  const cwd = temporaryFolder()
  writeFileSync(
    join(cwd, 'mailprofile.yaml'),
    `baseUrl: https://setup.example.com
branding: { name: Example Mail, contact: +49 30 1234567 }
delivery:
  smtp: { host: 127.0.0.1, port: ${server.port} }
  from: setup@example.com
  retries: 0
  timeout: 1
${more}`,
  )
  const run = async (argv: readonly string[], stdin = '') => {
    const { exitCode, stdout, stderr } = await runCli(argv, { cwd, stdin })
    return { exitCode, stdout: stdout.toString(), stderr }
  }
  const linkIn = (text: string) => /https:\S+\/i\/[\w-]{22}/.exec(text)?.[0] ?? ''
  return { server, run, linkIn, cwd }
}

describe('invite --send', () => {
  it('sends the link, and says so', async () => {
    const { server, run, linkIn } = await place()
    const { exitCode, stdout, stderr } = await run(['invite', ANN, '--send', ...TO, '--code'])
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^Sent +yes: 250 2\.0\.0 Ok: queued as ABC$/m)
    const [, code = ''] = /^Code +(\d{6})$/m.exec(stdout) ?? []
    const mail = server.arrived[0]?.replaceAll('=\r\n', '') ?? ''
    expect(mail).toContain(linkIn(stdout))
    expect(mail).toContain('six-digit code')
    expect(code).not.toBe('')
    expect(mail).not.toContain(code)
    const list = await run(['invite', 'list', '--json'])
    expect(JSON.parse(list.stdout)).toMatchObject({
      invitations: [{ delivery: { state: 'sent' } }],
    })
    const all = JSON.parse(list.stdout) as { invitations: { id: string }[] }
    const id = all.invitations[0]?.id ?? ''
    expect((await run(['invite', 'show', id])).stdout).toMatch(/^Sent +yes, 20/m)
  })

  it('exits with 1 where it was not sent, and says how to send it without a second invitation', async () => {
    const { server, run, linkIn } = await place({ rcpt: ['451 4.3.0 later', '250 ok'] })
    const failed = await run(['invite', ANN, '--send', ...TO, '--language', 'de'])
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout).toMatch(/^Sent +no$/m)
    expect(failed.stderr).toMatch(/^delivery_unavailable: The mail server takes nothing now/)
    expect(failed.stderr).toContain(`mailprofile invite send ${ANN} --deliver-to`)
    const link = linkIn(failed.stdout)
    const again = ['invite', 'send', ANN, ...TO]
    const sent = await run(again, `${link}\n`)
    expect(sent).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: 'Sent  yes: 250 2.0.0 Ok: queued as ABC\n',
    })
    const mail = server.arrived[0]?.replaceAll('=\r\n', '') ?? ''
    expect(mail).toContain(link)
    expect(mail).toContain('Content-Language: de')
    // By itself it is not sent twice.
    expect(await run(again, link)).toMatchObject({ exitCode: 0, stdout: 'Sent  yes, before\n' })
    expect(server.arrived).toHaveLength(1)
    const json = await run([...again, '--again', '--json'], link)
    expect(JSON.parse(json.stdout)).toMatchObject({ delivery: { state: 'sent', repeated: false } })
    expect(server.arrived).toHaveLength(2)
    const list = await run(['invite', 'list', '--json'])
    expect((JSON.parse(list.stdout) as { invitations: unknown[] }).invitations).toHaveLength(1)
  })

  it('is not sent again by itself where it may have been', async () => {
    const { server, run, linkIn } = await place({ end: ['close', '250 ok'] })
    const lost = await run(['invite', ANN, '--send', ...TO, '--json'])
    expect(lost.exitCode).toBe(1)
    expect(JSON.parse(lost.stdout)).toMatchObject({ delivery: { state: 'uncertain' } })
    expect(JSON.parse(lost.stderr)).toMatchObject({ error: { code: 'delivery_uncertain' } })
    expect(lost.stderr).toContain('--again')
    const again = ['invite', 'send', ANN, ...TO]
    const refused = await run(again, linkIn(lost.stdout))
    expect([refused.exitCode, refused.stdout]).toEqual([1, 'Sent  perhaps\n'])
    expect(server.arrived).toHaveLength(1)
    expect((await run([...again, '--again'], linkIn(lost.stdout))).exitCode).toBe(0)
    expect(server.arrived).toHaveLength(2)
  })

  it.each([
    ['the mailbox itself', ['invite', ANN, '--send', '--deliver-to', 'Ann+x@btinternet.com']],
    ['two addresses', ['invite', ANN, '--send', '--deliver-to', 'a@example.org,b@example.org']],
  ])('makes no invitation for %s', async (_what, argv) => {
    const { server, run } = await place()
    const { exitCode, stderr } = await run(argv)
    expect([exitCode, stderr.split(':')[0]]).toEqual([1, 'invalid_request'])
    expect(server.connections).toBe(0)
    expect((await run(['invite', 'list'])).stdout).toBe('There are none.\n')
  })

  it.each([
    ['https://setup.example.com/i/AAAAAAAAAAAAAAAAAAAAAA'],
    ['https://other.example/i/AAAAAAAAAAAAAAAAAAAAAA'],
    ['nothing'],
    [''],
  ])('sends nothing for the link %j', async (link) => {
    const { server, run } = await place()
    const { exitCode, stderr } = await run(['invite', 'send', ANN, ...TO], link)
    expect([exitCode, stderr.split(':')[0]]).toEqual([1, 'not_found'])
    expect(server.connections).toBe(0)
  })

  it('sends the link of somebody to nobody else', async () => {
    const { run, linkIn } = await place()
    const { stdout } = await run(['invite', ANN])
    const other = ['invite', 'send', 'bob@btinternet.com', ...TO]
    expect((await run(other, linkIn(stdout))).stderr).toMatch(/^not_found/)
  })

  it('needs a way to send', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'mailprofile.yaml'), 'baseUrl: https://setup.example.com\n')
    const { exitCode, stderr } = await runCli(['invite', ANN, '--send', ...TO], { cwd })
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('there is no delivery')])
  })
})

describe('config check', () => {
  const findings = async (run: Awaited<ReturnType<typeof place>>['run']) => {
    const { stdout } = await run(['config', 'check', '--json'])
    const all = JSON.parse(stdout) as {
      findings: { subject: string; state: string; message: string }[]
    }
    return all.findings.filter(({ subject }) => subject === 'delivery')
  }

  it('connects and sends nothing', async () => {
    const { server, run } = await place()
    expect(await findings(run)).toEqual([
      {
        subject: 'delivery',
        state: 'ok',
        message: `It can be used: 127.0.0.1, port ${server.port}, without encryption`,
      },
    ])
    expect(server.commands.join('\n')).toMatch(/^EHLO \S+(?:\nQUIT)?$/)
  })

  it('says what is wrong, and that a server starts all the same', async () => {
    const { run } = await place({ ehlo: ['554 5.7.1 go away'] })
    expect(await findings(run)).toMatchObject([
      { state: 'warning', message: expect.stringContaining('554 5.7.1 go away') as string },
    ])
  })
})
