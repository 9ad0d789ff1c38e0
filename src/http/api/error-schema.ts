import { z } from 'zod'

/** What every refusal of the interface looks like. */
export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().meta({ description: 'For programs: it does not change' }),
      message: z.string().meta({ description: 'A sentence for a person' }),
      hint: z.string().meta({ description: 'What to do about it' }).optional(),
    }),
  })
  .meta({
    description: 'Why it was refused',
    examples: [{ error: { code: 'not_found', message: 'There is no such invitation.' } }],
  })
