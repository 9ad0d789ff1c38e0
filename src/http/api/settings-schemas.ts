import { z } from 'zod'
import { SIGN_INS } from '../../account/sign-in.js'
import { AUTHENTICATIONS, INCOMING_PROTOCOLS, SECURITIES } from '../../account/server.js'

const server = <T extends string>(protocols: readonly [T, ...T[]]) =>
  z.object({
    protocol: z.enum(protocols),
    host: z.string(),
    port: z.number().int().min(1).max(65535),
    security: z
      .enum(SECURITIES)
      .meta({ description: 'tls is TLS from the first byte (RFC 8314); starttls is required' }),
    authentication: z.enum(AUTHENTICATIONS).meta({ description: "In Mozilla's words" }),
    username: z.string().optional(),
  })
const collection = z.object({
  url: z.string().meta({ format: 'uri' }),
  username: z
    .string()
    .meta({ description: 'Where it is another one than for incoming mail, or than the address' })
    .optional(),
})

/** The settings of an address: what `mailprofile lookup --json` prints. */
export const accountAnswerSchema = z
  .object({
    account: z
      .object({
        identity: z.object({ address: z.string(), name: z.string().optional() }),
        accountName: z.string().optional(),
        incoming: server(INCOMING_PROTOCOLS).optional(),
        outgoing: server(['smtp']).optional(),
        calendar: collection.optional(),
        contacts: collection.optional(),
        signIn: z
          .enum(SIGN_INS)
          .meta({ description: 'On whose page people can sign in instead of typing a password' })
          .optional(),
      })
      .meta({
        description:
          'As the library’s parseAccount and --account take it; without incoming and outgoing it is for calendars or contacts alone',
      }),
    source: z.object({
      provider: z.string(),
      trust: z.enum(['catalogue', 'https-own-domain', 'ispdb', 'mx', 'srv', 'http']),
      file: z.string().meta({ description: 'Of the catalogue' }).optional(),
      place: z.string().meta({ description: 'Where they were found' }).optional(),
      confirm: z
        .array(z.string())
        .meta({ description: 'The domains that would get the password, where one has to agree' })
        .optional(),
      sources: z.array(
        z.object({ url: z.string(), verified: z.string(), cited: z.boolean().optional() }),
      ),
    }),
    notes: z.array(z.string()).meta({ description: 'What the person has to know' }),
    help: z.string().meta({ description: "The provider's own page" }).optional(),
    person: z
      .object({
        aliases: z.array(z.string()).meta({ description: 'Other addresses of the mailbox' }),
        language: z.string().meta({ description: 'BCP 47' }).optional(),
      })
      .meta({ description: 'Where the directory of people has somebody at this address' })
      .optional(),
  })
  .meta({ description: 'Settings and where they come from; never a password' })

/** What `mailprofile formats --json` lists. */
export const formatListSchema = z
  .object({
    formats: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        platform: z.enum(['apple', 'android', 'any']),
        kind: z.enum(['file', 'uri', 'qr']),
        mediaType: z.string(),
        carries: z.array(z.string()),
        readers: z.string().meta({ description: 'Who reads it, in a sentence' }),
        signed: z.boolean(),
      }),
    ),
  })
  .meta({ description: 'What can be made from an account' })
