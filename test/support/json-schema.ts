type Schema = Readonly<Record<string, unknown>>

// What says something to people only.
const NOTES = new Set(['description', 'examples', 'default', 'format'])
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => new Date(text).toISOString() === text,
  uri: (text) => URL.canParse(text),
  password: () => true,
}

/**
 * What is wrong with a value by a JSON Schema (2020-12), as far as the schemas of the HTTP interface use
 * it: a keyword that is not known here is an error.
 *
 * @param resolve the schema behind a `$ref`
 */
export function schemaProblems(
  value: unknown,
  schema: Schema,
  resolve: (ref: string) => Schema,
  path = '$',
): string[] {
  const { properties = {}, items } = schema as {
    properties?: Record<string, Schema>
    items?: Schema
  }
  const inside = (name: string, one: unknown, by: Schema) =>
    schemaProblems(one, by, resolve, `${path}.${name}`)
  const says = (isRight: boolean, keyword: string) => (isRight ? [] : [`${path}: ${keyword}`])
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (keyword === 'format' && typeof value === 'string') {
      return says(FORMATS[String(rule)]?.(value) ?? false, `format ${String(rule)}`)
    }
    if (NOTES.has(keyword)) return []
    switch (keyword) {
      case '$ref':
        return schemaProblems(value, resolve(String(rule)), resolve, path)
      case 'type':
        return says(hasType(value, String(rule)), `type ${String(rule)}`)
      case 'enum':
        return says((rule as unknown[]).includes(value), 'enum')
      case 'pattern':
        return says(new RegExp(String(rule), 'u').test(String(value)), 'pattern')
      case 'minLength':
        return says(Array.from(String(value)).length >= Number(rule), keyword)
      case 'maxLength':
        return says(Array.from(String(value)).length <= Number(rule), keyword)
      case 'minimum':
        return says(Number(value) >= Number(rule), keyword)
      case 'maximum':
        return says(Number(value) <= Number(rule), keyword)
      case 'required':
        return (rule as string[]).flatMap((name) =>
          says(Object.hasOwn(Object(value) as object, name), `no ${name}`),
        )
      case 'additionalProperties':
        return Object.keys(Object(value) as object).flatMap((name) =>
          says(rule === true || Object.hasOwn(properties, name), `unknown ${name}`),
        )
      case 'properties':
        return Object.entries(properties).flatMap(([name, by]) =>
          Object.hasOwn(Object(value) as object, name)
            ? inside(name, (value as Record<string, unknown>)[name], by)
            : [],
        )
      case 'items':
        return (Array.isArray(value) ? value : []).flatMap((one, index) =>
          inside(String(index), one, items ?? {}),
        )
      default:
        return [`${path}: the keyword ${keyword} is not known`]
    }
  })
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}
