const LONGEST = 60

/** A provider's id from the name of a file, or a domain: `example.com.xml` is `example-com`. */
export function providerId(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/\.(?:xml|mobileconfig|json|env)$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, LONGEST)
    .replace(/-$/, '')
  return id === '' ? 'provider' : id
}

/** An id that none of others is: a-b.example and a.b.example come to the same one. */
export function uniqueId(wanted: string, others: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`
    const id = `${wanted.slice(0, LONGEST - suffix.length)}${suffix}`
    if (!others.has(id)) return id
  }
}
