import { testBulkMatrix } from '../faults/run-bulk-matrix.ts'

testBulkMatrix('operation')
