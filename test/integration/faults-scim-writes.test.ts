import { testMatrix } from '../faults/run-matrix.ts'

testMatrix([
  'POST group',
  'POST user',
  'look-up',
  'PATCH group',
  'PATCH deactivation',
  'PATCH user',
  'PATCH membership',
  'DELETE group',
  'DELETE user',
])
