import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nameProblem } from '../../src/signing/tls-names.js'
import { openssl } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { commonServerCertificate } from '../support/server-certificate.js'

function certificateFor(names: readonly string[]): X509Certificate {
  return new X509Certificate(commonServerCertificate({ names }).chain)
}

describe('the names of a TLS certificate', () => {
  const single = certificateFor(['setup.example.com', 'xn--mller-kva.example'])
  const wildcard = certificateFor(['*.example.com'])
  const address = certificateFor(['192.0.2.1', '2001:db8::1', 'a.example'])

  it.each<[fits: boolean, host: string, certificate: X509Certificate]>([
    [true, 'setup.example.com', single],
    [true, 'setup.example.com.', single],
    [true, 'xn--mller-kva.example', single],
    [false, 'www.example.com', single],
    [false, 'example.com', single],
    [true, 'setup.example.com', wildcard],
    [false, 'example.com', wildcard],
    [false, 'a.b.example.com', wildcard],
    [false, '192.0.2.1', wildcard],
    [false, '[2001:db8::1]', single],
    [true, '192.0.2.1', address],
    [true, '[2001:db8::1]', address],
    [false, '192.0.2.2', address],
    [false, '[2001:db8::2]', address],
  ])('fit (%s) %s', (fits, host, certificate) => {
    const problem = nameProblem({ chain: [certificate] }, host)
    expect(problem === undefined).toBe(fits)
    if (problem === undefined) return
    // Anybody reads the sentence, and the operator the details.
    expect(problem.sentence).not.toMatch(/example|192/)
    expect(problem.details).toContain('example')
  })

  it.skipIf(isMissing('openssl'))('do not count where they stand in the subject alone', () => {
    const subject = ['-subj', '/CN=setup.example.com', '-keyout', '/dev/null', '-nodes']
    const pem = openssl(['req', '-x509', '-newkey', 'rsa:2048', ...subject])
    const problem = nameProblem({ chain: [new X509Certificate(pem)] }, 'setup.example.com')
    expect(problem?.details).toBe('It names no host at all, and baseUrl setup.example.com.')
  })
})
