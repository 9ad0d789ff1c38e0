import { SUBJECTS } from './subjects.js'

// Measures one subject, in a process of its own: nothing of another is warm, and no other's garbage is in the way.

const [, , name = '', how] = process.argv
const subject = SUBJECTS.find((one) => one.name === name)
if (subject === undefined) throw new Error(`There is no subject “${name}”.`)
process.send?.(await subject.run({ isQuick: how === 'quick' }))
process.disconnect()
