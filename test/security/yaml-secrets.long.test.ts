import { expect, it } from 'vitest'
import { configSchema } from '../../src/config/schema.js'
import { CONFIG_SYNONYMS } from '../../src/config/synonyms.js'
import { parseYaml } from '../../src/encoding/parse-yaml.js'
import { MailProfileError } from '../../src/errors.js'
import { plantedConfiguration } from '../support/planted-configurations.js'
import { damaged, pieceIn, seededRandom } from '../support/planted-secrets.js'

const RUNS = 100_000

it('shows no secret of a hundred thousand damaged configurations', () => {
  // What a library warns of goes to standard error.
  const warnings: string[] = []
  const onWarning = ({ message }: Error) => warnings.push(message)
  process.on('warning', onWarning)
  const random = seededRandom(1)
  let refused = 0
  for (let i = 0; i < RUNS; i++) {
    const yaml = damaged(plantedConfiguration(random), random)
    try {
      parseYaml(yaml, 'mailprofile.yaml', configSchema, { synonyms: CONFIG_SYNONYMS })
    } catch (error) {
      if (!(error instanceof MailProfileError)) throw error
      refused++
      const text = `${error.message}\n${error.hint ?? ''}`
      if (pieceIn(text) !== undefined) expect([yaml, text]).toBeUndefined()
    }
  }
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
  expect(refused).toBeGreaterThan(RUNS / 2)
})
