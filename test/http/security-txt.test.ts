import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { testApp } from '../support/app.js'

const PATH = '/.well-known/security.txt'
const NOW = () => new Date('2026-11-25T13:14:15Z')

describe('/.well-known/security.txt', () => {
  it('is not there unless somebody is named', async () => {
    const response = await request(testApp()).get(PATH)
    expect(response.status).toBe(404)
  })

  it('names whom to tell, where it is from, and how long it holds', async () => {
    const app = testApp({ securityTxt: { contact: ['mailto:security@example.com'] }, now: NOW })
    const response = await request(app).get(PATH)
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(response.text).toBe(
      'Contact: mailto:security@example.com\n' +
        'Expires: 2027-02-23T00:00:00Z\n' +
        'Canonical: https://setup.example.com/.well-known/security.txt\n',
    )
  })

  it('has every field of the configuration', async () => {
    const securityTxt = {
      contact: ['https://example.com/report', 'tel:+49-30-1234'],
      expires: '2027-01-31T00:00:00Z',
      encryption: 'openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f',
      policy: 'https://example.com/policy',
      acknowledgments: 'https://example.com/thanks',
      preferredLanguages: 'en, de',
    }
    const baseUrl = 'https://x.example/mail/setup'
    const response = await request(testApp({ securityTxt, baseUrl })).get(PATH)
    expect(response.text.split('\n')).toEqual([
      'Contact: https://example.com/report',
      'Contact: tel:+49-30-1234',
      'Expires: 2027-01-31T00:00:00Z',
      'Encryption: openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f',
      'Acknowledgments: https://example.com/thanks',
      'Policy: https://example.com/policy',
      'Preferred-Languages: en, de',
      'Canonical: https://x.example/mail/setup/.well-known/security.txt',
      '',
    ])
  })

  it('leaves out an address that is not https', async () => {
    const securityTxt = { contact: ['mailto:security@example.com'] }
    const app = testApp({ securityTxt, baseUrl: 'http://127.0.0.1:8080' })
    expect((await request(app).get(PATH)).text).not.toContain('Canonical')
  })
})
