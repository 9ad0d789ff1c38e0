export { parseAccount, withPassword } from './account/account.js'
export type { Account, DavAccount, MailAccount, RootCertificate } from './account/account.js'
export { parseAddress, type Address } from './account/address.js'
export type { DavServer } from './account/dav.js'
export type { HostName } from './account/host-name.js'
export type {
  AuthorizationServer,
  DavTemplate,
  IncomingTemplate,
  MailService,
  OutgoingTemplate,
} from './account/mail-service.js'
export { Secret } from './account/secret.js'
export type { IncomingServer, MailServer, OutgoingServer, Port } from './account/server.js'
export type { ApiKey, ApiScope } from './config/api-key.js'
export type { SecurityTxt, SignFound, TransportSecurity } from './config/values-of-app.js'
export { DEFAULT_LIMITS } from './config/default-limits.js'
export type { Delivery, InvitationMessage, Receipt, SendOptions } from './delivery/delivery.js'
export { parseRecipient } from './delivery/recipient.js'
export type { MailboxOwner, Recipient, RecipientRules } from './delivery/recipient.js'
export { createDirectory } from './discovery/directory.js'
export type { DirectoryOptions } from './discovery/directory.js'
export type { Asker, Directory } from './discovery/catalogue-directory.js'
export { systemNetwork, type Network } from './discovery/network.js'
export type { PlacesOptions } from './discovery/places.js'
export { MailProfileError } from './errors.js'
export type { ErrorCode, ErrorTexts, MailProfileErrorOptions } from './errors.js'
export { exportFormat, exportProfile } from './formats/export.js'
export type { ExportContext, Exported, Signer } from './formats/export.js'
export type {
  AndroidIntentTarget,
  Carried,
  Format,
  FormatLink,
  FormatPage,
  Inspection,
  InspectionSection,
  PaccRevision,
  Platform,
  RenderContext,
  Support,
  WithoutPassword,
} from './formats/format.js'
export { formats, getFormat } from './formats/index.js'
export { createApiKey, hashApiKey } from './http/api/key.js'
export { parseInvitationRequest } from './invitations/request.js'
export type { InvitationRequest } from './invitations/request.js'
export { createApp } from './http/app.js'
export type { AppDependencies } from './http/app.js'
export type {
  DirectoryEntry,
  ListedPerson,
  ListingOptions,
  PeopleDirectory,
  PeopleQuestion,
  Person,
} from './directory/people-directory.js'
export type { ServerStatus } from './http/operations/health-routes.js'
export type { Branding } from './http/pages/branding.js'
export type { OperatorApp } from './http/pages/operator-apps.js'
export { parseAppIcon, parseLogo } from './http/pages/picture.js'
export type { Picture } from './http/pages/picture.js'
export type { LimitKind, Limits } from './http/middleware/limits.js'
export type { Load } from './http/middleware/shed-load.js'
export { createLimits, type RateLimits, type RateLimitsOptions } from './server/rate-limits.js'
export type { AppLogger } from './http/middleware/request-log.js'
export type { RequestFacts, RequestMetrics } from './http/middleware/request-metrics.js'
export { inspectProfile } from './inspection/inspect.js'
export type { InspectionReport, InspectOptions } from './inspection/inspect.js'
export { invitableAccount } from './invitations/account.js'
export { invitationUrl } from './invitations/url.js'
export { DEFAULT_TERMS, TERM_LIMITS } from './invitations/terms.js'
export { Invitations } from './invitations/invitations.js'
export type { AuditEvent, InvitationsOptions } from './invitations/means.js'
export type { KeptInvitations } from './invitations/kept-invitations.js'
export type { CodeOutcome } from './invitations/passcode-entry.js'
export type { HeldInvitation } from './invitations/invitations.js'
export type { MadeInvitation } from './invitations/made-invitation.js'
export type { DrawnInvitation } from './invitations/making.js'
export type { MakerTerms, Terms } from './invitations/terms.js'
export { parseInvitedPerson } from './invitations/person.js'
export type { InvitedPerson, InvitedPersonJson } from './invitations/person.js'
export type { IdempotentCall } from './invitations/repeatable-call.js'
export type {
  Catalogue,
  CatalogueAnswer,
  CatalogueEntry,
  RefusedEntry,
} from './providers/catalogue.js'
export type { DomainSettings, Trust, Voucher } from './providers/domain-settings.js'
export { loadCatalogue, type LoadCatalogueOptions } from './providers/load.js'
export type { Advice, Note, Provider, RefusedProvider } from './providers/provider.js'
export { providerAccount, type AccountOptions } from './providers/provider-account.js'
export type { Text } from './messages/text.js'
export type { Translated, Translations } from './messages/translated.js'
export { qrPng } from './qr/png.js'
export { qrCode, type QrLevel, type QrMatrix, type QrOptions } from './qr/qr-code.js'
export { qrSvg } from './qr/svg.js'
export { qrTerminal } from './qr/terminal.js'
export { createDevelopmentIdentity, type DevelopmentIdentity } from './signing/development.js'
export { loadSigningIdentity, signCms } from './signing/identity.js'
export type {
  IdentityOptions,
  PemSource,
  SigningIdentity,
  SigningIdentitySource,
} from './signing/identity.js'
export type { SignatureReport } from './signing/read-signer.js'
export type { TrustProblem, TrustReason, TrustVerdict } from './signing/trust.js'
export { openStore, type OpenStoreOptions } from './store/open-store.js'
export type { CallEntry, InvitationEntry, Restoration, StoreEntry } from './invitations/entries.js'
export type {
  InvitationRecord,
  InvitationState,
  Sending,
  StoredInvitation,
} from './invitations/record.js'
export type {
  CallName,
  Creation,
  InvitationChange,
  ListPage,
  ListQuery,
  NewInvitation,
  RepeatableCall,
  RepeatedCreation,
  Store,
} from './invitations/store.js'
