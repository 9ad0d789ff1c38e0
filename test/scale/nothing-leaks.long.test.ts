import { testWhatIsLeft } from './what-is-left.js'

testWhatIsLeft(200)
