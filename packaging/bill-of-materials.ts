import { createHash } from 'node:crypto'
import type { ShippedPackage, Shipment } from './shipped-packages.js'

/** As far as it is looked at, a document of CycloneDX 1.5 as `npm sbom` writes it. */
export interface Bom {
  readonly serialNumber: string
  readonly metadata: { readonly timestamp: string; readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly scope?: string
  readonly licenses?: readonly object[]
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[]
}

const DEVELOPMENT = 'cdx:npm:package:development'

/**
 * What a release has inside, of what npm says of a whole checkout: packages that only development needs are gone, those
 * that files of the release were made of are there with a word about it, and nothing tells when, where or from which
 * registry it was written, so that the same release gives the same document.
 *
 * @param all what `npm sbom --sbom-format cyclonedx --package-lock-only` prints
 * @param release.name of the package: npm has the folder's there
 */
export function billOfMaterials(
  all: Bom,
  shipped: readonly ShippedPackage[],
  { name, date }: { readonly name: string; readonly date: Date },
): Bom {
  const components = all.components.flatMap((component) => {
    const { shipment } =
      shipped.find((one) => one.name === component.name && one.version === component.version) ?? {}
    return shipment === undefined ? [] : [asShipped(component, shipment)]
  })
  const refs = new Set(components.map((component) => component['bom-ref']))
  const root = all.metadata.component['bom-ref']
  const dependencies = all.dependencies
    .filter(({ ref }) => ref === root || refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }))
  const bom = {
    ...all,
    metadata: {
      ...all.metadata,
      timestamp: date.toISOString(),
      lifecycles: [{ phase: 'build' }],
      component: { ...withoutReferences(all.metadata.component), name },
    },
    components,
    dependencies,
  }
  return { ...bom, serialNumber: serialNumberOf({ ...bom, serialNumber: '' }) }
}

function asShipped(component: Component, shipment: Shipment): Component {
  const properties = (component.properties ?? []).filter(({ name }) => name !== DEVELOPMENT)
  return {
    ...withoutReferences(component),
    // npm takes what development needs for what may be missing.
    ...(shipment === 'installed' ? {} : { scope: 'required' }),
    properties: [...properties, { name: 'mailprofile:shipped', value: shipment }],
  }
}

/** Without the registry that this checkout was installed from. */
function withoutReferences(component: Component): Component {
  const references = (component.externalReferences ?? []).filter(
    ({ type }) => type !== 'distribution',
  )
  return { ...component, externalReferences: references }
}

/** RFC 9562, version 8: of what the document says. */
function serialNumberOf(bom: Bom): string {
  const hash = createHash('sha256').update(JSON.stringify(bom)).digest('hex')
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash) ?? []
  return `urn:uuid:${a}-${b}-8${c}-8${d}-${e}`
}
