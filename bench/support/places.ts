import { fileURLToPath } from 'node:url'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The program, as it is built. */
export const BIN = path('../../dist/bin/mailprofile.js')
/** What Node has to import for TypeScript. */
export const TSX = import.meta.resolve('tsx')

/** A script of this folder, to be run by a process of its own. */
export const script = (name: string) => path(`${name}.ts`)

/** As Node takes it on its command line. */
export const scriptArgv = (name: string) => ['--import', TSX, script(name)] as const
