import { HTTP_SURFACES, type Surface } from './http-surfaces.js'
import { READER_SURFACES } from './readers.js'

/** All that takes input from strangers, or from operators who mistype. */
export const SURFACES: readonly Surface[] = [...HTTP_SURFACES, ...READER_SURFACES]
