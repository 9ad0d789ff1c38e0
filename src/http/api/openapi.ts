import { z } from 'zod'
import type { ErrorCode } from '../../errors.js'
import { TERM_LIMITS } from '../../invitations/terms.js'
import { STATUS } from '../middleware/error-handler.js'
import { errorSchema } from './error-schema.js'
import { MAX_PAGE } from './list-query.js'
import {
  invitationListSchema,
  invitationRequestSchema,
  invitationSchema,
  madeInvitationSchema,
  stateSchema,
} from '../../invitations/schemas.js'
import { accountAnswerSchema, formatListSchema } from './settings-schemas.js'

const SCHEMAS = {
  InvitationRequest: invitationRequestSchema,
  MadeInvitation: madeInvitationSchema,
  InvitationState: stateSchema,
  Invitation: invitationSchema,
  InvitationList: invitationListSchema,
  Account: accountAnswerSchema,
  FormatList: formatListSchema,
  Error: errorSchema,
} as const
type SchemaName = keyof typeof SCHEMAS

/**
 * The HTTP interface as OpenAPI 3.1.
 *
 * @param baseUrl without a trailing slash
 */
export function openApiDocument(baseUrl: string): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'mailprofile',
      version: '1',
      summary: 'Invitations: links with which a person sets a mail account up',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: baseUrl }],
    security: [{ key: [] }],
    paths: {
      '/api/v1/invitations': {
        post: {
          operationId: 'makeInvitation',
          summary:
            'Makes an invitation (scope invitations:write), and sends it (also invitations:send)',
          parameters: [
            {
              name: 'Idempotency-Key',
              in: 'header',
              description:
                'The same call with the same key gets the same answer for 24 hours, and makes ' +
                'nothing new',
              schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
            },
          ],
          requestBody: { required: true, content: json('InvitationRequest') },
          responses: {
            201: {
              ...answer('MadeInvitation'),
              headers: {
                Location: {
                  description: 'Where its state is',
                  schema: { type: 'string', format: 'uri-reference' },
                },
              },
            },
            ...refusals(
              ['invalid_request', 'invalid_address', 'unsupported_protocol', 'invalid_account'],
              ['unauthorized'],
              ['forbidden'],
              ['unknown_domain'],
              ['idempotency_conflict'],
              ['request_timeout'],
              ['too_large'],
              ['oauth_only', 'unsupported_account'],
              ['too_many_requests'],
              ['store_unavailable', 'directory_unavailable', 'overloaded'],
            ),
          },
        },
        get: {
          operationId: 'listInvitations',
          summary: 'Lists invitations, newest first (scope invitations:read)',
          description: 'Those that the key made; all of them with the scope invitations:all.',
          parameters: [
            query('reference', { type: 'string', maxLength: TERM_LIMITS.reference }),
            query('state', { $ref: ref('InvitationState') }),
            query('cursor', { type: 'string' }, 'Of the page before'),
            query('limit', { type: 'integer', minimum: 1, maximum: MAX_PAGE }),
          ],
          responses: {
            200: answer('InvitationList'),
            ...refusals(['invalid_request'], ...ALWAYS, ['store_unavailable', 'overloaded']),
          },
        },
      },
      '/api/v1/invitations/{id}': {
        parameters: [ID],
        get: {
          operationId: 'showInvitation',
          summary: 'Shows an invitation (scope invitations:read)',
          responses: ofOne(),
        },
        delete: {
          operationId: 'revokeInvitation',
          summary: 'Revokes an invitation, unless it has ended (scope invitations:write)',
          responses: ofOne(),
        },
      },
      '/api/v1/invitations/{id}/unlock': {
        parameters: [ID],
        post: {
          operationId: 'unlockInvitation',
          summary: 'Gives the tries to type the code back (scope invitations:write)',
          responses: ofOne(),
        },
      },
      '/api/v1/accounts/{address}': {
        parameters: [
          { name: 'address', in: 'path', required: true, schema: { type: 'string' } },
          query('name', { type: 'string' }),
          query('protocol', { type: 'string', enum: ['imap', 'pop3'] }),
          query('confirm', { type: 'string' }, 'The domains that may get the password'),
        ],
        get: {
          operationId: 'showAccount',
          summary: 'The settings of an address (scope accounts:read)',
          responses: {
            200: answer('Account'),
            ...refusals(
              ['invalid_address', 'invalid_request', 'unsupported_protocol'],
              ['unknown_domain'],
              ['oauth_only', 'confirmation_required', 'unsupported_account'],
              ...ALWAYS,
              ['directory_unavailable', 'overloaded'],
            ),
          },
        },
      },
      '/api/v1/formats': {
        get: {
          operationId: 'listFormats',
          summary: 'What can be made from an account (any key)',
          responses: { 200: answer('FormatList'), ...refusals(...ALWAYS, ['overloaded']) },
        },
      },
    },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'From “mailprofile keys new NAME”' },
      },
      schemas: componentSchemas(),
    },
  }
}

const ALWAYS: readonly (readonly ErrorCode[])[] = [
  ['unauthorized'],
  ['forbidden'],
  ['too_many_requests'],
]

const ID = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{22}$' },
}

function ofOne() {
  return {
    200: answer('Invitation'),
    ...refusals(['not_found'], ...ALWAYS, ['store_unavailable', 'overloaded']),
  }
}

function query(name: string, schema: object, description?: string) {
  return { name, in: 'query', ...(description === undefined ? {} : { description }), schema }
}

function answer(name: SchemaName) {
  return { description: SCHEMAS[name].meta()?.description ?? name, content: json(name) }
}

/** By status, each with the codes that it may have. */
function refusals(...groups: readonly (readonly ErrorCode[])[]) {
  return Object.fromEntries(
    groups.map((codes) => [
      STATUS[codes[0] ?? 'internal'],
      { description: codes.join(', '), content: json('Error') },
    ]),
  )
}

function json(name: SchemaName) {
  return { 'application/json': { schema: { $ref: ref(name) } } }
}

function ref(name: string): string {
  return `#/components/schemas/${name}`
}

function componentSchemas() {
  const registry = z.registry<{ readonly id: string }>()
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { uri: ref, io: 'input' })
  // Where they lie says what $schema and $id would.
  const isOwn = ([keyword]: [string, unknown]) => keyword !== '$schema' && keyword !== '$id'
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      Object.fromEntries(Object.entries(schema).filter(isOwn)),
    ]),
  )
}
