import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installedPackage } from '../support/installed-package.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// A module of somebody else's, that exports what it got: its own declarations have to name the types of
// the package, of which the package's exports let it reach those of the index alone.
const PROGRAM = `
import * as mailprofile from 'mailprofile'
import {
  createApp,
  createDirectory,
  createLimits,
  DEFAULT_LIMITS,
  DEFAULT_TERMS,
  exportFormat,
  exportProfile,
  getFormat,
  inspectProfile,
  Invitations,
  invitationUrl,
  loadCatalogue,
  loadSigningIdentity,
  MailProfileError,
  openStore,
  parseAccount,
  parseAddress,
  parseInvitedPerson,
  qrCode,
  Secret,
  systemNetwork,
  TERM_LIMITS,
  withPassword,
  type Account,
  type Address,
  type AppDependencies,
  type ErrorCode,
  type InvitedPerson,
  type Limits,
  type MadeInvitation,
  type Terms,
} from 'mailprofile'

export const everything = mailprofile
const baseUrl = 'https://setup.example.com'
export const catalogue = await loadCatalogue()
export const account = withPassword(parseAccount({}), new Secret('hunter2'))
export const { identity, incoming, outgoing, calendar, rootCertificate } = account
export const signingIdentity = await loadSigningIdentity({ certificate: 'a.pem', key: 'b.pem' })
export const verdict = signingIdentity.trust(new Date())
export const exported = await exportFormat('apple-profile', account, { signingIdentity })
export const several = await exportProfile([account])
export const format = getFormat('k9-settings')
export const support = format.support(account)
export const report = await inspectProfile(exported.body)
export const matrix = qrCode('text')
export const directory = createDirectory({ catalogue: () => catalogue, network: systemNetwork() })
export const found = await directory.find(parseAddress('ann@example.com'))
export const entries = catalogue.entries
export const store = await openStore('memory:', { now: Date.now })
export const page = await store.list({ limit: 10 })
export const invitations = new Invitations({ store })
export const person: InvitedPerson = parseInvitedPerson({ address: 'ann@example.com', password: 'a' })
export const terms: Terms = { ...DEFAULT_TERMS, downloads: TERM_LIMITS.downloads }
export const made: MadeInvitation = await invitations.make(person, { ...terms, maker: 'sign-up' })
export const link: string = invitationUrl(made, baseUrl)
export const held = await invitations.open(made.token)
export const revoked = await invitations.revoke(made.id, 'sign-up')
export const outcome = await invitations.enterCode(made.token, '123456')
export const limits: Limits = await createLimits({ limits: { ...DEFAULT_LIMITS, client: 10 } })
export const dependencies: AppDependencies = { catalogue, invitations, limits, baseUrl }
export const { load, securityTxt, signFound, androidIntent, metrics } = dependencies
export const app = createApp(dependencies)
app.listen(8080).close()

export function addressOf({ identity: { address } }: Account): Address {
  return parseAddress(address)
}
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof MailProfileError ? error.code : undefined
}
`

/** A project that has installed the package and uses all of it: `program.ts`, and its `tsconfig.json`. */
export function consumer(module: string, moduleResolution: string, more: object): string {
  const { folder } = installedPackage(temporaryFolder())
  writeFileSync(join(folder, 'program.ts'), PROGRAM)
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'es2023',
    strict: true,
    skipLibCheck: false,
    declaration: true,
    outDir: 'out',
    rootDir: '.',
    // Of its own: what else is installed must not help out.
    types: [],
    // Else the checkout, where the links lead, would give what the package lacks.
    preserveSymlinks: true,
    ...more,
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['program.ts'] }),
  )
  return folder
}
