import { writeFile } from 'node:fs/promises'
import { COMPILED_FILE, loadShippedFiles } from '../providers/load.js'

// The last step of the build: the shipped providers, parsed and checked, in one file.
await writeFile(COMPILED_FILE, JSON.stringify(await loadShippedFiles()))
