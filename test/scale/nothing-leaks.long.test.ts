import { testWhatIsLeft } from './what-is-left.js'

testWhatIsLeft(200, ['SQLite', 'Redis'])
