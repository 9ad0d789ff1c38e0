/** What an invitation allows, in the units of the interface. */
export interface Terms {
  /** Until it expires: whole hours, 1 to 720. */
  readonly expires: number
  /** After the first download: whole minutes, 1 to 60. */
  readonly window: number
  /** 1 to 20. */
  readonly downloads: number
  /** Whether a six-digit code has to be typed first. */
  readonly code: boolean
  /** The maker's own word for it, kept in clear: up to 64 characters without @. */
  readonly reference?: string | undefined
}

/** The same with who makes it: the name of an API key, or `cli`. */
export interface MakerTerms extends Terms {
  readonly maker: string
}

/** What an invitation allows where its maker says nothing else. */
export const DEFAULT_TERMS = { expires: 72, window: 10, downloads: 5, code: false } as const
/** The most that an invitation allows, and the most characters of its reference. */
export const TERM_LIMITS = { expires: 720, window: 60, downloads: 20, reference: 64 } as const
