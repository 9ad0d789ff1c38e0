import type { Provider } from '../../providers/provider.js'

/** All that `init` is told, before anything is written. */
export interface InitPlan {
  /** Lower-case A-labels. */
  readonly domains: readonly string[]
  /** Those whose servers no provider file has yet. */
  readonly providers: readonly Provider[]
  /** Who people see that it is; absent for the host of `baseUrl`. */
  readonly brand?: string | undefined
  /** Absent for a server to try things out on. */
  readonly baseUrl?: string | undefined
  /** Absolute paths; absent for the development identity. */
  readonly signing?: CertificateFiles | undefined
  /** As the configuration has it; absent for the one that a start makes. */
  readonly store?: string | undefined
}

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/** The provider files' folder, beside the configuration. */
export const PROVIDERS_FOLDER = 'providers'
/** What a start without a configured store makes beside the configuration. */
export const DEFAULT_STORE = 'sqlite:data/mailprofile.db'

/** Whether the configuration is not for everybody to read. */
export function holdsPassword({ store = '' }: Pick<InitPlan, 'store'>): boolean {
  return /^rediss?:/i.test(store) && new URL(store).password !== ''
}
