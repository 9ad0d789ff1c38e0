import { testEveryPage } from './every-page-whole.js'

testEveryPage(1)
