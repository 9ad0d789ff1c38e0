import { ref, textString } from './syntax.js'

/** The kinds of parts of a letter, by the names that PDF has for them (ISO 32000-1, section 14.8.4). */
export type Role = 'Part' | 'H1' | 'H2' | 'P' | 'L' | 'LI' | 'Lbl' | 'LBody' | 'Figure' | 'Div'

/** A part of a letter as those find it who have the document read to them. */
export interface TaggedPart {
  readonly role: Role
  /** What a picture shows. */
  readonly alt?: string | undefined
  /** Where that of its surroundings does not hold. */
  readonly language?: string | undefined
  /** Other parts, and numbers of marked content on the page. */
  readonly kids: (TaggedPart | number)[]
  /** Of a picture, in points. */
  readonly box?: readonly [number, number, number, number] | undefined
}

/** All parts of a page as objects with numbers in a row, and which of them each marked content belongs to. */
export interface WrittenStructure {
  readonly objects: readonly string[]
  /** The objects of the parts that lie in none on this page. */
  readonly roots: readonly number[]
  /** By the numbers of marked content. */
  readonly owners: readonly number[]
}

/** @param first the number of the first object */
export function writeStructure(
  parts: readonly TaggedPart[],
  first: number,
  page: number,
  parent: number,
): WrittenStructure {
  const objects: string[] = []
  const owners: number[] = []
  const write = (part: TaggedPart, above: number): number => {
    const own = first + objects.length
    // Its place, which those of its kids follow.
    objects.push('')
    const kids = part.kids.map((kid) => {
      if (typeof kid !== 'number') return ref(write(kid, own))
      owners[kid] = own
      return String(kid)
    })
    const { role, alt, language, box } = part
    objects[own - first] =
      `<</Type/StructElem/S/${role}/P ${ref(above)}/Pg ${ref(page)}/K[${kids.join(' ')}]` +
      (alt === undefined ? '' : `/Alt ${textString(alt)}`) +
      (language === undefined ? '' : `/Lang ${textString(language)}`) +
      (box === undefined
        ? ''
        : `/A<</O/Layout/Placement/Block/BBox[${box.map((edge) => edge.toFixed(2)).join(' ')}]>>`) +
      (role === 'L' ? '/A<</O/List/ListNumbering/Decimal>>' : '') +
      '>>'
    return own
  }
  const roots = parts.map((part) => write(part, parent))
  return { objects, roots, owners }
}
