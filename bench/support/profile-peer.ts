import { createPrivateKey, sign } from 'node:crypto'
import { json } from 'node:stream/consumers'
import express, { type Express } from 'express'
import { derElement, elementAt, octetString } from '../../src/encoding/der.js'

// The least that a server in Express can do for a signed profile: for each request it takes the address from
// the query, signs the signed attributes of a profile that lies ready by an asynchronous crypto.sign with the
// same key, and sends that profile with the new signature and the headers that mailprofile sends, by
// `response.set` and `response.send`. Nothing is looked up, rendered, digested, logged, limited or bounded,
// and no validator (ETag) is computed, because mailprofile sends none. It listens as Express does by itself.
// What it is to send comes on standard input.

/** What the peer is told. */
export interface PeerAnswer {
  /** The private key, PEM. */
  readonly key: string
  /** A signed profile, in base64. */
  readonly profile: string
  readonly headers: Readonly<Record<string, string>>
}

const OCTET_STRING = 0x04
const CONTEXT_0 = 0xa0
const SET = 0x31

function childrenOf(der: Buffer, at: number): number[] {
  const { start, end } = elementAt(der, at)
  const children: number[] = []
  for (let next = start; next < end; next = elementAt(der, next).end) children.push(next)
  return children
}

/** The same element with another signature, which is the last of everything in CMS SignedData. */
function withSignature(der: Buffer, at: number, signature: Buffer): Buffer {
  const { tag, start } = elementAt(der, at)
  if (tag === OCTET_STRING) return octetString(signature)
  const last = childrenOf(der, at).at(-1) ?? start
  return derElement(tag, der.subarray(start, last), withSignature(der, last, signature))
}

/** What of it is signed (RFC 5652, section 5.4): the signed attributes, as a SET. */
function signedAttributes(der: Buffer): Buffer {
  let at = 0
  // ContentInfo, [0], SignedData, signerInfos: the last of each.
  for (let depth = 0; depth < 4; depth++) at = childrenOf(der, at).at(-1) ?? 0
  const tags = childrenOf(der, at).map((child) => elementAt(der, child))
  const found = tags.find(({ tag }) => tag === CONTEXT_0)
  if (found === undefined) throw new Error('The profile has no signed attributes.')
  return derElement(SET, der.subarray(found.start, found.end))
}

function peer({ key, profile, headers }: PeerAnswer): Express {
  const der = Buffer.from(profile, 'base64')
  const privateKey = createPrivateKey(key)
  const attributes = signedAttributes(der)
  // ECDSA signatures have several lengths, and all headers of the CMS depend on it.
  const heads = new Map<number, Buffer>()
  const headFor = (length: number): Buffer => {
    const known = heads.get(length)
    if (known !== undefined) return known
    const head = withSignature(der, 0, Buffer.alloc(length)).subarray(0, -length)
    heads.set(length, head)
    return head
  }
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.get('/formats/apple-profile', (request, response, next) => {
    const { address } = request.query
    if (typeof address !== 'string' || !address.includes('@')) {
      response.sendStatus(400)
      return
    }
    sign('sha256', attributes, privateKey, (error, signature) => {
      if (error) {
        next(error)
        return
      }
      response.set(headers).send(Buffer.concat([headFor(signature.length), signature]))
    })
  })
  return app
}

const [, , port] = process.argv
peer((await json(process.stdin)) as PeerAnswer).listen(Number(port), '127.0.0.1')
