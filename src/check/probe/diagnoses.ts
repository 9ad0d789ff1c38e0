import { ANSWER_DIAGNOSES } from './answer-diagnoses.js'
import { CONNECTION_DIAGNOSES } from './connection-diagnoses.js'
import { PROXY_DIAGNOSES } from './proxy-diagnoses.js'

/** Everything that a probe can find, with its likely cause and what to change. The codes are public. */
export const DIAGNOSES = {
  ...CONNECTION_DIAGNOSES,
  ...PROXY_DIAGNOSES,
  ...ANSWER_DIAGNOSES,
} as const

export type ProbeCode = keyof typeof DIAGNOSES
