/** A picture as pixels, row by row. */
export interface PixelPicture {
  readonly width: number
  readonly height: number
  /** Red, green and blue of each. */
  readonly colors: Uint8Array
  /** How much of what lies below each is covered. */
  readonly alpha: Uint8Array
}
