import { testMatrix } from '../faults/run-matrix.ts'

testMatrix(['token', 'users page 1', 'users page 2', 'groups page 1', 'groups page 2'])
