import type { z } from 'zod'
import type { Address } from '../account/address.js'
import type { Secret } from '../account/secret.js'
import type * as Values from './values.js'

/** All that is to be known of a key of the configuration, but its name. */
export interface Key<T> {
  /**
   * Which values it has. A function, because the schema library takes longer to load than most commands
   * take: without a configuration nothing is parsed.
   */
  readonly type: (values: typeof Values) => z.ZodType<T>
  /** Its value where nobody says otherwise; none where that depends on something. */
  readonly default?: Immutable<T>
  /**
   * What it sets, as `docs/configuration.md` has it; `{name}` stands for the default of a key beside it, or
   * its own. Without it, the words of the key before it are for both.
   */
  readonly about?: string
  /** Words that people write for its name. */
  readonly calledToo?: readonly string[]
  /** Whole names that it had in earlier versions, its sections included: `discovery.signConfirmed`. */
  readonly formerly?: readonly string[]
  /** The environment variable without MAILPROFILE_, where it is not called as the key is. */
  readonly variable?: string
  /** The variable that other programs know, too; its own wins. */
  readonly commonVariable?: string
  /** Which values of the variable are JSON. */
  readonly json?: 'always' | 'lists' | 'maps' | 'false'
  /** JSON that it could be, for an error. */
  readonly example?: string
  /** There is no `…_FILE`: its file is a list of its own. */
  readonly neverInFile?: true
  /** Whether a value is for nobody's eyes. */
  isSecret?(value: T): boolean
  /** A value with the paths in it made absolute. */
  toAbsolute?(value: T, absolute: (path: string) => string): T
}

/** Keys that belong together, under one name. */
export interface Section {
  readonly keys: Readonly<Record<string, Key<unknown>>>
  readonly about?: string
  readonly calledToo?: readonly string[]
  /** It is not there unless somebody sets something of it, even where all in it has defaults. */
  readonly isOptional?: true
  /** Which values it has besides a section of keys. */
  readonly type?: (values: typeof Values, section: z.ZodType) => z.ZodType
}

/** A list of sections, each with the same keys; to the environment and to merging it is one key. */
export interface SectionList extends Omit<Key<unknown>, 'type'> {
  readonly entries: Descriptions
}

/** Keys, sections and lists of sections by their names. */
export type Descriptions = Readonly<Record<string, Key<unknown> | Section | SectionList>>

/** A key, or what counts as one, and the way to it. */
export interface DescribedKey {
  readonly path: readonly [section: string, key?: string]
  readonly key: Key<unknown> | SectionList
}

export function key<T>(
  description: Key<T> & { readonly default: NoInfer<Immutable<T>> },
): Key<T> & { readonly default: Immutable<T> }
export function key<T>(description: Key<T>): Key<T>
export function key<T>(description: Key<T>): Key<T> {
  return description
}

export function isSection(entry: Descriptions[string]): entry is Section {
  return 'keys' in entry
}

export function isSectionList(entry: Descriptions[string]): entry is SectionList {
  return 'entries' in entry
}

/** All keys, one after the other. */
export function describedKeys(descriptions: Descriptions): readonly DescribedKey[] {
  return Object.entries(descriptions).flatMap(([name, entry]): DescribedKey[] =>
    isSection(entry)
      ? Object.entries(entry.keys).map(([inner, key]) => ({ path: [name, inner], key }))
      : [{ path: [name], key: entry }],
  )
}

/** Nobody changes a configuration. */
export type Immutable<T> = T extends readonly (infer E)[]
  ? readonly Immutable<E>[]
  : T extends object
    ? T extends Secret
      ? Secret
      : T extends Address
        ? Address
        : { readonly [P in keyof T]: Immutable<T[P]> }
    : T

type Value<K> = K extends { readonly entries: infer E }
  ? readonly Given<E>[]
  : K extends Key<infer T>
    ? Immutable<T>
    : never
type Flat<T> = { [P in keyof T]: T[P] }

type Optional<T> = { readonly [P in keyof T]?: T[P] | undefined }

/** What a file or the environment may set, by the descriptions. */
export type Given<D> = Optional<{
  [P in keyof D]: D[P] extends { readonly keys: infer K }
    ? Optional<{ [N in keyof K]: Value<K[N]> }>
    : Value<D[P]>
}>

interface HasDefault {
  readonly default: unknown
}

/** Keys with all defaults. */
type FinishedKeys<K> = Flat<
  {
    readonly [N in keyof K as K[N] extends HasDefault ? N : never]: Value<K[N]>
  } & {
    readonly [N in keyof K as K[N] extends HasDefault ? never : N]?: Value<K[N]> | undefined
  }
>

type SectionNames<D> = {
  [P in keyof D]: D[P] extends { readonly keys: unknown } ? P : never
}[keyof D]
type OptionalNames<D> = {
  [P in keyof D]: D[P] extends { readonly isOptional: true } ? P : never
}[keyof D]
type KeysOf<S> = S extends { readonly keys: infer K } ? FinishedKeys<K> : never

/** The configuration with all defaults, by the descriptions. */
export type Finished<D> = Flat<
  FinishedKeys<Omit<D, SectionNames<D>>> & {
    readonly [P in Exclude<SectionNames<D>, OptionalNames<D>>]: KeysOf<D[P]>
  } & { readonly [P in OptionalNames<D>]?: KeysOf<D[P]> | undefined }
>
