/** An invitation that was made. The token and the code exist nowhere else. */
export interface MadeInvitation {
  readonly token: string
  readonly code?: string
  readonly id: string
  readonly expiresAt: Date
  /** Whether this is the answer to a call that was made before. */
  readonly repeated: boolean
}
