// Makes the JavaScript of `dist`, of which `tsc` writes the declarations. A start of hundreds of small files
// is spent on finding and opening them: few large ones take half of the time.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, URL } from 'node:url'
import { rolldown } from 'rolldown'
import { copyDeclarations } from './declarations.mjs'
import { copyFonts } from './fonts.mjs'
import { noticesFor } from './third-party-notices.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')

// Each with whatever it needs in files of its own, because a thread shares nothing with others. `ownScript` of
// src/own-files.ts has their places.
const THREADS = ['store/sqlite/worker', 'directory/sql/sqlite-worker', 'bin/batch-worker']

const PROGRAM = ['bin/mailprofile', 'bin/compile-catalogue']

// What is wanted together lies together: the modules that are named, with all that they import and no file
// above has. So a command loads few files, and none that only the server needs. What is imported when it is
// wanted, and named here nowhere, has files of its own.
const FILES = {
  core: [
    'config/load',
    'directory/complete',
    'discovery/catalogue-directory',
    'formats/settings',
    'http/api/account-answer',
    'providers/load',
    'server/configured-catalogue',
    'server/tenant-of-domain',
  ],
  command: ['cli/commands/lookup', 'cli/run'],
  formats: ['formats/export', 'formats/index'],
  identity: ['http/request/signing-policy', 'server/configured-identity'],
  discovery: ['discovery/directory', 'discovery/network'],
  invitations: [
    'invitations/answer',
    'invitations/invitations',
    'store/open-store',
    // The store of a server that is told of none; its thread starts while the rest is loaded.
    'store/sqlite/store',
  ],
}

// The same of a server. What other commands want of it, if only one of them, goes into the file `shared` before:
// each would load a server else, for a line of it.
const SERVER_FILES = {
  serve: ['cli/commands/serve'],
  app: [
    'http/app',
    'server/answerers',
    'server/listen',
    'server/rate-limits',
    'server/request-queue',
  ],
}

// Packages are inside of what needs them: a tenth of their files is used, and the program and the library are
// installed with a few packages instead of a hundred and fifty. Those that stay packages are `dependencies`: what is
// native, what has files of its own that are no code, what reads keys (node-forge), and what is loaded by `require`
// at the moment that it is wanted. All others are `devDependencies`.
//
// The price: `npm update` reaches what is inside only where it is built again; who installed a release gets it with
// the next one. docs/backup-and-upgrade.md says so to operators, docs/library.md to programmers, and `npm run sbom`
// names them all.
const { dependencies, devDependencies } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
)
const packages = Object.keys(dependencies)

// What joins modules that are none of ECMAScript: a module that is in no file, of a package that has a licence.
const RUNTIME = '\0rolldown/runtime.js'
const BUNDLER = join(ROOT, 'node_modules/rolldown/package.json')

const written = new Set()
const inside = new Set()

// The types of files that Express knows (200 kB) take a third of the time so.
const jsonAsText = {
  name: 'json-as-text',
  load: {
    filter: { id: /\.json$/ },
    handler: (id) => ({
      code: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(id, 'utf8'))))})`,
      moduleType: 'js',
    }),
  },
}

/** A module of `src` as it is named above. */
function nameOf(id) {
  return relative(join(ROOT, 'src'), id).replaceAll('\\', '/').replace(/\.ts$/, '')
}

/** What a server and others want: a function of a module and of the graph of all. */
function sharedWithServer() {
  const roots = new Set(Object.values(SERVER_FILES).flat())
  const wanted = new Map()
  const wantedByOthers = (id, graph) => {
    if (roots.has(nameOf(id))) return false
    if (wanted.has(id)) return wanted.get(id)
    // Packages have cycles.
    wanted.set(id, false)
    const { isEntry, importers, dynamicImporters } = graph.getModuleInfo(id)
    const by = [...importers, ...dynamicImporters]
    wanted.set(id, isEntry || by.some((one) => wantedByOthers(one, graph)))
    return wanted.get(id)
  }
  const ofServer = new Set()
  const addWithImports = (id, graph) => {
    if (ofServer.has(id)) return
    ofServer.add(id)
    for (const one of graph.getModuleInfo(id)?.importedIds ?? []) addWithImports(one, graph)
  }
  return (id, graph) => {
    if (ofServer.size === 0) {
      for (const root of roots) addWithImports(join(ROOT, 'src', `${root}.ts`), graph)
    }
    return ofServer.has(id) && wantedByOthers(id, graph)
  }
}

/** The groups of modules that lie in a file each, the first one first. */
function programGroups() {
  const isShared = sharedWithServer()
  const named = (files) =>
    Object.entries(files).map(([name, modules]) => ({
      name,
      test: (id) => modules.includes(nameOf(id)),
    }))
  const shared = {
    debugName: 'shared',
    name: (id, graph) => (isShared(id, graph) ? 'shared' : null),
  }
  return [...named(FILES), shared, ...named(SERVER_FILES)]
}

/** Writes entries of `src`, and the files that they share and load later into a folder. */
async function write(entries, folder, groups = []) {
  const bundle = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    platform: 'node',
    plugins: [jsonAsText],
    external: (id) => packages.some((name) => id === name || id.startsWith(`${name}/`)),
    onLog(level, log, print) {
      // Said of each module that one part imports at once and another when it is wanted.
      if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') print(level, log)
    },
  })
  const { output } = await bundle.write({
    dir: DIST,
    format: 'esm',
    chunkFileNames: `${folder}/[name].js`,
    // The declarations have what docstrings say, third-party-notices.txt what licences ask for.
    comments: { legal: false, jsdoc: false, annotation: true },
    // For `node --enable-source-maps`: names and places of `src` in stack traces.
    sourcemap: true,
    sourcemapExcludeSources: true,
    codeSplitting: {
      groups: groups.map((group, index) => ({ ...group, priority: groups.length - index })),
    },
  })
  await bundle.close()
  for (const { fileName, moduleIds = [] } of output) {
    written.add(fileName)
    for (const id of moduleIds) {
      if (id === RUNTIME) inside.add(BUNDLER)
      else if (id.includes('node_modules')) inside.add(id)
    }
  }
}

await write(['index'], 'library')
await write(PROGRAM, 'program', programGroups())
for (const thread of THREADS) await write([thread], thread)
writeFileSync(join(DIST, 'third-party-notices.txt'), noticesFor(inside))
for (const file of copyDeclarations(DIST, 'index.d.ts')) written.add(file)

// Those of Han and Hangul, which are large, stay packages that may be left out.
const fonts = Object.keys(devDependencies).filter((name) => name.startsWith('@fontsource-'))
copyFonts(
  fonts.map((name) => join(ROOT, 'node_modules', name)),
  join(DIST, 'fonts'),
)

// What an older build has left would be packed.
for (const name of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
  const path = name.replaceAll('\\', '/')
  if (path.startsWith('.')) continue
  if (/\.(?:js(?:\.map)?|d\.ts)$/.test(path) && !written.has(path)) rmSync(join(DIST, name))
}
