export { parseAccount, withPassword } from './account/account.js'
export type { Account, RootCertificate } from './account/account.js'
export { parseAddress, type Address } from './account/address.js'
export type { DavServer } from './account/dav.js'
export type { MailService } from './account/mail-service.js'
export { Secret } from './account/secret.js'
export type { IncomingServer, MailServer, OutgoingServer } from './account/server.js'
export type { ApiKey, ApiScope } from './config/api-key.js'
export type { SecurityTxt, SignFound, TransportSecurity } from './config/config.js'
export { DEFAULT_LIMITS } from './config/limits.js'
export { createDirectory } from './discovery/directory.js'
export type { DirectoryOptions } from './discovery/directory.js'
export type { Asker, Directory } from './discovery/catalogue-directory.js'
export type { FoundSettings, Trust } from './discovery/found-settings.js'
export { systemNetwork, type Network } from './discovery/network.js'
export { MailProfileError } from './errors.js'
export type { ErrorCode, MailProfileErrorOptions } from './errors.js'
export { exportFormat, exportProfile } from './formats/export.js'
export type { ExportContext, Exported } from './formats/export.js'
export type {
  AndroidIntentTarget,
  Format,
  Inspection,
  PaccRevision,
  RenderContext,
  Support,
} from './formats/format.js'
export { formats, getFormat } from './formats/index.js'
export { createApiKey, hashApiKey } from './http/api/api-key.js'
export { parseInvitationRequest } from './invitations/request.js'
export type { InvitationRequest } from './invitations/request.js'
export { createApp } from './http/app.js'
export type { AppDependencies } from './http/app.js'
export type { ServerStatus } from './http/context.js'
export type { LimitKind, Limits } from './http/middleware/limits.js'
export type { Load } from './http/middleware/shed-load.js'
export { createLimits, type RateLimits, type RateLimitsOptions } from './server/rate-limits.js'
export type { RequestFacts, RequestMetrics } from './http/middleware/request-metrics.js'
export { inspectProfile } from './inspection/inspect.js'
export type { InspectionReport, InspectOptions } from './inspection/inspect.js'
export { invitableAccount } from './invitations/account.js'
export { invitationUrl } from './invitations/url.js'
export { DEFAULT_TERMS, Invitations, TERM_LIMITS } from './invitations/invitations.js'
export type {
  AuditEvent,
  CodeOutcome,
  HeldInvitation,
  InvitationsOptions,
  MadeInvitation,
  Terms,
} from './invitations/invitations.js'
export { parseInvitedPerson } from './invitations/person.js'
export type { InvitedPerson, InvitedPersonJson } from './invitations/person.js'
export type { IdempotentCall } from './invitations/repeatable-call.js'
export type { Catalogue, CatalogueEntry } from './providers/catalogue.js'
export { loadCatalogue } from './providers/load.js'
export type { Provider, RefusedProvider } from './providers/provider.js'
export { qrPng } from './qr/png.js'
export { qrCode, type QrLevel, type QrMatrix, type QrOptions } from './qr/qr-code.js'
export { qrSvg } from './qr/svg.js'
export { qrTerminal } from './qr/terminal.js'
export { createDevelopmentIdentity } from './signing/development.js'
export { loadSigningIdentity, signCms } from './signing/identity.js'
export type { IdentityOptions, SigningIdentity, SigningIdentitySource } from './signing/identity.js'
export type { SignatureReport } from './signing/read-signer.js'
export type { TrustProblem, TrustReason, TrustVerdict } from './signing/trust.js'
export { openStore } from './store/open-store.js'
export type { InvitationRecord, InvitationState, StoredInvitation } from './invitations/record.js'
export type { ListPage, ListQuery, Store } from './invitations/store.js'
