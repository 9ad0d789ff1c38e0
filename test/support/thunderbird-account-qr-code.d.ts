// The package has no types of its own.
declare module 'thunderbird-account-qr-code' {
  export interface AccountInfo {
    readonly incomingProtocol: number
    readonly incomingHostname: string
    readonly incomingPort: number
    readonly incomingConnectionSecurity: number
    readonly incomingAuthenticationType: number
    readonly incomingUsername: string
    readonly incomingAccountName?: string
    readonly incomingPassword?: string
    readonly outgoingHostname: string
    readonly outgoingPort: number
    readonly outgoingConnectionSecurity: number
    readonly outgoingAuthenticationType: number
    readonly outgoingUsername: string
    readonly outgoingPassword?: string
    readonly identityEmailAddress: string
    readonly identityDisplayName: string
  }
  export function encodeAccounts(
    accounts: readonly AccountInfo[],
    sequenceNumber?: number,
    sequenceEnd?: number,
  ): string
}
