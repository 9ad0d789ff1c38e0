import { execFileSync } from 'node:child_process'
import { program } from './programs.js'

/** A mail as a parser that is not ours reads it. */
export interface ParsedMail {
  /** Names in lower case, in order, each with its decoded value. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Each address of From, To, Cc, Bcc and Reply-To: the header, the display name, the address. */
  readonly addresses: readonly (readonly [header: string, name: string, address: string])[]
  readonly type: string
  readonly parts: readonly { readonly type: string; readonly content: string }[]
  /** What it found wrong. */
  readonly defects: readonly string[]
}

// The policy of modern mail; the parser of headers decodes and notes what is wrong.
const SCRIPT = `
import base64, email, email.policy, json, sys
def mail(source):
    message = email.message_from_bytes(base64.b64decode(source), policy=email.policy.SMTP)
    defects, addresses, headers = [repr(d) for d in message.defects], [], []
    for name, value in message.items():
        headers.append([name.lower(), str(value)])
        defects += [name + ': ' + repr(d) for d in getattr(value, 'defects', [])]
        if name.lower() in ('from', 'to', 'cc', 'bcc', 'reply-to'):
            addresses += [[name.lower(), a.display_name, a.addr_spec] for a in value.addresses]
    parts = []
    for part in message.walk():
        defects += [repr(d) for d in part.defects]
        if not part.is_multipart():
            parts.append({'type': part.get_content_type(), 'content': part.get_content()})
    return {'headers': headers, 'addresses': addresses, 'type': message.get_content_type(),
            'parts': parts, 'defects': defects}
json.dump([mail(source) for source in json.load(sys.stdin)], sys.stdout)
`

/** Reads mails with Python's email package. */
export function parseMails(mails: readonly Buffer[]): ParsedMail[] {
  const output = execFileSync(program('python3'), ['-c', SCRIPT], {
    input: JSON.stringify(mails.map((mail) => mail.toString('base64'))),
    maxBuffer: 256 * 1024 * 1024,
  })
  return JSON.parse(output.toString()) as ParsedMail[]
}
