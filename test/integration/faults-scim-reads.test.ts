import { testMatrix } from '../faults/run-matrix.ts'

testMatrix(['GET config', 'GET users page 1', 'GET users page 2', 'GET groups page 1', 'GET groups page 2'])
