import fc from 'fast-check'

/** The shortest document that has everything an account needs. */
export const SIMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="simple.example">
    <domain>simple.example</domain>
    <displayName>Simple</displayName>
    <incomingServer type="imap">
      <hostname>imap.simple.example</hostname>
      <port>993</port>
      <socketType>SSL</socketType>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.simple.example</hostname>
      <port>465</port>
      <socketType>SSL</socketType>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </outgoingServer>
  </emailProvider>
</clientConfig>
`

const space = fc.constantFrom(
  '',
  ' ',
  '\n  ',
  '\t',
  '\r\n',
  '<!-- a remark: <port>1</port> -->',
  '<?pi x?>',
)

/** An element as the generator has it. */
interface Noisy {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly content: string | readonly Noisy[]
}

// A value as text, in part as references, or as CDATA, with white space and remarks around it.
function written(text: string): fc.Arbitrary<string> {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const half = Math.floor(text.length / 2)
  const references = Array.from(text, (character) => `&#${character.codePointAt(0) ?? 0};`).join('')
  const forms = [escaped, references, `<![CDATA[${text}]]>`]
  if (!/[&<]/.test(text)) forms.push(`${text.slice(0, half)}<!-- x -->${text.slice(half)}`)
  return fc.tuple(space, fc.constantFrom(...forms), space).map((parts) => parts.join(''))
}

function attribute([name, value]: [string, string]): fc.Arbitrary<string> {
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  return fc
    .tuple(fc.constantFrom(' ', '\n '), fc.constantFrom('"', "'"))
    .filter(([, quote]) => quote === '"' || !escaped.includes("'"))
    .map(([before, quote]) => `${before}${name}=${quote}${escaped}${quote}`)
}

const unknown = fc.constantFrom(
  '<useGlobalPreferredServer>true</useGlobalPreferredServer>',
  '<x:port xmlns:x="urn:x">1</x:port>',
  '<pop3><port>1</port><username>nobody</username></pop3>',
  '<later a="&lt;"/>',
)

function element({ name, attributes = {}, content }: Noisy): fc.Arbitrary<string> {
  const inside: fc.Arbitrary<string> =
    typeof content === 'string'
      ? written(content)
      : fc
          .tuple(fc.tuple(...content.map(element)), fc.array(unknown, { maxLength: 2 }), space)
          .map(([parts, more, gap]) => [...more, ...parts].join(gap))
  return fc
    .tuple(fc.tuple(...Object.entries(attributes).map(attribute)), inside, space)
    .chain(([written_, text, gap]) =>
      fc
        .shuffledSubarray(written_, { minLength: written_.length })
        .map(
          (shuffled) =>
            `<${name}${shuffled.join('')}${/^\s*$/.test(gap) ? gap : ''}>${text}</${name}>`,
        ),
    )
}

function anyCase(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(text, text.toLowerCase(), text.toUpperCase())
}

const value = <T>(usual: readonly T[], wrong: readonly T[]) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  )

const AUTHENTICATIONS =
  'password-cleartext password-encrypted OAuth2 plain secure NTLM GSSAPI'.split(' ')
const OTHERS = 'none client-IP-address smtp-after-pop TLS-client-cert http-basic SCRAM'.split(' ')

function section(name: string, types: readonly string[]): fc.Arbitrary<Noisy> {
  return fc
    .record({
      type: value(types, ['ews', 'jmap', '']),
      hostname: value(
        ['mail.a.example', 'IMAP.%EMAILDOMAIN%', '%EMAILDOMAIN%', 'Mail-2.B.Example'],
        ['', 'a b', 'a_b.example', '-a.example', '%EMAILADDRESS%'],
      ),
      port: value(['993', '995', '465', '143', '587', '00110'], ['0', '65536', '1e3', '-1', '']),
      socketType: value(['SSL', 'STARTTLS', 'plain'], ['QUIC', '']).chain(anyCase),
      authentications: fc.array(value(AUTHENTICATIONS, OTHERS).chain(anyCase), {
        minLength: 1,
        maxLength: 4,
      }),
      username: value(
        ['%EMAILADDRESS%', '%EMAILLOCALPART%', 'x.%EMAILLOCALPART%@%EMAILDOMAIN%'],
        [''],
      ),
      without: value([''], ['hostname', 'port', 'socketType', 'username']),
    })
    .chain(({ type, authentications, without, ...texts }) => {
      const parts = Object.entries(texts)
        .filter(([part]) => part !== without)
        .map(([part, content]) => ({ name: part, content }))
      // Only authentications have an order that means something.
      return fc.shuffledSubarray(parts, { minLength: parts.length }).map((shuffled) => ({
        name,
        attributes: { type },
        content: [
          ...shuffled.slice(0, 2),
          ...authentications.map((content) => ({ name: 'authentication', content })),
          ...shuffled.slice(2),
        ],
      }))
    })
}

const domain = fc
  .record({
    content: value(
      ['a.example', 'A.Example', 'b.example', 'xn--gre-6ka8i.example', 'localhost'],
      ['%EMAILDOMAIN%', 'a b', ''],
    ),
    purpose: fc.constantFrom(undefined, undefined, undefined, 'mx'),
  })
  .map(({ content, purpose }) => ({
    name: 'domain',
    content,
    ...(purpose === undefined ? {} : { attributes: { purpose } }),
  }))

const displayName = fc.constantFrom('A & B', '<Post>', 'Почта', '郵便 😀').map((content) => ({
  name: 'displayName',
  content,
}))

/** Any autoconfig document, well-formed, with what real ones have and worse. */
export const clientConfigDocument: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(domain, { maxLength: 4 }),
    fc.array(displayName, { maxLength: 1 }),
    fc.array(section('incomingServer', ['imap', 'pop3']), { maxLength: 4 }),
    fc.array(section('outgoingServer', ['smtp']), { maxLength: 3 }),
  )
  .chain((groups) => interleaved(groups.map((group): readonly Noisy[] => group)))
  .chain((content) =>
    fc.tuple(
      fc.constantFrom(
        '',
        '<?xml version="1.0"?>',
        '\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n',
      ),
      element({
        name: 'clientConfig',
        attributes: { version: '1.1', later: 'a "b" & c' },
        content: [{ name: 'emailProvider', attributes: { id: 'any', also: '1' }, content }],
      }),
      fc.constantFrom('', '\n', '<!-- end -->'),
    ),
  )
  .map((parts) => parts.join(''))

// Every group in its own order, the groups mixed in any.
function interleaved(groups: readonly (readonly Noisy[])[]): fc.Arbitrary<Noisy[]> {
  const turns = groups.flatMap((group, index) => group.map(() => index))
  return fc.shuffledSubarray(turns, { minLength: turns.length }).map((order) => {
    const queues = groups.map((group) => [...group])
    return order.flatMap((index) => queues[index]?.shift() ?? [])
  })
}
