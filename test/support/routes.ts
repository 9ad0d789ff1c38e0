import type { Express } from 'express'

interface Layer {
  readonly route?: { readonly path: string | readonly string[]; readonly methods: object }
  readonly handle?: { readonly stack?: readonly Layer[] }
}

/** What an app answers, such as `GET /setup`, in the order in which it looks. */
export function routesOf(app: Express): string[] {
  return routesIn((app.router as unknown as { readonly stack: readonly Layer[] }).stack)
}

// What answers every method says which ones there are.
function routesIn(stack: readonly Layer[]): string[] {
  return stack.flatMap(({ route, handle }) => {
    if (route === undefined) return routesIn(handle?.stack ?? [])
    const methods = Object.keys(route.methods).filter((method) => method !== '_all')
    return methods.flatMap((method) =>
      [route.path].flat().map((path) => `${method.toUpperCase()} ${path}`),
    )
  })
}
