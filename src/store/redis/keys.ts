/** Both have the same hash tag, in braces: a server that is one of several keeps them together. */
export function keysOf(id: string): [state: string, sealed: string] {
  return [`mailprofile:{${id}}:state`, `mailprofile:{${id}}:sealed`]
}

export function callKey(id: string): string {
  return `mailprofile:call:${id}`
}
